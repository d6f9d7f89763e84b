"""Storing schemes, applying, deciding. Call inside a transaction; what is refused leaves nothing behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

import certificates.accreditation.messages  # noqa: F401 (registers what is told here)
from assessments.competencies.framework import framework
from certificates.accreditation import evidence, queries, rules
from certificates.accreditation.models import Decision, Dossier, Scheme, SchemeVersion
from certificates.accreditation.refusals import (
    AlreadyAccredited,
    AlreadyApplied,
    AlreadyDecided,
    AlreadyVoted,
    EmptyScheme,
    ImpossibleRequirement,
    LegalNameNotKept,
    MalformedScheme,
    NameUnusable,
    NotAMember,
    NotYetEarned,
    OwnDossier,
    PartyToEvidence,
    ReasonsTooShort,
    UnknownDossier,
    UnknownRequirement,
    UnknownScheme,
    VerdictUnknown,
)
from certificates.accreditation.requirements import SLUG, faults
from certificates.accreditation.rules import Record
from certificates.accreditation.schemes import DEFAULT_SCHEME
from certificates.register import queries as register
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import queries as people
from lms.people.messages.operations import tell, tell_all
from lms.people.profile import queries as profile

RENEWAL = timedelta(days=90)  # before the end of a certificate its holder may apply again
MAX_VALIDITY = 120  # months
FAULTS: dict[str, type[MalformedScheme]] = {"empty": EmptyScheme, "unknown": UnknownRequirement}
Gather = Callable[..., Record]  # as evidence.gather


def create_scheme(
    federation_id: UUID,
    slug: str,
    title: dict[str, str],
    validity_months: int,
    requirements: list[dict[str, Any]],
    *,
    now: datetime,
    by: UUID | None = None,
) -> SchemeVersion:
    """Store the next version of a scheme (the first, for a new slug); the earlier ones stay as they are.

    Raises EmptyScheme, UnknownRequirement, ImpossibleRequirement (all MalformedScheme), with `place` and `detail`.
    """
    _check_scheme(slug, title, validity_months, requirements)
    insert_once(Scheme, {"id": new_id(), "federation_id": federation_id, "slug": slug, "current_version_id": None})
    scheme = db.session.scalars(
        select(Scheme).where(Scheme.federation_id == federation_id, Scheme.slug == slug).with_for_update()
    ).one()
    last = db.session.scalar(select(func.max(SchemeVersion.number)).where(SchemeVersion.scheme_id == scheme.id))
    version = SchemeVersion(
        id=new_id(),
        scheme_id=scheme.id,
        number=(last or 0) + 1,
        title=title,
        validity_months=validity_months,
        requirements=requirements,
        created_at=now,
    )
    db.session.add(version)
    scheme.current_version_id = version.id
    db.session.flush()
    audit.record(
        "scheme.create",
        f"scheme:{scheme.id}",
        federation_id=federation_id,
        actor_id=by,
        now=now,
        slug=slug,
        number=version.number,
    )
    return version


def install_default(federation_id: UUID, *, now: datetime) -> None:
    """Give a federation the built-in scheme, unless it has one of that name already."""
    slug = DEFAULT_SCHEME["slug"]
    if not any(scheme.slug == slug for scheme in queries.current_schemes(federation_id)):
        create_scheme(federation_id, **DEFAULT_SCHEME, now=now)


def _check_scheme(slug: str, title: Any, validity_months: Any, requirements: Any) -> None:
    if not isinstance(slug, str) or not SLUG.fullmatch(slug) or len(slug) > 40:
        raise MalformedScheme(place="slug", detail=str(slug)[:40])
    if not isinstance(title, dict) or not title.get("es") or not all(isinstance(t, str) for t in title.values()):
        raise MalformedScheme(place="title", detail="es")
    whole = isinstance(validity_months, int) and not isinstance(validity_months, bool)
    if not whole or not 1 <= validity_months <= MAX_VALIDITY:
        raise ImpossibleRequirement(place="validity_months", detail=f"1–{MAX_VALIDITY}")
    areas, codes = {area.code for area in framework().areas}, set(framework().by_code)
    for fault in faults(requirements, areas=areas, codes=codes):
        raise FAULTS.get(fault.code, ImpossibleRequirement)(place=fault.place or "requirements", detail=fault.detail)


def apply(
    person_id: UUID,
    federation_id: UUID,
    scheme_id: UUID,
    certificate_name: str,
    *,
    now: datetime,
    legal: bool = False,
    gather: Gather = evidence.gather,
) -> Dossier:
    """Open a dossier with the evidence as it stands now, judged here and frozen, and those who stand behind it.

    `legal`: the certificate shall bear the legal name, which stays sealed where it is; `certificate_name` is not kept.
    Raises UnknownScheme, NameUnusable, LegalNameNotKept, AlreadyApplied, AlreadyAccredited, NotYetEarned (its `missing` names what).
    """
    name = "" if legal else rules.usable_name(certificate_name)
    if name is None:
        raise NameUnusable
    if legal and profile.legal_name_kept(person_id) is None:
        raise LegalNameNotKept
    scheme = queries.scheme(scheme_id, federation_id)
    if scheme is None:
        raise UnknownScheme
    _refuse_standing(person_id, federation_id, scheme_id, now)
    record = gather(person_id, federation_id, evidence.kinds(scheme.requirements), now=now)
    record = replace(record, certified=queries.certified(person_id, federation_id, scheme.slug, now))
    answers = rules.evaluate(scheme.requirements, record)
    if missing := rules.unmet(answers):
        raise NotYetEarned(missing)
    values = {
        "id": new_id(),
        "federation_id": federation_id,
        "scheme_id": scheme_id,
        "version_id": scheme.version_id,
        "person_id": person_id,
        "certificate_name": name,
        "legal_name": legal,
        "state": "open",
        "applied_at": now,
        "evidence": [answer.frozen() for answer in answers],
        "parties": sorted(evidence.parties_of(record)),
    }
    if not insert_once(Dossier, values):  # another click came first
        raise AlreadyApplied
    audit.record(
        "dossier.apply",
        f"dossier:{values['id']}",
        federation_id=federation_id,
        actor_id=person_id,
        now=now,
        scheme=scheme.slug,
        version=scheme.number,
    )
    deciding = [
        member_id for member_id, _name in people.with_role(federation_id, "registrar") if member_id != person_id
    ]
    facts = {"who": person_id, "dossier": values["id"]}
    tell_all(dict.fromkeys(deciding, facts), "dossier-applied", federation_id=federation_id, now=now)
    return db.session.get_one(Dossier, values["id"])


def _refuse_standing(person_id: UUID, federation_id: UUID, scheme_id: UUID, now: datetime) -> None:
    rows = db.session.execute(
        select(Dossier.id, Dossier.state).where(Dossier.person_id == person_id, Dossier.scheme_id == scheme_id)
    )
    states = {row.id: row.state for row in rows}
    if any(state in queries.STANDING for state in states.values()):
        raise AlreadyApplied
    if "issued" in states.values():
        for certificate in register.of_person(person_id, federation_id):
            if (
                certificate.dossier_id in states
                and certificate.state != "revoked"
                and certificate.valid_until > now + RENEWAL
            ):
                raise AlreadyAccredited


def decide(
    dossier_id: UUID,
    *,
    member_id: UUID,
    federation_id: UUID,
    verdict: str,
    reasons: str,
    now: datetime,
) -> Dossier:
    """Add a member's vote (`approve` or `refuse`, with reasons); two that agree decide the dossier.

    Raises VerdictUnknown, ReasonsTooShort, UnknownDossier, NotAMember, OwnDossier, PartyToEvidence, AlreadyDecided,
    AlreadyVoted.
    """
    reasons = reasons.strip()
    if verdict not in ("approve", "refuse"):
        raise VerdictUnknown
    if not rules.REASONS[0] <= len(reasons) <= rules.REASONS[1]:
        raise ReasonsTooShort
    # Votes on a dossier go one after another: each sees those before it.
    dossier = db.session.scalar(
        select(Dossier)
        .where(Dossier.id == dossier_id, Dossier.federation_id == federation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if dossier is None:
        raise UnknownDossier
    _refuse_member(dossier, member_id, now)
    votes = queries.decisions(dossier_id)
    if any(vote.member_id == member_id for vote in votes):
        raise AlreadyVoted
    if dossier.state != "open":
        raise AlreadyDecided
    vote = {
        "dossier_id": dossier_id,
        "member_id": member_id,
        "person_id": dossier.person_id,
        "verdict": verdict,
        "reasons": reasons,
        "at": now,
    }
    if not insert_once(Decision, vote):
        raise AlreadyVoted
    decided = rules.outcome([*(vote.verdict for vote in votes), verdict])
    if decided is not None:
        claimed: Any = db.session.execute(
            update(Dossier)
            .where(Dossier.id == dossier_id, Dossier.state == "open")
            .values(state=decided, decided_at=now)
            .execution_options(synchronize_session="evaluate")
        )
        if claimed.rowcount != 1:
            raise AlreadyDecided
    audit.record(
        "dossier.decide",
        f"dossier:{dossier_id}",
        federation_id=federation_id,
        actor_id=member_id,
        now=now,
        verdict=verdict,
    )
    if decided is not None:
        kind = "dossier-approved" if decided == "approved" else "dossier-refused"
        tell(dossier.person_id, kind, federation_id=federation_id, now=now, dossier=dossier_id)
    return dossier


def _refuse_member(dossier: Dossier, member_id: UUID, now: datetime) -> None:
    """Who decides keeps the register of this federation, and stands neither on the one side nor on the other."""
    if not people.holds(member_id, dossier.federation_id, "registrar", now=now):
        raise NotAMember
    # Also whoever has mentored or assessed the person since the dossier was made.
    parties = {*dossier.parties, *evidence.parties(dossier.person_id)}
    match rules.conflict(str(member_id), str(dossier.person_id), parties):
        case "self":
            raise OwnDossier
        case "party":
            raise PartyToEvidence
