"""The rosette of the certificate: two interlaced families of ellipses, drawn as hairlines."""

from math import cos, pi, sin


def rosette() -> str:
    """The SVG's inner markup on a 200 × 200 grid."""
    return "".join(
        (*_ring(24, 78, 34, "#0b5660", 0.32), *_ring(24, 52, 26, "#a86f12", 0.34, turn=7.5), _edge(), _pair())
    )


def _ring(count: int, reach: float, width: float, colour: str, stroke: float, turn: float = 0) -> list[str]:
    return [
        f'<ellipse cx="100" cy="100" rx="{reach}" ry="{width}" transform="rotate({turn + i * 180 / count:.3f} 100 100)" '
        f'fill="none" stroke="{colour}" stroke-width="{stroke}"/>'
        for i in range(count)
    ]


def _edge() -> str:
    """A scalloped line around it, and a fine circle outside."""
    steps = 720
    points = []
    for step in range(steps):
        angle = 2 * pi * step / steps
        radius = 88 + 3.2 * cos(48 * angle)
        points.append(f"{100 + radius * cos(angle):.2f} {100 + radius * sin(angle):.2f}")
    scallops = f'<path d="M{"L".join(points)}Z" fill="none" stroke="#0b5660" stroke-width=".5"/>'
    return scallops + '<circle cx="100" cy="100" r="96" fill="none" stroke="#a86f12" stroke-width=".6"/>'


def _pair() -> str:
    """The two circles in the middle: between peers."""
    return (
        '<circle cx="100" cy="100" r="21" fill="#fff"/>'
        '<circle cx="93.5" cy="100" r="10.5" fill="none" stroke="#0b5660" stroke-width="2.2"/>'
        '<circle cx="106.5" cy="100" r="10.5" fill="none" stroke="#a86f12" stroke-width="2.2"/>'
        # The first passes over the second below, so that the two hold each other.
        '<path d="M98.6 109.2A10.5 10.5 0 0 0 103.7 102.6" fill="none" stroke="#0b5660" stroke-width="2.2"/>'
    )
