"""Consent, purpose by purpose: what stands, what was said when, giving and withdrawing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update

from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people.models import Acknowledgement, Document
from lms.people.privacy.refusals import NotOffered
from lms.people.privacy.rules import NEEDED, OPTIONAL, PURPOSES


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose as a person finds it: today's text, and since when their yes to it stands, if it does."""

    kind: str
    text: Document
    since: datetime | None

    @property
    def needed(self) -> bool:
        """Whether the platform cannot work for somebody without it."""
        return self.kind == NEEDED


@dataclass(frozen=True, slots=True)
class Said:
    """A yes, perhaps taken back, with the words as they were then."""

    text: Document
    given_at: datetime
    withdrawn_at: datetime | None


def purposes(person_id: UUID, federation_id: UUID) -> list[Purpose]:
    """Every purpose that the federation has a text for, the needed one first; two statements."""
    newest = (
        select(Document.kind, func.max(Document.version).label("version"))
        .where(Document.federation_id == federation_id, Document.kind.in_(PURPOSES))
        .group_by(Document.kind)
        .subquery()
    )
    texts = db.session.scalars(
        select(Document)
        .join(newest, (Document.kind == newest.c.kind) & (Document.version == newest.c.version))
        .where(Document.federation_id == federation_id)
    ).all()
    standing = _standing(person_id, federation_id)
    found = {text.kind: Purpose(text.kind, text, standing.get(text.kind)) for text in texts}
    return [found[kind] for kind in PURPOSES if kind in found]


def _standing(person_id: UUID, federation_id: UUID, kinds: tuple[str, ...] = PURPOSES) -> dict[str, datetime]:
    """By kind, since when a yes stands."""
    found = _given(federation_id, kinds).add_columns(Document.kind, func.min(Acknowledgement.given_at).label("since"))
    rows = db.session.execute(found.where(Acknowledgement.person_id == person_id).group_by(Document.kind))
    return {row.kind: row.since for row in rows}


def _given(federation_id: UUID, kinds: tuple[str, ...]) -> Select[Any]:
    """Each yes that stands: not withdrawn, and to no text older than the last that asks again."""
    asked = Document.__table__.alias("asked").c
    asks_again = (
        select(func.coalesce(func.max(asked.version), 1))
        .where(asked.federation_id == Document.federation_id, asked.kind == Document.kind, asked.asks_again)
        .scalar_subquery()
    )
    return (
        select()
        .join_from(Acknowledgement, Document, Document.id == Acknowledgement.document_id)
        .where(
            Acknowledgement.withdrawn_at.is_(None),
            Document.federation_id == federation_id,
            Document.kind.in_(kinds),
            Document.version >= asks_again,
        )
    )


def stands(person_id: UUID, federation_id: UUID, purpose: str) -> bool:
    """Whether this person's yes to a purpose stands now. Whoever shares something asks each time, never once for all."""
    return purpose in _standing(person_id, federation_id, (purpose,))


def since(person_id: UUID, federation_id: UUID, purpose: str) -> datetime | None:
    """Since when this person's yes to a purpose stands; None if it does not."""
    return _standing(person_id, federation_id, (purpose,)).get(purpose)


def who_stand(person_ids: Collection[UUID], federation_id: UUID, purpose: str) -> set[UUID]:
    """Those of some people whose yes to a purpose stands now; one statement."""
    if not person_ids:
        return set()
    return set(db.session.scalars(givers(federation_id, purpose).where(Acknowledgement.person_id.in_(person_ids))))


def givers(federation_id: UUID, purpose: str) -> Select[Any]:
    """The ids of those whose yes to a purpose stands now in a federation: for statements that show them to somebody."""
    return _given(federation_id, (purpose,)).add_columns(Acknowledgement.person_id)


def history(person_id: UUID, federation_id: UUID) -> list[Said]:
    """Every yes that a person has given in the federation, newest first, with the words as they were."""
    rows = db.session.execute(
        select(Document, Acknowledgement.given_at, Acknowledgement.withdrawn_at)
        .join(Document, Document.id == Acknowledgement.document_id)
        .where(
            Acknowledgement.person_id == person_id,
            Document.federation_id == federation_id,
            Document.kind.in_(PURPOSES),
        )
        .order_by(Acknowledgement.given_at.desc(), Acknowledgement.id.desc())
        .limit(200)
    )
    return [Said(*row) for row in rows]


def said(person_id: UUID, federation_id: UUID, document_id: UUID) -> Document | None:
    """A text of the past that this person said yes to."""
    return db.session.scalar(
        select(Document).where(
            Document.id == document_id,
            Document.federation_id == federation_id,
            Document.kind.in_(PURPOSES),
            select(Acknowledgement.id)
            .where(Acknowledgement.document_id == document_id, Acknowledgement.person_id == person_id)
            .exists(),
        )
    )


def give(person_id: UUID, federation_id: UUID, kind: str, document_id: UUID, *, now: datetime) -> None:
    """Say yes to one purpose in the words that were read. Once is as good as twice. Raises NotOffered for other words."""
    newest = db.session.scalar(
        select(Document.id)
        .where(Document.federation_id == federation_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    )
    if newest is None or newest != document_id:
        raise NotOffered
    values: dict[str, Any] = {
        "id": new_id(), "federation_id": federation_id, "person_id": person_id, "document_id": document_id,
        "given_at": now,
    }  # fmt: skip
    if insert_once(Acknowledgement, values):
        audit.record(
            "consent.give", f"document:{document_id}", federation_id=federation_id, actor_id=person_id, now=now,
            purpose=kind,
        )  # fmt: skip


def withdraw(person_id: UUID, federation_id: UUID, kind: str, *, now: datetime) -> bool:
    """Take back the yes to one purpose, whatever version it was given to; False if there was none."""
    texts = select(Document.id).where(Document.federation_id == federation_id, Document.kind == kind)
    taken: Any = db.session.execute(
        update(Acknowledgement)
        .where(
            Acknowledgement.person_id == person_id,
            Acknowledgement.document_id.in_(texts),
            Acknowledgement.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount:
        audit.record(
            "consent.withdraw", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now,
            purpose=kind,
        )  # fmt: skip
    return bool(taken.rowcount)


__all__ = [
    "NEEDED",
    "OPTIONAL",
    "PURPOSES",
    "Purpose",
    "Said",
    "give",
    "givers",
    "history",
    "purposes",
    "said",
    "since",
    "stands",
    "who_stand",
    "withdraw",
]
