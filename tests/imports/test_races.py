"""Two at once, with real threads; and a process that is killed in the middle of its one transaction."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.audit import AuditEntry
from lms.db import transaction
from lms.errors import Refusal
from lms.people import operations as people_operations
from lms.people.imports import operations, progress
from lms.people.models import Invitation
from tests.imports.place import Desk, csv_of, people
from tests.people.place import at_once
from tests.test_crash import halting, lms, said, whole
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def together(desk: Desk, *deeds: Any) -> list[Any]:
    """Deeds that open their own transactions, all at once."""
    barrier = Barrier(len(deeds))

    def do(deed: Any) -> Any:
        with desk.world.database():
            barrier.wait(timeout=10)
            try:
                return deed()
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_an_import_carried_out_by_six_at_once_is_done_once(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(40)))
    answers = together(desk, *[lambda: operations.carry_out(import_id, now=clock.now())] * 6)
    assert sorted(answers) == [0] * 5 + [40]
    assert desk.counts() == (40, 40)


def test_of_two_lists_with_the_same_people_one_is_carried_out(desk: Desk) -> None:
    lists = [desk.prepared(csv_of(*people(20))) for _ in range(2)]
    answers = together(desk, *(lambda one=one: operations.carry_out(one, now=clock.now()) for one in lists))
    assert sorted(map(str, answers)) == ["20", "import-changed"]
    assert desk.counts() == (20, 20)


def test_a_list_and_an_invitation_by_hand_at_once_invite_nobody_twice(desk: Desk) -> None:
    for n in range(4):
        import_id = desk.prepared(csv_of(*people(3, 10 * n)))
        before = desk.counts()[0]

        def by_hand(n: int = n) -> str:
            with transaction():
                people_operations.invite(
                    desk.world.here, f"persona{10 * n}@demo.test", "P", "agent", by=desk.person, locale="es",
                    now=clock.now(),
                )  # fmt: skip
            return "invited"

        def by_list(import_id: Any = import_id) -> int:
            return operations.carry_out(import_id, now=clock.now())

        answers = together(desk, by_hand, by_list)
        assert answers in (["invited", "import-changed"], ["already-invited", 3])
        assert desk.counts()[0] - before == (1 if answers[0] == "invited" else 3)


def test_dropped_and_carried_out_at_once_is_one_of_both(desk: Desk) -> None:
    for n in range(4):
        import_id = desk.prepared(csv_of(*people(3, 10 * n)))
        before = desk.counts()[0]

        def drop(import_id: Any = import_id) -> str:
            with transaction():
                operations.drop(import_id, now=clock.now())
            return "dropped"

        def carry_out(import_id: Any = import_id) -> int:
            return operations.carry_out(import_id, now=clock.now())

        answers = together(desk, drop, carry_out)
        assert answers in (["dropped", 0], ["import-not-waiting", 3], ["dropped", "import-not-waiting"])
        assert desk.counts()[0] - before == (3 if answers[1] == 3 else 0)


def test_mails_asked_for_six_times_at_once_are_written_once(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(10)), mail=False)
    desk.carry_out(import_id)
    at_once(desk.world, *[lambda: operations.send_mails(import_id, by=desk.person, now=clock.now())] * 6)
    assert desk.counts() == (10, 10)


def invited(desk: Desk) -> int:
    with desk.world.database() as session:
        return session.scalar(select(func.count()).select_from(Invitation)) or 0


def test_how_far_it_is_can_be_seen_from_elsewhere_while_nothing_else_can(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0)
    import_id = desk.prepared(csv_of(*people(1200)))
    seen: list[tuple[str, int]] = []
    browser = desk.browser()

    def look() -> tuple[str, int]:
        return browser.get(f"/people/imports/{import_id}/progress").json["words"], invited(desk)

    with ThreadPoolExecutor(1) as elsewhere, desk.world.database():
        operations.carry_out(
            import_id, now=clock.now(), tell=lambda _done: seen.append(elsewhere.submit(look).result())
        )
    assert seen == [("500 de 1200", 0), ("1000 de 1200", 0), ("1200 de 1200", 0)]
    assert invited(desk) == 1200


# `lms user import`, which says how far its one transaction is, and goes on once it is told to.
HALTING = """
import sys
from contextlib import nullcontext
from lms.cli import main
from lms.people.imports import cli

def halt(done):
    print("invited", done, flush=True)
    sys.stdin.readline()

cli._bar = lambda label, length, quiet: nullcontext(halt if label == "Inviting" else bool)
main()
"""


def test_killed_in_the_middle_nothing_is_there_and_the_next_run_does_it_once(desk: Desk, tmp_path: Path) -> None:
    count = 1_200
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(*people(count)))
    words = ("user", "import", str(path), "--federation", "here", "--json")
    home = tmp_path / "home"
    with halting(desk.world.app, home, HALTING, *words) as process:
        assert said(process) == "invited 500"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert desk.counts() == (0, 0)
    with lms(desk.world.app, home, *words) as process:
        assert process.wait() == 0
    assert desk.counts() == (count, count)
    with desk.world.database() as session:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "people.import")
        assert session.scalar(entries) == 1
        assert whole(desk.world) == []
