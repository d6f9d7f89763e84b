from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lms import audit, walk
from lms.audit import AuditEntry
from lms.db import db, transaction, writing
from lms.walk import Walk
from tests.platform.forging import CHAIN, OTHER, forged, store, stored
from tests.tamper import tamper
from tests.world import NOW

PERSON = UUID(int=8)
NUMBERED = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number)


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


def faults(*kept: tuple[int, str]) -> list[tuple[int, str]]:
    db.session.rollback()
    return [(finding.number, finding.fault) for finding in audit.verify(CHAIN, *kept)]


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
        with writing(), db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.exec_driver_sql(deed)

    def test_is_not_written_when_the_deed_is_rolled_back(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            audit.record("deed.failed", "thing:9", federation_id=CHAIN, actor_id=PERSON, now=NOW)
            raise RuntimeError
        write(1)
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 6
        assert faults() == []


@pytest.mark.usefixtures("trail")
class TestAWalk:
    def test_from_where_an_earlier_one_ended_reads_only_what_came_since(self, app: Flask) -> None:
        first = Walk(CHAIN)
        assert list(first) == []
        write(3)
        tamper(app, "UPDATE audit_entries SET action = 'deed.undone' WHERE number IN (2, 7)")
        later = Walk(CHAIN, after=(first.number, first.hash))
        assert [(one.number, one.fault) for one in later] == [(7, "edited")]
        assert later.number == 8

    def test_names_the_first_kept_head_that_is_no_more_and_the_last_that_still_is(self, app: Flask) -> None:
        kept = [(number, digest) for number, digest in db.session.execute(NUMBERED).all()]
        rows = stored(app)
        for row in rows[2:]:
            row["subject"], row["previous"] = "thing:forged", rows[row["number"] - 2]["hash"]
            row["hash"] = forged(row)
        store(app, rows, (5, rows[-1]["hash"]))
        assert faults() == []
        assert faults(kept[0], kept[1], kept[3], kept[4]) == [(4, "head")]

    def test_finds_a_chain_whose_head_was_removed_with_all_its_entries(self, app: Flask) -> None:
        kept = {CHAIN: [audit.head(CHAIN)]}
        tamper(app, "DELETE FROM audit_entries")
        assert [(one.number, one.fault) for one in walk.verify_all({})] == [(1, "cut")]
        tamper(app, "DELETE FROM audit_heads")
        assert [(one.number, one.fault) for one in walk.verify_all(kept)] == [(1, "missing")]

    def test_finds_entries_whose_head_was_removed(self, app: Flask) -> None:
        tamper(app, "DELETE FROM audit_heads")
        assert [one.fault for one in walk.verify_all({})] == ["cut"]

    def test_sees_one_moment_while_others_append(self, app: Flask) -> None:
        wanted = Event()

        def append() -> None:
            with app.app_context():
                while not wanted.is_set():
                    write(1)

        thread = Thread(target=append)
        thread.start()
        try:
            assert not [found for _ in range(20) for found in walk.Walk(CHAIN)]
        finally:
            wanted.set()
            thread.join()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        "facts = '{'", "facts = ''", "facts = '[[['", "at = 'yesterday'", "at = ''", "at = replace(at, ' ', 'T')", "actor_id = 'x'",
        "actor_id = ''", "actor_id = upper(actor_id) || 'A'", "hash = x'00'", "action = x'ff'", "number = 3.5", "number = 'three'",
        "number = -3",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("trail")
def test_what_no_entry_of_ours_can_be_is_a_finding_and_no_error(app: Flask, change: str) -> None:
    file = db.session.connection().connection.driver_connection
    file.execute("PRAGMA ignore_check_constraints = ON") if file else None
    db.session.rollback()
    tamper(app, f"UPDATE audit_entries SET {change} WHERE number = 3")
    assert faults()[0][0] in (1, 3)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("trail")
def test_an_entry_on_a_chain_that_is_none_is_found(app: Flask) -> None:
    tamper(app, "UPDATE audit_entries SET chain = 'zzz' WHERE number = 3")
    assert [(one.number, one.fault) for one in walk.verify_all({})] == [(3, "missing"), (0, "inserted")]


def test_a_text_has_no_place_in_the_trail(app: Flask) -> None:
    with app.app_context():
        for text in ("Inés Campos", "ines@demo.test", "se va", {"note": "se va"}, ["se va"], {"se va": 1}):
            with pytest.raises(audit.Unfit):
                audit.record("deed.done", "thing:1", federation_id=CHAIN, actor_id=PERSON, now=NOW, what=text)


def test_an_entry_cannot_be_replaced_or_the_table_emptied(app: Flask, database_kind: str) -> None:
    with app.app_context():
        write(2)
        deed = {
            "sqlite": "INSERT OR REPLACE INTO audit_entries SELECT chain, number, at, actor_id, 'x', subject, facts, "
            "previous, hash FROM audit_entries",
            "postgresql": "TRUNCATE audit_entries",
        }[database_kind]
        with writing(), db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.exec_driver_sql(deed)


def test_commits_at_the_same_moment_keep_every_chain_whole_and_without_gaps(app: Flask) -> None:
    def work(other: bool) -> None:
        with app.app_context():
            for _ in range(5):
                with transaction():  # both chains in one commit, named in either order
                    for chain in (OTHER, CHAIN) if other else (CHAIN, OTHER):
                        audit.record("deed.done", "thing:1", federation_id=chain, actor_id=PERSON, now=NOW)
                write(1)

    threads = [Thread(target=work, args=(number % 2 == 0,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert (audit.head(CHAIN)[0], audit.head(OTHER)[0]) == (60, 30)
        assert list(walk.verify_all({})) == []
