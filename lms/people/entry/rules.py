"""Decisions about ways in: how a list of people to invite is read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lms.people.rules import normal_email

MOST_LINES = 100
LONGEST_NAME = 120
_NAMED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>$")

Fault = Literal["unreadable", "twice", "name", "yours", "waiting"]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to invite, and on which line they stand; `name` may be empty."""

    number: int
    email: str
    name: str


def read_line(number: int, text: str) -> Line:
    """`address`, `address, name`, `address; name` or `name <address>`."""
    if found := _NAMED.match(text):
        email, name = found["email"], found["name"]
    else:
        email, _sign, name = re.sub(r"[;\t]", ",", text, count=1).partition(",")
    return Line(number, normal_email(email), name.strip(" \t\"'"))


def read_lines(text: str) -> list[Line]:
    """The people of a list, one a line; blank lines count but say nobody."""
    lines = enumerate(text.splitlines(), 1)
    return [read_line(number, line.strip()) for number, line in lines if line.strip()]


def faults(lines: Iterable[Line], readable: set[str], own: str, waiting: set[str]) -> list[tuple[Line, Fault]]:
    """What is wrong with which line: the first thing for each.

    `readable`: those addresses that are some; `own`: that of who invites; `waiting`: those invited already.
    """
    seen: set[str] = set()
    found: list[tuple[Line, Fault]] = []
    for line in lines:
        if line.email not in readable:
            found.append((line, "unreadable"))
        elif line.email in seen:
            found.append((line, "twice"))
        elif len(line.name) > LONGEST_NAME or any(ord(sign) < 32 for sign in line.name):
            found.append((line, "name"))
        elif line.email == own:
            found.append((line, "yours"))
        elif line.email in waiting:
            found.append((line, "waiting"))
        seen.add(line.email)
    return found
