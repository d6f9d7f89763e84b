"""The federation's texts: what is in force, every version, what changed, who has accepted; and a member's own list."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from werkzeug.exceptions import NotFound

from lms import i18n
from lms.access import actor
from lms.people.federations import document_queries, documents, texts, words
from lms.people.federations.forms import PressForm
from lms.people.federations.views import federations, here
from lms.people.models import Document
from lms.policy import declares, guard
from lms.texts import gettext as _


@federations.get("/federation/documents", endpoint="documents")
@declares("document.list")
def documents_() -> Any:
    """The texts in force and how many have accepted them; for who administers, what is being written."""
    found = document_queries.current(here())
    drafts = document_queries.drafts(here()) if actor().has("admin") else []
    return render_template(
        "federations/documents.html", found=found, members=document_queries.members(here()), drafts=drafts,
        missing=[kind for kind in texts.BUILT_IN if kind not in {one.text.kind for one in found}],
        title_of=title_of, press=PressForm(formdata=None),
    )  # fmt: skip


def title_of(kind: str, title: dict[str, str] | None = None) -> str:
    """What a text is called: by its own title, or by its kind while it has none."""
    own = (title or {}).get(i18n.current()) or next(iter((title or {}).values()), "")
    return own or str(words.DOCUMENTS.get(kind) or _("Otro texto"))


@federations.get("/federation/documents/<kind>")
@declares("document.list")
def document(kind: str) -> Any:
    """A text with all its versions."""
    found = document_queries.versions(here(), kind)
    if not found:
        raise NotFound
    return render_template(
        "federations/document.html", found=found, kind=kind, title=title_of(kind, found[0].text.title),
        shown=_version(kind, request.args.get("version", found[0].text.version, type=int)),
    )  # fmt: skip


def _version(kind: str, number: int) -> Document:
    if not 0 < number < 100_000:
        raise NotFound
    return guard(actor(), "document.list", document_queries.version(here(), kind, number))


@federations.get("/federation/documents/<kind>/compare")
@declares("document.list")
def compare(kind: str) -> Any:
    """What changed between two versions, word by word, in one language."""
    numbers = [request.args.get(name, 0, type=int) for name in ("old", "new")]
    if not all(0 < number < 100_000 for number in numbers):
        raise NotFound
    found = document_queries.pair(here(), kind, *numbers)
    if len(found) != 2:
        raise NotFound
    old, new = found
    before, after = documents.source(old), documents.source(new)
    languages = [code for code in i18n.LOCALES if code in before or code in after]
    code = request.args.get("text") if request.args.get("text") in languages else None
    code = code or (i18n.current() if i18n.current() in languages else languages[0])
    return render_template(
        "federations/compare.html", kind=kind, old=old, new=new, languages=languages, code=code,
        lines=texts.differences(before.get(code, ""), after.get(code, "")), title=title_of(kind, new.title),
    )  # fmt: skip


@federations.get("/federation/documents/<kind>/people")
@declares("document.list")
def signers(kind: str) -> Any:
    """Who has accepted which version."""
    found = document_queries.versions(here(), kind)
    if not found:
        raise NotFound
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    people = document_queries.signers(here(), kind, page)
    return render_template(
        "federations/signers.html", kind=kind, title=title_of(kind, found[0].text.title), page=page,
        people=people[: document_queries.PAGE], more=len(people) > document_queries.PAGE,
    )  # fmt: skip


@federations.get("/account/documents")
@declares("document.acknowledge")
def my_documents() -> Any:
    """The texts of one's federation, and which of them wait to be accepted."""
    who = actor()
    if who.federation_id is None:
        raise NotFound
    found = document_queries.mine(who.federation_id, who.person_id)
    return render_template("federations/my_documents.html", found=found, title_of=title_of)


@federations.get("/federation/documents/<kind>/drafts/<uuid:draft_id>")
@declares("document.write")
def other_draft(kind: str, draft_id: UUID) -> Any:
    """What somebody else is writing, to be read and copied, and how it differs from what is published."""
    found = document_queries.draft_of(here(), kind, draft_id)
    if found is None:
        raise NotFound
    draft, name = guard(actor(), "document.write", found[0]), found[1]
    newest = document_queries.versions(here(), kind)[:1]
    before = documents.source(newest[0].text) if newest else {}
    return render_template(
        "federations/other_draft.html", kind=kind, draft=draft, name=name, title=title_of(kind, draft.title),
        changes={code: texts.differences(before.get(code, ""), text) for code, text in draft.markdown.items()},
    )  # fmt: skip
