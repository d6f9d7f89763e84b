"""The search: in the courses, lessons and texts that one may read, and in what one has written for oneself."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import g, render_template, request, url_for

from courses.study import own_queries, rules, search_queries
from courses.study.rules import Asked, Piece
from courses.study.search_queries import LAST_PAGE, PAGE, Found, Readable
from courses.study.views import blueprint
from lms import i18n
from lms.policy import declares

KINDS = ("course", "lesson", "document")
OWN = "own"


class Line(NamedTuple):
    """A line of the answer."""

    kind: str
    href: str
    title: list[Piece]
    around: str
    snippet: list[Piece]
    locale: str


@blueprint.get("/search")
@declares("search.read")
def search() -> Any:
    """What is found, the best first; visitors find the public courses."""
    words = request.args.get("q", "").strip()
    what = request.args.get("what", "")
    what = what if what in (*KINDS, OWN) else ""
    page = max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))
    question, readable = rules.asked(words), search_queries.readable(g.actor)
    lines: list[Line] = []
    own: list[Line] = []
    some = False
    if question.words:
        if what != OWN:
            lines, some = _published(question, readable, what, page)
        if what in ("", OWN) and page == 1 and readable.enrolments:
            own = [_own(question, one) for one in own_queries.written(g.actor, question)]
    return render_template(
        "study/search.html", words=words, what=what, question=question, lines_=lines[:PAGE], own=own, some=some,
        page=page, more=len(lines) > PAGE and page < LAST_PAGE, member=len(readable.scopes) > 1,
    )  # fmt: skip


def _published(question: Asked, readable: Readable, what: str, page: int) -> tuple[list[Line], bool]:
    """What has all the words; where nothing has, what has some of them."""
    which: dict[str, Any] = {"kind": what, "page": page}
    found = search_queries.found(question, readable.scopes, i18n.current(), **which)
    some = False
    if not found and len(question.words) > 1:
        found = search_queries.found(question, readable.scopes, i18n.current(), **which, all_words=False)
        some = bool(found)
    return [_line(question, readable, one) for one in found], some


def _line(question: Asked, readable: Readable, one: Found) -> Line:
    return Line(
        one.kind,
        _address(one, readable),
        rules.title_pieces(question, one.title),
        one.around,
        rules.snippet(question, one.text),
        one.locale,
    )


def _address(one: Found, readable: Readable) -> str:
    place = one.place
    if one.kind == "course":
        return url_for("catalogue.course", slug=place["slug"])
    if one.kind == "document":
        return url_for("account.document", kind=place["kind"])
    enrolment = readable.enrolments[UUID(place["version"])]
    return url_for("learning.lesson", enrolment_id=enrolment, module=place["module"], lesson=place["lesson"])


def _own(question: Asked, one: own_queries.Written) -> Line:
    address = url_for("learning.lesson", enrolment_id=one.enrolment_id, module=one.module, lesson=one.lesson)
    anchor = f"#note-{one.note_id}" if one.note_id else "#reflexion"
    return Line(
        one.kind, address + anchor, [Piece(one.title, False)], one.around, rules.snippet(question, one.text), ""
    )
