"""Reads of the search: what one may read, and of that what is asked for."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Float, Integer, bindparam, column, select, text

from courses.learning.models import Edition, Enrolment
from courses.study.index import EVERYBODY, of_federation, of_version
from courses.study.models import SearchEntry
from courses.study.rules import Asked
from lms.db import db
from lms.policy import Actor

PAGE = 15
LAST_PAGE = 40


class Readable(NamedTuple):
    """What somebody may read: the scopes of it, and for each version of a course the enrolment by which they read it."""

    scopes: tuple[str, ...]
    enrolments: dict[UUID, UUID]


_MINE = (
    select(Edition.version_id, Enrolment.id)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .where(Enrolment.person_id == bindparam("person"), Enrolment.federation_id == bindparam("federation"))
    .order_by(Enrolment.enrolled_at, Enrolment.id)
)


def readable(actor: Actor | None) -> Readable:
    """What a member may read; a visitor, and who still has to consent or to prove who they are, finds the public courses."""
    if actor is None or actor.federation_id is None or not actor.consented or actor.owes_second_factor:
        return Readable((EVERYBODY,), {})
    which = {"person": actor.person_id, "federation": actor.federation_id}
    rows = db.session.execute(_MINE, which)
    enrolments = {row[0]: row[1] for row in rows}
    return Readable((EVERYBODY, of_federation(actor.federation_id), *map(of_version, enrolments)), enrolments)


class Found(NamedTuple):
    """A text that was found."""

    kind: str
    place: dict[str, Any]
    around: str
    title: str
    text: str
    locale: str


# The rows are ranked without their texts; the texts of those on the page come with them at the end.
_RANKED = {
    "sqlite": (
        "SELECT e.number AS number, bm25(search_index, 8.0, 1.0, 0.0) AS place_in_list FROM search_index "
        "JOIN search_entries e ON e.number = search_index.rowid WHERE search_index MATCH :where "
        "AND (e.locale = :locale OR e.alone) AND (:kind = '' OR e.kind = :kind) ORDER BY 2, 1 LIMIT :most OFFSET :skipped"
    ),
    "postgresql": (
        "SELECT number, place_in_list FROM found_texts(:where, :words, :locale, :kind, CAST(:most AS integer), "
        "CAST(:skipped AS integer))"
    ),
}


def _statement(engine: str) -> Any:
    ranked = text(_RANKED[engine]).columns(column("number", Integer), column("place_in_list", Float)).subquery("ranked")
    return (
        select(
            SearchEntry.kind, SearchEntry.place, SearchEntry.around, SearchEntry.title, SearchEntry.text,
            SearchEntry.locale,
        )
        .join(ranked, ranked.c.number == SearchEntry.number)
        .order_by(ranked.c.place_in_list, ranked.c.number)
    )  # fmt: skip


_STATEMENTS = {engine: _statement(engine) for engine in _RANKED}


def found(
    question: Asked, scopes: Iterable[str], locale: str, *, kind: str = "", page: int = 1, all_words: bool = True
) -> list[Found]:
    """A page of what was found, the best first, and one more where there is a next page; one statement."""
    engine = db.session.get_bind().dialect.name
    which = {
        "where": question.where(scopes, engine, all_words=all_words),
        "words": question.wanted(engine, all_words=all_words),
        "locale": locale, "kind": kind, "most": PAGE + 1, "skipped": (page - 1) * PAGE,
    }  # fmt: skip
    if engine == "sqlite":
        del which["words"]
    return [Found(*row) for row in db.session.execute(_STATEMENTS[engine], which)]
