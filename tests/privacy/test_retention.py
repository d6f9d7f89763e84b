"""Retention: what is too old goes, once a day, and a rehearsal changes nothing."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from assessments.quizzes.models import Answer, Attempt
from courses.learning.models import Edition, Reflection
from lms import audit, clock
from lms.cli import main
from lms.db import transaction
from lms.people.federations.rules import RETENTION
from lms.people.messages.models import Message
from lms.people.models import Federation, Membership, Person, SignIn
from lms.people.privacy import erasures, retention
from lms.people.privacy.models import RetentionRun
from tests.privacy.life import Life, lead
from tests.register import seed
from tests.world import NOW, World

FAR = datetime(2040, 6, 1, 12, tzinfo=UTC)


def old(world: World) -> Life:
    """A life whose edition ended and whose attempt was submitted long ago."""
    life = lead(world)
    with world.database(), transaction() as session:
        session.execute(update(Edition).values(ends_on=date(2026, 6, 1)))
        session.execute(update(Attempt).values(state="submitted", submitted_at=NOW, score=5000, passed=False))
    return life


def run(world: World, now: datetime, federation: UUID | None = None) -> Any:
    with world.database():
        return retention.carry_out(federation or world.here, now=now)


def left(world: World, model: Any) -> int:
    with world.database() as session:
        return len(session.scalars(select(model)).all())


def test_what_has_passed_its_period_goes_and_its_result_stays(world: World) -> None:
    old(world)
    counts = run(world, FAR)
    assert counts["reflections"] == 2
    assert counts["quiz-answers"] == 1
    assert (left(world, Reflection), left(world, Answer), left(world, Attempt)) == (0, 0, 1)


def test_what_is_within_its_period_stays(world: World) -> None:
    old(world)
    run(world, datetime(2028, 5, 31, 12, tzinfo=UTC))  # 24 months after the edition are not over
    assert left(world, Reflection) == 2
    run(world, datetime(2028, 6, 2, 12, tzinfo=UTC))
    assert left(world, Reflection) == 0


def test_the_federations_own_period_counts(world: World) -> None:
    old(world)
    with world.database(), transaction() as session:
        session.execute(update(Federation).where(Federation.id == world.here).values(retention={"reflections": 1}))
    run(world, datetime(2026, 7, 3, 12, tzinfo=UTC))
    assert left(world, Reflection) == 0


def test_one_federations_night_touches_no_other(world: World) -> None:
    old(world)
    run(world, FAR, world.elsewhere)
    assert left(world, Reflection) == 2


def test_an_unused_account_is_told_and_goes_a_month_later(world: World) -> None:
    gone, kept = world.person("agent", name="Quien Ya No Viene"), world.person("agent", name="Quien Sigue")
    with world.database(), transaction() as session:
        session.execute(update(Membership).where(Membership.person_id == gone).values(until=NOW + timedelta(days=1)))
    assert run(world, FAR)["unused-accounts"] == 1
    assert run(world, FAR + timedelta(days=1))["unused-accounts"] == 0  # told once
    with world.database() as session:
        erasure = erasures.standing(gone)
        assert FAR + timedelta(days=36) < erasure.due_at < FAR + timedelta(days=39)
        assert session.scalars(select(Message.kind).where(Message.person_id == gone)).all() == ["account-unused"]
        erasures.carry_out(erasure.id, now=FAR + timedelta(days=40))
        assert session.get(Person, gone).name == ""
        assert session.get(Person, kept).name == "Quien Sigue"


def test_an_account_with_a_certificate_or_a_recent_visit_is_used(world: World) -> None:
    certified, visiting = world.person("agent"), world.person("agent")
    seed.issued(world, certified, world.person("registrar"))
    world.browser(visiting, began_at=FAR - timedelta(days=30), expires_at=FAR)
    with world.database(), transaction() as session:
        session.execute(
            update(Membership)
            .where(Membership.person_id.in_([certified, visiting]))
            .values(until=NOW + timedelta(days=1))
        )
    assert run(world, FAR)["unused-accounts"] == 0


def test_an_open_session_stays(world: World) -> None:
    person = world.person("agent")
    world.browser(person)
    run(world, clock.now())
    assert left(world, SignIn) == 1


def test_a_rehearsal_counts_the_same_and_changes_nothing(world: World) -> None:
    old(world)
    with world.database(), transaction():
        counted = retention.rehearse(world.here, now=FAR)
    assert left(world, Reflection) == 2
    assert run(world, FAR) == counted


def test_once_a_day_is_enough(world: World) -> None:
    assert run(world, FAR) is not None
    assert run(world, FAR) is None
    assert run(world, FAR + timedelta(days=1)) is not None


def test_two_workers_write_one_report_and_lose_nothing_else(world: World) -> None:
    old(world)
    barrier, answers = Barrier(2), []

    def work() -> None:
        with world.database():
            barrier.wait()
            answers.append(retention.carry_out(world.here, now=FAR))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert left(world, RetentionRun) == 1
    assert left(world, Reflection) == 0


def test_it_begins_in_the_night_of_the_federation(world: World) -> None:
    with world.database():
        early, late = (datetime(2026, 3, 2, hour, 30, tzinfo=UTC) for hour in (1, 2))  # 02:30 and 03:30 in Madrid
        assert retention.federations_due(early) == []
        assert set(retention.federations_due(late)) == {world.here, world.elsewhere}
        retention.carry_out(world.here, now=late)
        assert retention.federations_due(late + timedelta(hours=5)) == [world.elsewhere]


def test_the_report_holds_counts_and_the_trail_holds(world: World) -> None:
    old(world)
    run(world, FAR)
    with world.database() as session:
        report = session.scalars(select(RetentionRun)).one()
        assert set(report.counts) <= set(RETENTION)
        assert all(isinstance(count, int) for count in report.counts.values())
        assert not list(audit.verify(world.here))


def test_the_admin_reads_reports_and_rehearses(world: World) -> None:
    browser = world.browser(world.person("admin"))
    browser.post("/retention/rehearse")
    page = browser.get("/retention").text
    assert "Ensayo: no se borró nada" in page


def test_the_command_rehearses_and_runs(world: World) -> None:
    old(world)
    runner = world.app.test_cli_runner()
    told = runner.invoke(main, ["retention", "run", "--dry-run", "--federation", "here"], obj=_script(world))
    assert told.exit_code == 0, told.output
    assert "here: would go:" in told.output
    told = runner.invoke(main, ["retention", "run", "--federation", "here"], obj=_script(world))
    assert "here: went:" in told.output
    told = runner.invoke(main, ["retention", "run", "--federation", "nowhere"], obj=_script(world))
    assert told.exit_code == 1
    assert "no federation" in told.output


def _script(world: World) -> Any:
    from flask.cli import ScriptInfo

    return ScriptInfo(create_app=lambda: world.app)
