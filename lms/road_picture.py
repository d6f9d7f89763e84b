"""The picture of a road: a path with milestones. It hangs on two numbers, so each pair of them is drawn once."""

from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

MOST = 18  # milestones that are drawn one by one; more are drawn as STRETCHES
STRETCHES = 12
PER_ROW = 6
ROW, SWAY = 68, 6  # pixels from row to row; how far a milestone lies above or below its row
Point = tuple[float, float]


def road_picture(done: int | None, total: int | None, label: str) -> Markup:
    """An SVG of a road with `done` of `total` milestones behind us; `label` says so in words."""
    total = max(total or 0, 1)
    head, body = _drawn(min(max(done or 0, 0), total), total)
    return Markup("{}<title>{}</title>{}").format(head, label, body)


@lru_cache(1024)
def _drawn(done: int, total: int) -> tuple[Markup, Markup]:
    """What stands before and after the title."""
    count = total if total <= MOST else STRETCHES
    here = done * count // total
    rows = -(-count // PER_ROW)
    points = _points(count, -(-count // rows))
    path = [f"M{_pair(points[0])}", *(_bend(*ends) for ends in pairwise(points))]
    height = 8 + ROW * rows
    head = f'<svg class="road" role="img" viewBox="0 0 320 {height}" width="320" height="{height}" focusable="false">'
    marks = [_mark(at, number - 1 - here, number if count == total else None) for number, at in enumerate(points, 1)]
    x, y = points[-1]
    flag = f'<path class="road-flag" d="M{_pair((x, y - 15))}v-15m0 1c5-2.5 8 2 13 0v7c-5 2-8-2.5-13 0"/>'
    bed = f'<path class="road-bed" d="{"".join(path)}"/><path class="road-walked" d="{"".join(path[: here + 1])}"/>'
    return Markup(head), Markup("".join([bed, *marks, flag, "</svg>"]))


def _points(count: int, per_row: int) -> list[Point]:
    """Where the milestones are: rows in turn from the left and from the right, each a little up or down."""
    gap = 232 / (per_row - 1) if per_row > 1 else 0
    points = []
    for number in range(count):
        row, column = divmod(number, per_row)
        across = per_row - 1 - column if row % 2 else column
        points.append((round(44 + gap * across, 1), 38 + ROW * row + (SWAY if column % 2 else -SWAY)))
    return points


def _pair(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"


def _bend(start: Point, end: Point) -> str:
    """The stretch between two milestones: within a row, or around the bend to the next one."""
    if end[1] - start[1] > 2 * SWAY:
        via = start[0] + (46 if start[0] > 160 else -46)
    else:
        via = round((start[0] + end[0]) / 2, 1)
    return f" C{_pair((via, start[1]))} {_pair((via, end[1]))} {_pair(end)}"


def _mark(at: Point, ahead: int, number: int | None) -> str:
    """A milestone that is `ahead` of where we are: behind us (negative), here (0), or to come, perhaps with its number."""
    x, y = at
    if ahead < 0:
        tick = f"M{_pair((x - 5, y + 0.5))}l3.5 4 6.5-8"
        return f'<g class="road-done"><circle cx="{x:g}" cy="{y:g}" r="13"/><path d="{tick}"/></g>'
    if ahead == 0:
        shoulders = f"M{_pair((x - 7, y + 8))}c.6-4.5 3-6 7-6s6.4 1.5 7 6"
        return (
            f'<g class="road-here"><circle cx="{x:g}" cy="{y:g}" r="15"/>'
            f'<circle class="road-head" cx="{x:g}" cy="{y - 4:g}" r="3.6"/><path d="{shoulders}"/></g>'
        )
    words = f'<text x="{x:g}" y="{y + 4.5:g}" text-anchor="middle">{number}</text>' if number else ""
    return f'<g class="road-todo"><circle cx="{x:g}" cy="{y:g}" r="12.5"/>{words}</g>'
