"""The head of a course file, between two lines `---`: a small part of YAML, read so that every value has its line.

`key: text`, `key: [a, b]`, or `key:` followed by lines `  - text`. All values are text: no 1.10 becomes 1.1, no `no` false.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

LONGEST_LINE = 2_000
KNOWN = frozenset(
    {"title", "audience", "hours", "summary", "outcomes", "competencies", "notice"}
    | {"minutes", "skip", "reflection", "alternative", "sources", "pass", "attempts", "draw"}
)
_PAIR = re.compile(r"([a-z_]+):(?:\s+(.*))?")


@dataclass(slots=True)
class Head:
    """The values of a head with the lines that they stand in, and the text below it."""

    file: Path
    values: dict[str, str | list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1

    def text(self, key: str) -> str:
        """The value of `key`; empty when it is missing."""
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ", ".join(value)

    def list(self, key: str) -> list[str]:
        """The values of `key`; empty when it is missing."""
        value = self.values.get(key, [])
        return value if not isinstance(value, str) else [value] if value else []

    def line(self, key: str) -> int:
        """The line of `key`, or the first one when it is missing."""
        return self.lines.get(key, 1)


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.sub(r"\s+#\s.*$", "", value)


def split(file: Path, text: str) -> tuple[Head, list[tuple[int, Any]]]:
    """Head and body of a file, and what is wrong in the head as (line, sentence)."""
    lines, head = text.removeprefix("\ufeff").splitlines(), Head(file)
    if not lines or lines[0].rstrip() != "---":
        return Head(file, body="\n".join(lines)), [(1, _l("El archivo empieza con una cabecera entre dos líneas ---."))]
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        return head, [(1, _l("Falta la línea --- que cierra la cabecera."))]
    faults = _read(head, lines[1:end])
    head.body, head.body_line = "\n".join(lines[end + 1 :]), end + 2
    return head, faults


def _read(head: Head, lines: list[str]) -> list[tuple[int, Any]]:
    faults: list[tuple[int, Any]] = []
    open_list: list[str] | None = None
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(line) > LONGEST_LINE:
            faults.append(
                (number, _l("La línea es demasiado larga (%(most)s caracteres como mucho).", most=LONGEST_LINE))
            )
            continue
        if open_list is not None and line.lstrip().startswith("- "):
            open_list.append(_unquoted(line.lstrip()[2:]))
            continue
        found = _PAIR.fullmatch(line.rstrip())
        if found is None:
            faults.append(
                (number, _l("Esta línea de la cabecera no se entiende. Escribe «clave: texto» o «  - texto»."))
            )
            continue
        key, value = found[1], (found[2] or "").strip()
        open_list = None
        if key not in KNOWN:
            faults.append((number, _l("En la cabecera no hay ninguna clave «%(key)s».", key=key[:40])))
        elif key in head.values:
            faults.append((number, _l("La clave «%(key)s» está dos veces.", key=key)))
        head.lines[key] = number
        if not value:
            head.values[key] = open_list = []
        elif value.startswith("[") and _unquoted(value).endswith("]"):
            head.values[key] = [_unquoted(part) for part in _unquoted(value)[1:-1].split(",") if part.strip()]
        else:
            head.values[key] = _unquoted(value)
    return faults
