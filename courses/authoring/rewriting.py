"""Changing a value of a file's head, or its text, without touching a byte of the rest."""

from collections.abc import Mapping
from pathlib import Path

from courses.authoring.rules import LISTS
from courses.catalogue.front_matter import Head, split

ORDER = (
    "title", "audience", "hours", "minutes", "summary", "outcomes", "competencies", "notice", "skip", "reflection",
    "alternative", "sources", "pass", "attempts", "draw",
)  # fmt: skip
Value = str | list[str]


def read(text: str) -> tuple[Head, bool]:
    """The head and body of a file, and whether the head can be changed value by value."""
    head, faults = split(Path("file.md"), text)
    return head, not faults


def value_of(head: Head, key: str) -> Value:
    """A value of a head, a list where the key has one."""
    return head.list(key) if key in LISTS else head.text(key)


def rewritten(text: str, values: Mapping[str, Value], body: str | None = None) -> str:
    """`text` with these values in its head, and this body if one is given. What is the same stays as it is, byte by byte.

    An empty value leaves no line.
    """
    head, _sound = read(text)
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    if not head.lines and not (lines and lines[0].lstrip("\ufeff").rstrip() == "---"):
        lines = ["---" + ending, "---" + ending, *lines]
        head.body_line = 3
    first, closing = 1, head.body_line - 2
    block, rest = lines[first:closing], lines[closing + 1 :]
    for key in sorted(values, key=ORDER.index):
        if _same(head, key, values[key]):
            continue
        block = _placed(block, key, _lines(key, values[key], ending))
    if body is not None and plain(body) != plain("".join(rest)):
        rest = [body.replace("\r\n", "\n").rstrip("\n").replace("\n", ending) + ending] if body.strip() else []
    return "".join([lines[0], *block, lines[closing] if closing < len(lines) else "---" + ending, *rest])


def plain(body: str) -> str:
    """A body as a browser sends it: for comparing."""
    return "\n".join(body.splitlines()).strip()


def _same(head: Head, key: str, value: Value) -> bool:
    return value_of(head, key) == (value if isinstance(value, str) else [one for one in value if one])


def _key(line: str) -> str:
    name, colon, _value = line.partition(":")
    return name if colon and name.isidentifier() else ""


def _placed(block: list[str], key: str, new: list[str]) -> list[str]:
    """The lines of a head with those of one key replaced, or put in after the keys that come before it."""
    begins = next((n for n, line in enumerate(block) if _key(line) == key), None)
    if begins is None:
        earlier = ORDER[: ORDER.index(key)]
        at = max((_end(block, n) for n, line in enumerate(block) if _key(line) in earlier), default=0)
        return [*block[:at], *new, *block[at:]]
    return [*block[:begins], *new, *block[_end(block, begins) :]]


def _end(block: list[str], begins: int) -> int:
    """Where the lines of the key that begins there end: after the last item of its list."""
    end = begins + 1
    for number in range(end, len(block)):
        line = block[number].strip()
        if line.startswith("- "):
            end = number + 1
        elif line and not line.startswith("#"):
            break
    return end


def _lines(key: str, value: Value, ending: str) -> list[str]:
    if isinstance(value, str):
        return [f"{key}: {_quoted(value)}{ending}"] if value else []
    items = [one for one in value if one]
    if not items:
        return []
    if key == "competencies":
        return [f"{key}: [{', '.join(items)}]{ending}"]
    return [f"{key}:{ending}", *(f"  - {_quoted(one)}{ending}" for one in items)]


def _quoted(value: str) -> str:
    """A value on one line, in quotes where a reader would take it for something else."""
    value = " ".join(value.split())
    odd = value[0] in "[\"'#" or value[-1] in "\"'" or " #" in value
    return f'"{value}"' if odd else value
