"""Questions read: their versions never change, so that each process needs to read and decode one only once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from assessments.bank.models import QuestionVersion
from lms.db import db


class Choice(NamedTuple):
    """A choice: its key, its HTML, its score in hundredths of a per cent (negative: a wrong one of several), its feedback."""

    key: str
    html: str
    score: int
    feedback: str | None


@dataclass(frozen=True, slots=True)
class Wording:
    """A question version: its kind, its stem as HTML, its choices by key in the author's order.

    `others`: the same question in other languages, by locale, with the same keys and scores.
    """

    kind: str
    stem: str
    choices: dict[str, Choice]
    locale: str = "es"
    others: dict[str, "Wording"] = field(default_factory=dict)

    def said_in(self, locale: str) -> "Wording":
        """This question in a language; in Spanish where it has no such side."""
        return self.others.get(locale, self)

    def scores(self) -> dict[str, int]:
        """Each choice's score by key."""
        return {key: choice.score for key, choice in self.choices.items()}


MOST_KEPT = 1_000  # wordings, a few kilobytes each
_kept: dict[str, Wording] = {}

_versions = QuestionVersion.__table__.c
VERSIONS = select(_versions.id, _versions.kind, _versions.stem, _versions.choices, _versions.translations).where(
    _versions.id.in_(bindparam("ids", expanding=True))
)


def wordings(ids: Iterable[str]) -> dict[str, Wording]:
    """Question versions by their id as text, as sheets name them."""
    found = {id_: _kept.get(id_) for id_ in ids}
    if missing := [UUID(id_) for id_, wording in found.items() if wording is None]:
        read = {str(row.id): _wording(row) for row in db.session.execute(VERSIONS, {"ids": missing})}
        if len(_kept) + len(read) > MOST_KEPT:
            _kept.clear()
        _kept.update(read)
        found |= read
    return {id_: wording for id_, wording in found.items() if wording is not None}


def _wording(row: Any) -> Wording:
    choices = {choice["key"]: Choice(**choice) for choice in row.choices}
    others = {
        locale: Wording(
            row.kind,
            said["stem"],
            {key: choice._replace(**said["choices"][key]) for key, choice in choices.items()},
            locale,
        )
        for locale, said in (row.translations or {}).items()
    }
    return Wording(row.kind, row.stem, choices, others=others)
