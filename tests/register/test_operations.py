from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from certificates.accreditation.models import Dossier
from certificates.register import names, operations, queries, rules
from certificates.register.models import Certificate, RegisterAct
from lms import audit
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.jobs import Job
from lms.people.models import Federation
from tests.register.seed import REASON, act, approved, issued, load, quiet_jobs
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


@pytest.fixture
def holder(world: World) -> UUID:
    return world.person("agent")


@pytest.fixture
def registrar(world: World) -> UUID:
    return world.person("registrar")


def test_an_approved_dossier_becomes_a_certificate_with_its_facts_frozen(
    world: World, holder: UUID, registrar: UUID
) -> None:
    certificate = issued(world, holder, registrar)
    snapshot = certificate.snapshot
    assert rules.well_formed(certificate.code)
    assert certificate.serial == "2026-000001"
    assert certificate.digest == audit.fingerprint(snapshot)
    assert (snapshot["holder"]["locale"], snapshot["holder"]["legal"]) == ("es", False)
    assert "Lucía" not in str(snapshot)
    assert certificate.sealed_name is not None
    with world.database():
        assert names.name(certificate.id, snapshot, certificate.sealed_name) == "Lucía Núñez Peña"
    assert snapshot["federation"] == {"slug": "here", "name": "Federación here"}
    assert (snapshot["issued_on"], snapshot["valid_until"], snapshot["decided_on"]) == (
        "2026-03-02",
        "2028-03-02",
        "2026-03-02",
    )
    assert [item["requirement"]["kind"] for item in snapshot["met"]] == ["hours", "document"]
    assert "somebody" not in str(snapshot)
    with world.database() as session:
        assert session.get_one(Dossier, certificate.dossier_id).state == "issued"
        assert audit.fingerprint(session.get_one(Certificate, certificate.id).snapshot) == certificate.digest


def test_the_issue_stands_in_the_register_the_trail_and_the_queue(world: World, holder: UUID, registrar: UUID) -> None:
    certificate = issued(world, holder, registrar)
    with world.database() as session:
        (first,) = queries.acts(certificate.id)
        assert (first.number, first.act, first.by, first.digest) == (1, "issue", registrar, certificate.digest)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issue")).one()
        assert entry.facts == {"number": 1, "digest": certificate.digest}
        assert entry.subject == f"certificate:{certificate.id}"
        assert session.scalars(select(Job.kind).order_by(Job.id)).all() == ["certificate.pdf", "mail.messages"]


def test_serials_count_by_federation_and_year_of_its_own_clock(world: World, holder: UUID, registrar: UUID) -> None:
    with world.database(), transaction() as session:
        session.get_one(Federation, world.elsewhere).timezone = "Atlantic/Canary"
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already 2027 in Madrid, not yet in the Canary Islands
    abroad = world.person("registrar", federation=world.elsewhere)
    assert issued(world, holder, registrar).serial == "2026-000001"
    assert issued(world, world.person("agent"), registrar).serial == "2026-000002"
    assert issued(world, world.person("agent"), registrar, now=eve).serial == "2027-000001"
    assert issued(world, world.person("agent"), abroad, federation=world.elsewhere, now=eve).serial == "2026-000001"


def test_a_second_issue_is_refused_and_leads_to_the_first(world: World, holder: UUID, registrar: UUID) -> None:
    certificate = issued(world, holder, registrar)
    with world.database(), pytest.raises(operations.AlreadyIssued) as refused, transaction():
        operations.issue(certificate.dossier_id, by=registrar, federation_id=world.here, now=NOW)
    assert refused.value.certificate_id == certificate.id
    assert issued(world, world.person("agent"), registrar).serial == "2026-000002"


@pytest.mark.parametrize("state", ["open", "refused"])
def test_what_is_not_approved_is_not_issued(world: World, holder: UUID, registrar: UUID, state: str) -> None:
    dossier_id = approved(world, holder, state=state)
    with world.database(), pytest.raises(operations.NotApproved), transaction():
        operations.issue(dossier_id, by=registrar, federation_id=world.here, now=NOW)


def test_nobody_issues_for_themselves_and_no_mentor_or_assessor_issues(world: World, holder: UUID) -> None:
    mentor = world.person("registrar", "senior")
    dossier_id = approved(world, holder, parties=(mentor,))
    for issuer in (holder, mentor):
        with world.database(), pytest.raises(operations.IssuedByParty), transaction():
            operations.issue(dossier_id, by=issuer, federation_id=world.here, now=NOW)
    with world.database() as session:
        assert session.get_one(Dossier, dossier_id).state == "approved"
        assert session.scalar(select(func.count(Certificate.id))) == 0


def test_another_federation_cannot_issue_or_touch(world: World, holder: UUID, registrar: UUID) -> None:
    dossier_id = approved(world, holder)
    abroad = world.person("registrar", federation=world.elsewhere)
    with world.database(), pytest.raises(operations.UnknownDossier), transaction():
        operations.issue(dossier_id, by=abroad, federation_id=world.elsewhere, now=NOW)
    certificate = issued(world, world.person("agent"), registrar)
    for deed in (operations.suspend, operations.reinstate, operations.revoke):
        with world.database(), pytest.raises(operations.UnknownCertificate), transaction():
            deed(certificate.id, by=abroad, federation_id=world.elsewhere, reason=REASON, now=NOW)
        with world.database(), pytest.raises(operations.UnknownCertificate), transaction():
            deed(uuid4(), by=registrar, federation_id=world.here, reason=REASON, now=NOW)
    assert load(world, certificate.id).state == "in-force"


def test_suspend_reinstate_revoke_follow_each_other_and_are_all_kept(
    world: World, holder: UUID, registrar: UUID
) -> None:
    certificate = issued(world, holder, registrar)
    states = []
    for hours, deed in enumerate((operations.suspend, operations.reinstate, operations.suspend, operations.revoke), 1):
        act(world, deed, certificate.id, registrar, now=NOW + timedelta(hours=hours), reason=f"  Motivo {hours}  ")
        states.append(load(world, certificate.id).state)
    assert states == ["suspended", "in-force", "suspended", "revoked"]
    with world.database() as session:
        kept = [(one.number, one.act, one.reason) for one in queries.acts(certificate.id)]
        assert kept == [
            (1, "issue", ""),
            (2, "suspend", "Motivo 1"),
            (3, "reinstate", "Motivo 2"),
            (4, "suspend", "Motivo 3"),
            (5, "revoke", "Motivo 4"),
        ]
        facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.action != "certificate.issue")).all()
        assert not any("Motivo" in str(each) for each in facts)
        assert queries.contradictions(world.here) == []


def test_what_is_revoked_never_comes_back(world: World, holder: UUID, registrar: UUID) -> None:
    certificate = issued(world, holder, registrar)
    act(world, operations.revoke, certificate.id, registrar)
    for deed in (operations.suspend, operations.reinstate, operations.revoke):
        with pytest.raises(operations.Revoked):
            act(world, deed, certificate.id, registrar)
    with world.database(), pytest.raises(DatabaseError):
        db.session.execute(text("UPDATE certificates SET state = 'in-force'"))


def test_what_is_in_force_has_nothing_to_lift_and_what_is_suspended_is_not_suspended_again(
    world: World, holder: UUID, registrar: UUID
) -> None:
    certificate = issued(world, holder, registrar)
    with pytest.raises(operations.NotSuspended):
        act(world, operations.reinstate, certificate.id, registrar)
    act(world, operations.suspend, certificate.id, registrar)
    with pytest.raises(operations.AlreadySuspended):
        act(world, operations.suspend, certificate.id, registrar)


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_every_act_needs_a_reason(world: World, holder: UUID, registrar: UUID, reason: str) -> None:
    certificate = issued(world, holder, registrar)
    with pytest.raises(operations.ReasonMissing):
        act(world, operations.revoke, certificate.id, registrar, reason=reason)
    assert load(world, certificate.id).state == "in-force"


def test_nobody_acts_on_their_own_certificate(world: World, registrar: UUID) -> None:
    colleague = world.person("registrar", "senior")
    certificate = issued(world, colleague, registrar)
    with pytest.raises(operations.OwnCertificate):
        act(world, operations.revoke, certificate.id, colleague)
    assert load(world, certificate.id).state == "in-force"


def test_only_the_holder_chooses_whether_the_name_shows(world: World, holder: UUID, registrar: UUID) -> None:
    certificate = issued(world, holder, registrar)
    assert certificate.show_name is False
    with world.database(), pytest.raises(operations.UnknownCertificate), transaction():
        operations.show_name(certificate.id, person_id=registrar, show=True, now=NOW)
    with world.database(), transaction():
        operations.show_name(certificate.id, person_id=holder, show=True, now=NOW)
    assert load(world, certificate.id).show_name is True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates SET snapshot = '{}'",
        "UPDATE certificates SET code = 'X'",
        "UPDATE certificates SET serial = 'X'",
        "UPDATE certificates SET valid_until = '2100-01-01'",
        "DELETE FROM certificates",
        "UPDATE register_acts SET reason = 'otro'",
        "DELETE FROM register_acts",
    ],
)
def test_the_database_itself_refuses_to_change_the_register(
    world: World, holder: UUID, registrar: UUID, statement: str
) -> None:
    issued(world, holder, registrar)
    with world.database(), pytest.raises(DatabaseError):
        db.session.execute(text(statement))


def test_two_acts_cannot_bear_one_number(world: World, holder: UUID, registrar: UUID) -> None:
    certificate = issued(world, holder, registrar)
    with world.database(), pytest.raises(DatabaseError), transaction() as session:
        session.add(
            RegisterAct(
                federation_id=world.here, certificate_id=certificate.id, number=1, act="revoke",
                by=registrar, at=NOW, digest="",
            )
        )  # fmt: skip
