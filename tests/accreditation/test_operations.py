from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from certificates.accreditation import evidence, operations, queries, refusals, rules
from certificates.accreditation.models import Decision, Dossier, SchemeVersion
from certificates.accreditation.rules import Record
from certificates.accreditation.schemes import DEFAULT_SCHEME
from certificates.register import operations as register
from certificates.register.models import Certificate
from lms import audit
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.errors import Refusal
from lms.ids import new_id
from lms.people.models import Membership
from tests.accreditation.evidence import REASONS, Learner, dossier, dossier_of, kept, record, scheme, vote
from tests.statements import counted
from tests.world import NOW, World

LATER = NOW + timedelta(days=1)
TITLE = {"es": "T", "en": "T"}
DOCUMENT = DEFAULT_SCHEME["requirements"][0]


def apply(world: World, person: UUID, scheme_id: UUID, name: str = "Ana Ruiz", **more: Any) -> Dossier:
    values = {"now": NOW, "gather": lambda *_, **__: record()} | more
    with world.database():
        with transaction():
            found = operations.apply(person, world.here, scheme_id, name, **values)
        return kept(found)


def count(world: World, model: type, *where: Any) -> int:
    with world.database():
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def entries(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.database():
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.chain == world.here).order_by(AuditEntry.number)
        ).all()
        assert list(audit.verify(world.here)) == []
        return [(row.action, row.facts) for row in rows]


# --- Schemes ----------------------------------------------------------------------------------------------------------


def test_the_same_slug_again_is_the_next_version_and_the_old_one_stays(world: World) -> None:
    first = scheme(world)
    with world.database(), transaction():
        operations.create_scheme(world.here, "acreditado", TITLE, 12, [DOCUMENT], now=LATER)
    with world.database():
        now = queries.scheme(first, world.here)
        versions = db.session.scalars(select(SchemeVersion).order_by(SchemeVersion.number)).all()
        assert now is not None
        assert (now.number, now.validity_months, now.requirements) == (2, 12, [DOCUMENT])
        assert [version.requirements for version in versions] == [DEFAULT_SCHEME["requirements"], [DOCUMENT]]


def test_the_built_in_scheme_is_installed_once(world: World) -> None:
    for _time in range(2):
        with world.database(), transaction():
            operations.install_default(world.here, now=NOW)
    assert count(world, SchemeVersion) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"requirements": []}, refusals.EmptyScheme),
        ({"requirements": [{"kind": "luck", "title": TITLE}]}, refusals.UnknownRequirement),
        ({"requirements": [{"kind": "hours", "title": TITLE, "minimum": -5}]}, refusals.ImpossibleRequirement),
        (
            {
                "requirements": [
                    {"kind": "competency", "title": TITLE, "codes": ["7.9"], "level": 3, "sources": ["assessor"]}
                ]
            },
            refusals.UnknownRequirement,
        ),
        ({"validity_months": 0}, refusals.ImpossibleRequirement),
        ({"validity_months": True}, refusals.ImpossibleRequirement),
        ({"title": {"en": "T"}}, refusals.MalformedScheme),
        ({"slug": "Con Espacios"}, refusals.MalformedScheme),
    ],
)
def test_a_malformed_scheme_is_not_stored(world: World, change: dict[str, Any], refusal: type[Refusal]) -> None:
    with world.database(), pytest.raises(refusal) as caught, transaction():
        operations.create_scheme(world.here, **(DEFAULT_SCHEME | change), now=NOW)
    with world.database(), force_locale("es"):
        assert "%(" not in str(caught.value)
    assert count(world, SchemeVersion) == 0


# --- Applying ---------------------------------------------------------------------------------------------------------


def test_an_application_freezes_the_evidence_and_who_stands_behind_it(world: World) -> None:
    learner = Learner(world)
    learner.earn()
    opened = apply(world, learner.person, scheme(world), " Ana  Ruiz ", gather=evidence.gather)
    assert opened.state == "open"
    assert opened.certificate_name == "Ana Ruiz"
    assert set(opened.parties) == {str(id_) for id_ in (*learner.mentors, learner.assessor)}
    assert [item["met"] for item in opened.evidence] == [True] * 5
    hours = opened.evidence[3]
    assert (hours["have"], hours["need"], hours["unit"]) == (720, 720, "minute")
    learner.mentored({"individual": 60})
    assert dossier_of(world, opened.id).evidence == opened.evidence


@pytest.mark.parametrize("lacking", ["accept", "study", "take", "mentored", "observed"])
def test_an_application_with_something_missing_names_it_and_stores_nothing(world: World, lacking: str) -> None:
    learner = Learner(world)
    for step in {"accept", "study", "take", "mentored", "observed"} - {lacking}:
        getattr(learner, step)()
    scheme_id = scheme(world)
    before = entries(world)
    with world.database(), pytest.raises(refusals.NotYetEarned) as caught, transaction():
        operations.apply(learner.person, world.here, scheme_id, "Ana", now=NOW)
    kinds = {"accept": "document", "study": "course", "take": "quiz", "mentored": "hours", "observed": "competency"}
    assert [answer.requirement["kind"] for answer in caught.value.missing] == [kinds[lacking]]
    with world.database(), force_locale("es"):
        assert caught.value.missing[0].requirement["title"]["es"] in str(caught.value)
    assert count(world, Dossier) == 0
    assert entries(world) == before


def test_failed_quizzes_unsigned_hours_and_a_lower_newer_level_do_not_count(world: World) -> None:
    learner = Learner(world)
    learner.accept()
    learner.study()
    learner.take(score=7499)
    learner.mentored(signed=False)
    learner.observed()
    learner.observed(level=2, days=1)
    scheme_id = scheme(world)
    with world.database():
        [road] = queries.roads(learner.person, world.here, now=NOW)
        assert [answer.requirement["kind"] for answer in road.missing] == ["quiz", "hours", "competency"]
        hours = road.missing[1]
        assert (hours.whose, hours.waiting_since, hours.facts["waiting"]) == ("mentor", NOW, 6)
        assert road.scheme.scheme_id == scheme_id


def test_the_page_and_the_guard_say_the_same(world: World) -> None:
    learner = Learner(world)
    learner.study()
    learner.mentored()
    scheme_id = scheme(world)
    with world.database(), transaction():
        [road] = queries.roads(learner.person, world.here, now=NOW)
        with pytest.raises(refusals.NotYetEarned) as caught:
            operations.apply(learner.person, world.here, scheme_id, "Ana", now=NOW)
        assert caught.value.missing == road.missing


def test_evidence_of_another_federation_does_not_count(world: World) -> None:
    learner = Learner(world)
    learner.earn()
    scheme(world, world.elsewhere)
    with world.database():
        [road] = queries.roads(learner.person, world.elsewhere, now=NOW)
        assert len(road.missing) == 5


def test_one_standing_dossier_for_each_person_and_scheme(world: World) -> None:
    person, scheme_id = world.person("agent"), scheme(world)
    apply(world, person, scheme_id)
    with pytest.raises(refusals.AlreadyApplied):
        apply(world, person, scheme_id)
    assert count(world, Dossier) == 1


@pytest.mark.parametrize("name", ["", "  ", "1234", "x" * 121])
def test_a_certificate_needs_a_name(world: World, name: str) -> None:
    person, scheme_id = world.person("agent"), scheme(world)
    with pytest.raises(refusals.NameUnusable):
        apply(world, person, scheme_id, name)
    assert count(world, Dossier) == 0


def test_a_scheme_of_another_federation_is_not_there(world: World) -> None:
    person, theirs = world.person("agent"), scheme(world, world.elsewhere)
    for scheme_id in (theirs, new_id()):
        with pytest.raises(refusals.UnknownScheme):
            apply(world, person, scheme_id)


def certified(world: World, person: UUID) -> Certificate:
    """A certificate of this person on the default scheme."""
    scheme_id = scheme(world)
    opened = apply(world, person, scheme_id)
    for member in (world.person("registrar"), world.person("registrar")):
        vote(world, opened.id, member)
    with world.database(), transaction():
        return register.issue(opened.id, by=world.person("registrar"), federation_id=world.here, now=NOW)


@pytest.mark.parametrize(
    ("deed", "days", "status", "open_again"),
    [
        (None, 1, "in-force", False),
        (None, 700, "expiring", True),
        (None, 800, "expired", True),
        (register.suspend, 1, "suspended", False),
        (register.revoke, 1, "revoked", True),
    ],
)
def test_the_road_says_how_the_certificate_is_and_opens_again_when_it_ends(
    world: World, deed: Any, days: int, status: str, open_again: bool
) -> None:
    person = world.person("agent")
    certificate = certified(world, person)
    if deed is not None:
        with world.database(), transaction():
            by = world.person("registrar")
            deed(certificate.id, by=by, federation_id=world.here, reason="Un motivo que no se publica", now=NOW)
    with world.database():
        [road] = queries.roads(person, world.here, now=NOW + timedelta(days=days))
        assert road.dossier is not None
        assert (road.dossier.certificate, not road.dossier.stands) == (status, open_again)
        # Open again, it is judged by what the person has today: nothing, in this test.
        assert bool(road.missing) == open_again


def test_a_new_version_does_not_change_a_standing_dossier(world: World) -> None:
    person, scheme_id = world.person("agent"), scheme(world)
    opened = apply(world, person, scheme_id)
    with world.database(), transaction():
        operations.create_scheme(world.here, **(DEFAULT_SCHEME | {"requirements": [DOCUMENT]}), now=LATER)
    after = dossier_of(world, opened.id)
    assert (after.version_id, after.evidence) == (opened.version_id, opened.evidence)
    with world.database():
        [road] = queries.roads(person, world.here, now=NOW)
        assert road.scheme.number == 1
        assert len(road.answers) == 5


def test_deeds_are_in_the_trail_without_reasons_or_names(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    vote(world, opened, member)
    assert entries(world) == [
        ("scheme.create", {"slug": "acreditado", "number": 1}),
        ("dossier.apply", {"scheme": "acreditado", "version": 1}),
        ("dossier.decide", {"verdict": "approve"}),
    ]


# --- Deciding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        (["approve"], "open"),
        (["approve", "approve"], "approved"),
        (["refuse", "refuse"], "refused"),
        (["approve", "refuse"], "open"),
        (["approve", "refuse", "approve"], "approved"),
        (["refuse", "approve", "refuse"], "refused"),
    ],
)
def test_two_members_who_agree_decide(world: World, verdicts: list[str], state: str) -> None:
    opened = dossier(world)
    for verdict in verdicts:
        vote(world, opened, world.person("registrar"), verdict, now=LATER)
    found = dossier_of(world, opened)
    assert found.state == state
    assert found.decided_at == (None if state == "open" else LATER)


def test_after_a_refusal_one_may_apply_again(world: World) -> None:
    opened = dossier(world)
    for _time in range(2):
        vote(world, opened, world.person("registrar"), "refuse")
    first = dossier_of(world, opened)
    again = apply(world, first.person_id, first.scheme_id, now=LATER)
    assert (again.state, again.id != opened) == ("open", True)


def test_nobody_decides_on_themselves(world: World) -> None:
    person = world.person("agent", "registrar")
    opened = apply(world, person, scheme(world))
    with pytest.raises(refusals.OwnDossier):
        vote(world, opened.id, person)
    assert count(world, Decision) == 0


def test_neither_mentor_nor_assessor_of_the_evidence_decides(world: World) -> None:
    mentor, assessor = world.person("senior", "registrar"), world.person("assessor", "registrar")
    opened = dossier(world, [mentor], assessor)
    for member in (mentor, assessor):
        with pytest.raises(refusals.PartyToEvidence):
            vote(world, opened, member)
    assert count(world, Decision) == 0


def test_who_assessed_the_person_since_does_not_decide_either(world: World) -> None:
    learner = Learner(world)
    opened = apply(world, learner.person, scheme(world))
    with world.database(), transaction() as session:
        session.add(Membership(person_id=learner.assessor, federation_id=world.here, role="registrar", since=NOW))
    learner.observed()
    with pytest.raises(refusals.PartyToEvidence):
        vote(world, opened.id, learner.assessor)


def test_a_member_votes_once(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    vote(world, opened, member)
    for verdict in ("approve", "refuse"):
        with pytest.raises(refusals.AlreadyVoted):
            vote(world, opened, member, verdict)
    assert dossier_of(world, opened).state == "open"


def test_a_vote_after_the_decision_is_refused(world: World) -> None:
    opened = dossier(world)
    first, second = world.person("registrar"), world.person("registrar")
    vote(world, opened, first)
    vote(world, opened, second)
    with pytest.raises(refusals.AlreadyDecided):
        vote(world, opened, world.person("registrar"), "refuse")
    with pytest.raises(refusals.AlreadyVoted):
        vote(world, opened, first)
    assert count(world, Decision) == 2


@pytest.mark.parametrize("roles", [("senior",), ("admin",), ("assessor", "agent"), ()])
def test_only_who_keeps_the_register_decides(world: World, roles: tuple[str, ...]) -> None:
    opened = dossier(world)
    with pytest.raises(refusals.NotAMember):
        vote(world, opened, world.person(*roles))


def test_a_registrar_whose_role_was_taken_does_not_decide(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    with world.database(), transaction() as session:
        session.query(Membership).filter_by(person_id=member).update({"until": NOW})
    with pytest.raises(refusals.NotAMember):
        vote(world, opened, member)


def test_a_registrar_of_another_federation_does_not_find_it(world: World) -> None:
    opened, member = dossier(world), world.person("registrar", federation=world.elsewhere)
    with pytest.raises(refusals.UnknownDossier):
        vote(world, opened, member, federation_id=world.elsewhere)
    with pytest.raises(refusals.NotAMember):
        vote(world, opened, member)


@pytest.mark.parametrize("reasons", ["", "   ", "Todo bien.", " " * 30, "x" * 4001])
def test_a_vote_goes_with_its_reasons(world: World, reasons: str) -> None:
    opened = dossier(world)
    with pytest.raises(refusals.ReasonsTooShort):
        vote(world, opened, world.person("registrar"), reasons=reasons)


def test_a_vote_is_for_or_against(world: World) -> None:
    opened = dossier(world)
    with pytest.raises(refusals.VerdictUnknown):
        vote(world, opened, world.person("registrar"), "abstain")


# --- Reads ------------------------------------------------------------------------------------------------------------


def test_a_registrars_desk_counts_what_waits_for_them(world: World) -> None:
    me, other = world.person("registrar"), world.person("registrar", "senior")
    scheme_id = scheme(world)
    opened = [
        apply(
            world,
            world.person("agent"),
            scheme_id,
            now=NOW + timedelta(days=n),
            gather=lambda *_, **__: record([other, "m"]),
        )
        for n in range(3)
    ]
    mine = apply(world, me, scheme_id, now=LATER)
    vote(world, opened[1].id, me)
    for _time in range(2):
        vote(world, opened[2].id, world.person("registrar"))
    with world.database():
        assert queries.due_dossiers(world.here, me) == queries.DueDossiers(3, 1, 1, NOW)
        assert queries.due_dossiers(world.here, other) == queries.DueDossiers(3, 1, 1, NOW)
        assert queries.due_dossiers(world.elsewhere, me) == queries.DueDossiers(0, 0, 0, None)
        rows = {row.id: row for row in queries.dossiers(world.here, me)}
        assert list(rows) == [opened[0].id, opened[1].id, mine.id, opened[2].id]
        assert [row.waits_for_me for row in rows.values()] == [True, False, False, False]
        assert (rows[mine.id].party, rows[opened[1].id].voted, rows[opened[2].id].votes) == (True, True, 2)


def test_nothing_is_asked_of_topics_that_a_scheme_does_not_need(world: World) -> None:
    with world.database():
        assert evidence.kinds([{"kind": "any-of", "of": [DOCUMENT]}]) == {"document"}
        with counted() as sent:
            found = evidence.gather(world.person("agent"), world.here, (), now=NOW)
        assert found == Record()
        assert [line for line in sent if line.startswith("SELECT") and "enrolments" in line] == []


def test_reasons_of_a_record_are_kept_as_given(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    vote(world, opened, member, reasons=f"  {REASONS}\n")
    with world.database():
        [decision] = queries.decisions(opened)
        assert decision.reasons == REASONS
        assert rules.outcome([decision.verdict]) is None
