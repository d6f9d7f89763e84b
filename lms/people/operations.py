"""Writes about people: federations, accounts, and the texts that people accept. Call inside `transaction()`."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import nh3
from flask import current_app
from sqlalchemy import update

from lms import audit, published
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import accounts, passwords, queries
from lms.people.invitations import accept_invitation, invite, resend, withdraw_invitation
from lms.people.locking import hold
from lms.people.models import Acknowledgement, Document, Federation, Person
from lms.people.refusals import EmailTaken, TextChanged
from lms.people.roles import give_role, leave_role, only_admin_in, pause_member, resume_member, take_role

TEXTS = Path(__file__).parent / "texts"
FIRST_DOCUMENTS = {
    "consent": {"es": "Consentimiento informado", "en": "Informed consent"},
    "consent-completion": {
        "es": "Decir a tu servicio o entidad que has terminado",
        "en": "Telling your service or organisation that you have finished",
    },
    "consent-registry": {
        "es": "Aparecer en la lista de agentes con acreditación",
        "en": "Standing in the list of accredited agents",
    },
    "consent-surveys": {
        "es": "Que te preguntemos para mejorar la formación",
        "en": "Being asked, to improve the training",
    },
    "code-of-ethics": {"es": "Código ético del apoyo mutuo", "en": "Code of ethics of peer support"},
}

# Published when a federation begins with what they ask for.
LATER_DOCUMENTS = {
    "consent-lrs": {
        "es": "Que tu recorrido cuente, sin tu nombre, en el registro de aprendizaje",
        "en": "Letting your road count, without your name, in the learning record store",
    },
}


def create_federation(
    slug: str,
    name: str,
    *,
    now: datetime,
    locale: str = "es",
    timezone: str = "Europe/Madrid",
    second_factor_waived: bool = False,
    demo: bool = False,
) -> Federation:
    """A new federation with its first consent text, its code of ethics and the built-in scheme.

    `second_factor_waived` lets those who issue, sign or administer work without a second factor: demonstrations only.
    """
    federation = Federation(
        id=new_id(), slug=slug, name=name, locale=locale, timezone=timezone, created_at=now,
        second_factor_waived=second_factor_waived, demo=demo,
    )  # fmt: skip
    db.session.add(federation)
    db.session.flush()
    audit.record(
        "federation.create", f"federation:{federation.id}", federation_id=federation.id, actor_id=None, now=now,
        second_factor_waived=second_factor_waived,
    )  # fmt: skip
    for kind in FIRST_DOCUMENTS:
        publish_first(federation.id, kind, now=now)
    for found in current_app.extensions["lms_founding"]:  # what other topics give a new federation
        found(federation.id, now=now)
    return federation


def create_person(email: str, name: str, *, password: str | None, now: datetime, locale: str = "es") -> Person:
    """A new account. The password is hashed as given: `passwords.check` judges it where a person chooses one.

    Raises EmailTaken.
    """
    hashed = passwords.hashed(password) if password is not None else None
    person = accounts.add_person(email, name, hashed=hashed, locale=locale, now=now)
    if person is None:
        raise EmailTaken
    return person


def change_account(person_id: UUID, *, name: str, pronouns: str, locale: str, timezone: str, now: datetime) -> None:
    """What a person says about themselves; nothing else can be set this way."""
    values = {"name": name, "pronouns": pronouns, "locale": locale, "timezone": timezone}
    db.session.execute(update(Person).where(Person.id == person_id).values(**values))
    audit.record("account.change", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)


def publish_first(federation_id: UUID, kind: str, *, now: datetime) -> None:
    """Publish our own words for a text that the federation has none for yet."""
    if queries.document(federation_id, kind) is not None:
        return
    title = (FIRST_DOCUMENTS | LATER_DOCUMENTS)[kind]
    html = {"es": f"{kind}.html", "en": f"{kind}.en.html"}
    html = {locale: (TEXTS / name).read_text("utf-8") for locale, name in html.items()}
    publish_document(federation_id, kind, title, html, now=now)


def publish_document(
    federation_id: UUID,
    kind: str,
    title: dict[str, str],
    html: dict[str, str],
    *,
    now: datetime,
    markdown: dict[str, str] | None = None,
    asks_again: bool = True,
    by: UUID | None = None,
) -> Document:
    """A new version of a text, as {locale: text}; earlier ones stay as they were, with who accepted them.

    `html` is what `lms.markup` made of `markdown`; without one, it is cleaned here. `asks_again`: whoever accepted an
    earlier version has to accept this one.
    """
    hold(federation_id)
    earlier = queries.document(federation_id, kind)
    if markdown is None:
        html = {locale: nh3.clean(text) for locale, text in html.items()}
    document = Document(
        id=new_id(), federation_id=federation_id, kind=kind, version=earlier.version + 1 if earlier else 1,
        title=title, html=html, markdown=markdown or {}, asks_again=asks_again, published_at=now,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    audit.record(
        "document.publish", f"document:{document.id}", federation_id=federation_id, actor_id=by, now=now,
        kind=kind, version=document.version, asks_again=asks_again, content=audit.fingerprint([title, document.html]),
    )  # fmt: skip
    published.tell("document", document.id)
    return document


def acknowledge(person_id: UUID, document_id: UUID, *, now: datetime) -> None:
    """Note that a person accepts a text; accepting it again changes nothing. Raises TextChanged for an old version."""
    document = db.session.get_one(Document, document_id)
    newest = queries.document(document.federation_id, document.kind)
    if newest is None or newest.id != document.id:
        raise TextChanged
    values = {
        "id": new_id(), "federation_id": document.federation_id, "person_id": person_id,
        "document_id": document.id, "given_at": now,
    }  # fmt: skip
    if insert_once(Acknowledgement, values):
        audit.record(
            "document.acknowledge", f"document:{document.id}", federation_id=document.federation_id,
            actor_id=person_id, now=now, kind=document.kind, version=document.version,
        )  # fmt: skip


__all__ = [
    "TextChanged",
    "accept_invitation",
    "acknowledge",
    "change_account",
    "create_federation",
    "create_person",
    "give_role",
    "invite",
    "leave_role",
    "only_admin_in",
    "pause_member",
    "publish_document",
    "publish_first",
    "resend",
    "resume_member",
    "take_role",
    "withdraw_invitation",
]
