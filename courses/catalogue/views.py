"""The catalogue, open to everybody."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from courses.catalogue import queries, rules
from courses.learning import edition_queries as learning
from courses.learning.rules import is_for
from lms import clock, i18n
from lms.policy import declares, may

LAST_PAGE = 1_000
blueprint = Blueprint("catalogue", __name__, template_folder="templates")


@blueprint.app_template_filter("in_language")
def in_language(texts: dict[str, Any]) -> Any:
    """A text of a course in the reader's language, Spanish where it is not translated."""
    return rules.in_language(texts, i18n.current())


@blueprint.app_template_filter("foreign")
def foreign(texts: dict[str, Any]) -> str:
    """The `lang` attribute of what `in_language` gives, where that is another language than the page's."""
    here = i18n.current()
    shown = rules.language_of(texts, here)
    return Markup(' lang="{}"').format(shown) if texts and shown != here else ""


@blueprint.get("/courses")
@declares("course.read")
def index() -> str:
    """The courses, page by page; for some readers and in a language, where one asks for that."""
    who = g.actor
    chosen = {"audience": request.args.get("audience", ""), "language": request.args.get("language", "")}
    chosen["audience"] = chosen["audience"] if chosen["audience"] in rules.AUDIENCES else ""
    chosen["language"] = chosen["language"] if chosen["language"] in i18n.LOCALES else ""
    page = max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))
    found = queries.catalogue_page(who and who.federation_id, page=page, **chosen)
    return render_template(
        "catalogue/index.html", courses=found[: queries.PAGE], more=len(found) > queries.PAGE and page < LAST_PAGE,
        page=page, chosen=chosen, audiences=rules.AUDIENCES, languages=i18n.CHOICES,
    )  # fmt: skip


@lru_cache(128)
def _drawn_modules(version_id: UUID, _spoken: str) -> Markup:
    """The list of a version's modules in the language of the request: it never changes, and is most of the page."""
    return Markup(render_template("catalogue/modules.html", modules=queries.modules(version_id)))


@blueprint.get("/courses/<string(maxlength=60):slug>")
@declares("course.read")
def course(slug: str) -> str:
    """A course, its modules, and the editions that the reader can enrol in."""
    who = g.actor
    found = queries.course(slug, who and who.federation_id)
    if found is None:
        raise NotFound
    editions, today = [], clock.now().date()
    if who is not None and who.federation_id is not None:
        editions = learning.open_editions(found.course_id, who.federation_id, who.person_id, today)
    return render_template(
        "catalogue/course.html",
        course=found,
        modules=queries.modules(found.version_id),
        drawn_modules=_drawn_modules(found.version_id, i18n.current()),
        editions=editions,
        open_to_all=learning.all_for_everybody(found.course_id, today) if who is None else [],
        may_enrol=who is not None and may(who, "edition.enrol") and is_for(found.audience, who.roles),
    )
