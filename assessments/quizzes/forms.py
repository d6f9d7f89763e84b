"""What comes in from a sheet. Its fields are named by position: `q0`, `q1`, …, each with the keys picked."""

import re
from collections.abc import Mapping

from lms.forms import Form

_FIELD = re.compile(r"q([0-9]{1,3})")
_NUMBER = re.compile(r"[0-9]{1,3}")


class StartForm(Form):
    """Begin, or go on: says what was refused."""


def given(fields: Mapping[str, list[str]], *, whole: bool) -> dict[int, list[str]]:
    """Keys picked by position; a field that was sent empty takes its answer back.

    A `whole` form (not just what changed) names in `several` its questions with checkboxes: browsers leave out a question
    without a tick, and here that means that nothing is picked any more.
    """
    found: dict[int, list[str]] = {}
    if whole:
        found = {int(number): [] for number in fields.get("several", []) if _NUMBER.fullmatch(number)}
    for name, keys in fields.items():
        if match := _FIELD.fullmatch(name):
            found[int(match[1])] = [key for key in keys if key]
    return found


def shown(answers: Mapping[int, list[str]]) -> str:
    """What a page shows as picked, so that it can say later what it had seen: "0=a 3=b,c"."""
    return " ".join(f"{position}={','.join(keys)}" for position, keys in sorted(answers.items()) if keys)


def seen(text: str) -> dict[int, list[str]]:
    """Back from `shown`; what is none of it is left out."""
    found: dict[int, list[str]] = {}
    for part in text.split():
        number, _, keys = part.partition("=")
        if _NUMBER.fullmatch(number):
            found[int(number)] = [key for key in keys.split(",") if key]
    return found
