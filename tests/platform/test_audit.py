from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lms import audit
from lms.audit import AuditEntry
from lms.db import db, transaction
from tests.tamper import tamper
from tests.world import NOW

CHAIN = UUID(int=7)
PERSON = UUID(int=8)


def write(count: int, chain: UUID = CHAIN) -> None:
    with transaction():
        for number in range(count):
            audit.record(
                "deed.done",
                f"thing:{number}",
                federation_id=chain,
                actor_id=PERSON,
                now=NOW + timedelta(seconds=number),
            )


@pytest.fixture
def trail(app: Flask) -> Iterator[None]:
    with app.app_context():
        write(5)
        yield


def faults(kept: tuple[int, str] | None = None) -> list[tuple[int, str]]:
    db.session.rollback()
    return [(finding.number, finding.fault) for finding in audit.verify(CHAIN, kept)]


@pytest.mark.usefixtures("trail")
class TestATrail:
    def test_that_nobody_touched_has_no_fault(self) -> None:
        assert faults() == []

    def test_names_the_edited_entry(self, app: Flask) -> None:
        assert tamper(app, "UPDATE audit_entries SET action = 'deed.undone' WHERE number = 3") == 1
        assert faults() == [(3, "edited")]

    def test_names_the_entry_whose_time_was_moved(self, app: Flask) -> None:
        assert tamper(app, "UPDATE audit_entries SET at = '2020-01-01 00:00:00.000000' WHERE number = 2") == 1
        assert faults() == [(2, "edited")]

    def test_names_the_removed_entry(self, app: Flask) -> None:
        assert tamper(app, "DELETE FROM audit_entries WHERE number = 2") == 1
        assert (2, "missing") in faults()

    def test_names_the_inserted_entry(self, app: Flask) -> None:
        tamper(app, "UPDATE audit_entries SET number = number + 10 WHERE number > 3")
        tamper(app, "UPDATE audit_entries SET number = number - 9 WHERE number > 10")
        tamper(
            app,
            "INSERT INTO audit_entries (chain, number, at, actor_id, action, subject, facts, previous, hash)"
            " SELECT chain, 4, at, actor_id, 'deed.forged', subject, facts, hash, 'f' FROM audit_entries WHERE number = 3",
        )
        assert (4, "edited") in faults()

    def test_names_reordered_entries(self, app: Flask) -> None:
        tamper(app, "UPDATE audit_entries SET number = 99 WHERE number = 2")
        tamper(app, "UPDATE audit_entries SET number = 2 WHERE number = 3")
        tamper(app, "UPDATE audit_entries SET number = 3 WHERE number = 99")
        assert (2, "reordered") in faults()

    def test_shows_a_cut_tail_by_its_head(self, app: Flask) -> None:
        assert tamper(app, "DELETE FROM audit_entries WHERE number = 5") == 1
        assert faults() == [(5, "cut")]

    def test_shows_a_cut_tail_with_a_forged_head_only_against_a_kept_one(self, app: Flask) -> None:
        kept = audit.head(CHAIN)
        fourth = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.number == 4))
        tamper(app, "DELETE FROM audit_entries WHERE number = 5")
        tamper(app, "UPDATE audit_heads SET number = 4, hash = :hash", hash=fourth)
        assert faults() == []
        assert faults(kept) == [(5, "head")]

    def test_goes_on_after_a_kept_head(self) -> None:
        kept = audit.head(CHAIN)
        write(2)
        assert faults(kept) == []

    @pytest.mark.parametrize("deed", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
    def test_is_append_only_for_the_database_too(self, deed: str) -> None:
        with db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.exec_driver_sql(deed)

    def test_is_not_written_when_the_deed_is_rolled_back(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            audit.record("deed.failed", "thing:9", federation_id=CHAIN, actor_id=PERSON, now=NOW)
            raise RuntimeError
        write(1)
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 6
        assert faults() == []


def test_commits_at_the_same_moment_keep_the_chain_whole(app: Flask) -> None:
    def work() -> None:
        with app.app_context():
            for _ in range(5):
                write(2)

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert audit.head(CHAIN)[0] == 60
        assert faults() == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    column=st.sampled_from(["action", "subject", "previous", "hash"]),
    number=st.integers(1, 5),
    text=st.text("abc1", min_size=1),
)
@pytest.mark.usefixtures("trail")
def test_any_change_of_any_entry_is_found_at_its_place(app: Flask, column: str, number: int, text: str) -> None:
    before = db.session.scalar(select(getattr(AuditEntry, column)).where(AuditEntry.number == number))
    db.session.rollback()
    statement = f"UPDATE audit_entries SET {column} = :value WHERE number = :number"
    tamper(app, statement, value=text, number=number)
    assert faults()[0][0] in (number, number + 1)
    tamper(app, statement, value=before, number=number)
    assert faults() == []
