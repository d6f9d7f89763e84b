"""A form sent twice does its work once: the same key gives the same answer, the same key with other content is refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.audit import fingerprint
from lms.db import Base, db, insert_once
from lms.errors import Refusal


class Submission(Base):
    """What a person sent under a key, and the address that answered it."""

    __tablename__ = "submissions"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None]
    at: Mapped[datetime]


class FormReused(Refusal):
    """The same form key came with other content."""

    code = "form-reused"
    sentence = _l("Este formulario ya se envió con otros datos. Ábrelo de nuevo si quieres añadir otro registro.")


def answer(person_id: UUID, form: Any, now: datetime) -> str | None:
    """The address that answered this form before, or None: then do the work and `keep` its answer.

    `form` is a form of lms.forms with its `once` key. Call inside the transaction that does the work.
    Raises FormReused when the key was used with other content.
    """
    content = {name: value for name, value in form.data.items() if name not in ("csrf_token", "once")}
    digest = fingerprint(content)
    key = form.once.data
    if insert_once(Submission, {"person_id": person_id, "key": key, "digest": digest, "answer": None, "at": now}):
        return None
    earlier = db.session.execute(
        select(Submission.digest, Submission.answer).where(Submission.person_id == person_id, Submission.key == key)
    ).one()
    if earlier.digest != digest:
        raise FormReused
    return earlier.answer or "/"


def keep(person_id: UUID, form: Any, address: str) -> None:
    """Note the address that answers this form."""
    db.session.execute(
        update(Submission)
        .where(Submission.person_id == person_id, Submission.key == form.once.data)
        .values(answer=address)
    )
