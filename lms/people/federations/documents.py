"""Writes about a federation's texts: drafts, each of one writer, and their publication. Call inside `transaction()`."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from lms import markup
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import operations, queries
from lms.people.federations import document_queries, texts
from lms.people.federations.models import Draft
from lms.people.federations.refusals import DraftMoved, DraftNotThere, TextEmpty, TextFaulty, VersionMoved
from lms.people.federations.texts import Writing
from lms.people.locking import hold
from lms.people.messages.operations import tell_all
from lms.people.models import Document
from lms.people.words import LANGUAGES


def begin(federation_id: UUID, kind: str, person_id: UUID, *, now: datetime) -> Draft:
    """The person's draft of a text: the one there is, or a new one that begins with the newest version's words."""
    newest = queries.document(federation_id, kind)
    title, markdown = ({}, {}) if newest is None else (dict(newest.title), source(newest))
    values = {
        "id": new_id(), "federation_id": federation_id, "kind": kind, "person_id": person_id, "title": title,
        "markdown": markdown, "based_on": newest.version if newest else 0, "revision": 1, "page": "", "sequence": 0,
        "saved_at": now,
    }  # fmt: skip
    insert_once(Draft, values)
    found = document_queries.draft(federation_id, kind, person_id)
    assert found is not None
    return found


def begin_other(federation_id: UUID, person_id: UUID, *, now: datetime) -> Draft:
    """A draft of a text of a kind of its own."""
    return begin(federation_id, f"{texts.OTHER}{secrets.token_hex(4)}", person_id, now=now)


def source(document: Document) -> dict[str, str]:
    """The Markdown of a version, by language; made from its HTML where it has none."""
    return dict(document.markdown) or {code: texts.as_markdown(html) for code, html in document.html.items()}


def save(
    draft: Draft, title: Mapping[str, str], markdown: Mapping[str, str], writing: Writing, *, now: datetime
) -> Draft:
    """Keep what was written, by language; a language that is left out stays as it was.

    Raises DraftMoved where another window of the same person has saved meanwhile: both texts are still there.
    """
    hold(draft.federation_id)
    db.session.refresh(draft)
    if not texts.may_replace(Writing(draft.page, draft.sequence, draft.revision), writing):
        raise DraftMoved
    draft.title = {**draft.title, **title}
    draft.markdown = {**draft.markdown, **markdown}
    draft.page, draft.sequence = writing.page, writing.sequence
    draft.revision += 1
    draft.saved_at = now
    return draft


def discard(draft: Draft) -> None:
    """Throw a draft away; what is published stays."""
    db.session.execute(delete(Draft).where(Draft.id == draft.id))


def go_on_from(draft: Draft, version: int) -> None:
    """The writer has seen that this version was published meanwhile, and goes on with their own text."""
    newest = queries.document(draft.federation_id, draft.kind)
    if newest is not None and newest.version == version:
        draft.based_on = version


def rendered(draft: Draft, languages: tuple[str, ...]) -> dict[str, str]:
    """The draft as HTML, by language. Raises TextEmpty, TextFaulty for the first language in which it will not do."""
    html: dict[str, str] = {}
    for code in languages:
        text = (draft.markdown.get(code) or "").strip()
        if not text or not (draft.title.get(code) or "").strip():
            raise TextEmpty(language=LANGUAGES[code])
        converted = markup.convert(text, locale=code)
        if converted.faults:
            fault = converted.faults[0]
            raise TextFaulty(language=LANGUAGES[code], line=fault.line, fault=str(fault.sentence))
        if not markup_words(converted.html):
            raise TextEmpty(language=LANGUAGES[code])
        html[code] = converted.html
    return html


def markup_words(html: str) -> str:
    """What is left of HTML when all its tags are gone: a text of nothing but lines and marks is empty."""
    return texts.as_markdown(html).strip("-*_#> \n[]()")


def publish(
    federation_id: UUID, kind: str, person_id: UUID, languages: tuple[str, ...], *, asks_again: bool, now: datetime
) -> Document:
    """Publish what the person has written as the next version, and tell those who have to sign again.

    Raises DraftNotThere, VersionMoved (somebody published meanwhile: the draft stays), TextEmpty, TextFaulty.
    """
    hold(federation_id)
    draft = document_queries.draft(federation_id, kind, person_id)
    if draft is None:
        raise DraftNotThere
    newest = queries.document(federation_id, kind)
    if (newest.version if newest else 0) != draft.based_on:
        raise VersionMoved(version=newest.version if newest else 0)
    html = rendered(draft, languages)
    made = operations.publish_document(
        federation_id, kind, {code: draft.title[code].strip() for code in html}, html, now=now, by=person_id,
        markdown={code: draft.markdown[code] for code in html}, asks_again=asks_again or newest is None,
    )  # fmt: skip
    discard(draft)
    if newest is not None and asks_again:
        signed = {one: {"kind": kind} for one in document_queries.accepted(federation_id, kind)}
        tell_all(signed, "text-asks-again", federation_id=federation_id, now=now)
    return made
