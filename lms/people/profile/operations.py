"""Writes about how a person is called and where they work. Call inside `transaction()`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from lms import audit
from lms.db import db, insert_once
from lms.errors import Refusal
from lms.people.models import Person, Service
from lms.people.profile import queries, rules
from lms.people.profile.models import LegalName, Workplace, context
from lms.sealing import seal


class LegalNameUnusable(Refusal):
    """Nothing that a certificate could show."""

    code = "legal-name-unusable"
    sentence = _l("Escribe el nombre con letras y, como mucho, 120 caracteres.")
    field = "name"


class LegalNameMissing(Refusal):
    """There is none, or it was taken away meanwhile."""

    code = "legal-name-missing"
    sentence = _l("No hay ningún nombre legal guardado.")


def keep_legal_name(person_id: UUID, name: str, *, now: datetime) -> None:
    """Seal a person's legal name; it takes the place of an earlier one. Raises LegalNameUnusable, Unopenable."""
    tidied = rules.tidy(name)
    if not rules.printable(tidied):
        raise LegalNameUnusable
    values: dict[str, Any] = {"sealed": seal(tidied, context(person_id)), "given_at": now}
    if not insert_once(LegalName, {"person_id": person_id, **values}):
        db.session.execute(update(LegalName).where(LegalName.person_id == person_id).values(**values))
    _note("legal-name.keep", person_id, by=person_id, now=now)


def forget_legal_name(person_id: UUID, *, now: datetime) -> None:
    """Delete it. Certificates that bear it keep it. Raises LegalNameMissing."""
    gone: Any = db.session.execute(delete(LegalName).where(LegalName.person_id == person_id))
    if not gone.rowcount:
        raise LegalNameMissing
    _note("legal-name.forget", person_id, by=person_id, now=now)


def open_legal_name(
    person_id: UUID, *, by: UUID, now: datetime, federation_id: UUID | None = None, why: str = "own"
) -> str:
    """The legal name; that it was opened, by whom and for which thing (`why`: "own", "dossier:<id>"), is in the trail.

    Raises LegalNameMissing, Unopenable.
    """
    name = queries.legal_name(person_id)
    if name is None:
        raise LegalNameMissing
    _note("legal-name.view", person_id, by=by, now=now, federation_id=federation_id, why=why)
    return name


def choose_reading(person_id: UUID, said: dict[str, str], *, now: datetime) -> None:
    """Keep how a person reads (`lms.reading.chosen`) with their account."""
    db.session.execute(update(Person).where(Person.id == person_id).values(reading=said))
    _note("account.change", person_id, by=person_id, now=now)


def _note(
    action: str, person_id: UUID, *, by: UUID, now: datetime, federation_id: UUID | None = None, **facts: Any
) -> None:
    audit.record(action, f"person:{person_id}", federation_id=federation_id, actor_id=by, now=now, **facts)


class ServiceUnknown(Refusal):
    """No open service of this federation."""

    code = "service-unknown"
    sentence = _l("Elige uno de los servicios de la lista.")
    field = "service"


def work_in(person_id: UUID, federation_id: UUID, service_id: UUID | None, *, now: datetime) -> None:
    """Keep in which service a person works; None: they would rather not say. Raises ServiceUnknown."""
    if service_id is None:
        mine = (Workplace.person_id == person_id, Workplace.federation_id == federation_id)
        db.session.execute(delete(Workplace).where(*mine))
    else:
        _say(person_id, federation_id, service_id, now)
    audit.record("workplace.say", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now)


def _say(person_id: UUID, federation_id: UUID, service_id: UUID, now: datetime) -> None:
    of = (Service.id == service_id, Service.federation_id == federation_id, Service.closed_at.is_(None))
    if db.session.scalar(select(Service.id).where(*of)) is None:
        raise ServiceUnknown
    values: dict[str, Any] = {"service_id": service_id, "said_at": now}
    if not insert_once(Workplace, {"person_id": person_id, "federation_id": federation_id, **values}):
        mine = (Workplace.person_id == person_id, Workplace.federation_id == federation_id)
        db.session.execute(update(Workplace).where(*mine).values(**values))
