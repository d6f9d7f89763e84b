"""Approved dossiers, for tests of the register, the documents and verification."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select

from certificates.accreditation.models import Dossier, Scheme, SchemeVersion
from certificates.register import operations
from certificates.register.models import Certificate
from lms.db import transaction
from lms.ids import new_id
from lms.people.models import Membership, Person
from tests.world import LONG_AGO, NOW, World

TITLE = {"es": "Agente de apoyo mutuo acreditado", "en": "Accredited peer support agent"}


def _frozen(
    kind: str, title: dict[str, str], amount: int, unit: str, facts: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A met requirement, as accreditation freezes it; `more` is what its kind asks for."""
    return {
        "kind": kind,
        "title": title,
        "requirement": {"kind": kind, "title": title} | more,
        "met": True,
        "have": amount,
        "need": amount,
        "unit": unit,
        "facts": facts,
        "parts": [],
    }


EVIDENCE = [
    _frozen(
        "hours",
        {"es": "Mentoría: 12 horas visadas", "en": "Mentoring: 12 hours"},
        720,
        "minute",
        {
            "kinds": [],
            "mentors": {"who": [], "done": 0, "asked": 0},
            "waiting": 0,
            "waiting_minutes": 0,
            "waiting_for": [],
        },
    ),
    _frozen(
        "document",
        {"es": "Código ético aceptado", "en": "Code of ethics accepted"},
        1,
        "document",
        {},
        document="code-of-ethics",
    ),
]
REASON = "Horas que no constan en ningún sitio"


def scheme(session: Any, federation_id: UUID, slug: str = "acreditado") -> SchemeVersion:
    """The scheme of a federation, made at first use."""
    found = session.scalar(select(Scheme).where(Scheme.federation_id == federation_id, Scheme.slug == slug))
    if found is not None:
        return session.get_one(SchemeVersion, found.current_version_id)
    parent = Scheme(id=new_id(), federation_id=federation_id, slug=slug)
    version = SchemeVersion(
        id=new_id(), scheme_id=parent.id, number=1, title=TITLE, validity_months=24, requirements=[], created_at=NOW
    )
    parent.current_version_id = version.id
    session.add(parent)
    session.flush()
    session.add(version)
    session.flush()
    return version


def approved(
    world: World,
    person_id: UUID,
    *,
    federation: UUID | None = None,
    name: str = "Lucía Núñez Peña",
    parties: tuple[UUID, ...] = (),
    state: str = "approved",
) -> UUID:
    """A dossier of this person on which the federation has decided: its id."""
    with world.database(), transaction() as session:
        version = scheme(session, federation or world.here)
        dossier = Dossier(
            id=new_id(),
            federation_id=federation or world.here,
            scheme_id=version.scheme_id,
            version_id=version.id,
            person_id=person_id,
            certificate_name=name,
            state=state,
            applied_at=NOW,
            decided_at=NOW,
            evidence=EVIDENCE,
            parties=[str(party) for party in parties],
        )
        session.add(dossier)
        return dossier.id


def many_approved(world: World, count: int) -> None:
    """So many agents, each with an approved dossier, made in one transaction."""
    with world.database(), transaction() as session:
        version = scheme(session, world.here)
        ids = [new_id() for _ in range(count)]
        session.execute(
            insert(Person),
            [
                {"id": id_, "name": "Lucía", "email": f"{id_}@demo.test", "fs_uniquifier": str(id_), "created_at": NOW}
                for id_ in ids
            ],
        )
        session.execute(
            insert(Membership),
            [{"person_id": id_, "federation_id": world.here, "role": "agent", "since": LONG_AGO} for id_ in ids],
        )
        session.execute(
            insert(Dossier),
            [
                {
                    "federation_id": world.here, "scheme_id": version.scheme_id, "version_id": version.id,
                    "person_id": id_, "certificate_name": "Lucía Núñez Peña", "state": "approved", "applied_at": NOW,
                    "decided_at": NOW, "evidence": EVIDENCE, "parties": [],
                }
                for id_ in ids
            ],
        )  # fmt: skip


def issued(
    world: World, person_id: UUID, by: UUID, *, federation: UUID | None = None, now: datetime = NOW, **facts: Any
) -> Certificate:
    """A certificate of this person, issued by `by`; detached, as it was at issue."""
    dossier_id = approved(world, person_id, federation=federation, **facts)
    with world.database(), transaction():
        return operations.issue(dossier_id, by=by, federation_id=federation or world.here, now=now)


def act(world: World, deed: Any, certificate_id: UUID, by: UUID, *, now: datetime = NOW, reason: str = REASON) -> None:
    """Do `operations.suspend`, `reinstate` or `revoke` in a transaction of its own."""
    with world.database(), transaction():
        deed(certificate_id, by=by, federation_id=world.here, reason=reason, now=now)


def load(world: World, certificate_id: UUID) -> Certificate:
    """The certificate as it stands now."""
    with world.database() as session:
        found = session.get_one(Certificate, certificate_id)
        session.expunge(found)
        return found


def quiet_jobs(app: Flask) -> None:
    """Jobs wait for a sweep in this test: nothing renders."""
    app.extensions["lms_bell"] = lambda _job_id: None
