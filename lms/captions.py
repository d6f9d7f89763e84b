"""WebVTT captions: what is wrong in a file, line by line. Only plain cues: no styles, no markup beyond emphasis and voices."""

import re
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from lms.markup_caps import Fault

MOST_BYTES = 200_000
MOST_FAULTS = 20
_MOMENT = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_MOMENT}[ \t]+-->[ \t]+{_MOMENT}(?:[ \t]+[\w:,.% -]{{1,120}})?")
_TAG = re.compile(r"<[^>\n]{0,80}>?")
_KNOWN_TAG = re.compile(r"</?(?:i|b|u)>|</?v(?:[ .][^<>&\"'=]{1,60})?>")


def faults(content: bytes) -> Iterator[Fault]:
    """Everything that is wrong in a captions file, at most MOST_FAULTS."""
    if len(content) > MOST_BYTES:
        yield Fault(1, _l("El archivo ocupa demasiado (%(most)s bytes como mucho).", most=MOST_BYTES))
        return
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        yield Fault(content[: error.start].count(b"\n") + 1, _l("El archivo no es texto UTF-8."))
        return
    found = list(_judged(lines))
    yield from found[:MOST_FAULTS]


def _judged(lines: list[str]) -> Iterator[Fault]:
    cues, ended = 0, 0
    in_note = False
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            in_note = False
        elif in_note:
            continue
        elif line.startswith("NOTE"):
            in_note = True
        elif re.match(r"(STYLE|REGION)\s*$", line):
            yield Fault(number, _l("Los subtítulos van sin estilos: quita este bloque."))
        elif "-->" in line:
            cues += 1
            times = _TIMES.fullmatch(line.strip())
            if times is None:
                yield Fault(number, _l("Este tiempo no se entiende. Se escribe así: 00:01.000 --> 00:04.500"))
                continue
            begins, ends = _thousandths(times.groups()[:4]), _thousandths(times.groups()[4:])
            if ends <= begins or begins < ended:
                yield Fault(number, _l("Este subtítulo termina antes de empezar, o empieza antes que el anterior."))
            ended = begins
        elif any(not _KNOWN_TAG.fullmatch(tag) for tag in _TAG.findall(line)):
            yield Fault(number, _l("En los subtítulos solo caben texto, <i>, <b>, <u> y <v Nombre>. Quita lo demás."))
    if not cues:
        yield Fault(1, _l("El archivo de subtítulos no tiene ninguno."))


def _thousandths(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
