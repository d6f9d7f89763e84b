"""The page of the trail: in words, narrowed, paged, noted; and as a file."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lms import audit
from lms.audit import ENTRIES, AuditEntry
from lms.db import db, transaction, writing
from lms.people.trail import export, operations, queries
from lms.people.trail.queries import Wanted
from tests.statements import counted
from tests.tamper import tamper
from tests.world import NOW, World


def deed(world: World, action: str, *, by: UUID | None, subject: str, days: int = 0, **facts: Any) -> None:
    with world.database(), transaction():
        audit.record(
            action, subject, federation_id=world.here, actor_id=by, now=NOW + timedelta(days=days), **facts
        )  # fmt: skip


@pytest.fixture
def ines(world: World) -> UUID:
    return world.person("agent", name="Inés Campos")


@pytest.fixture
def busy(world: World, ines: UUID) -> dict[str, UUID]:
    """An admin, and a trail with three deeds of a registrar's, one of them to Inés, and one of hers."""
    people = {"admin": world.person("admin", name="Amparo"), "registrar": world.person("registrar", name="Rocío")}
    deed(world, "role.give", by=people["registrar"], subject=f"person:{ines}", role="agent")
    deed(world, "pairing.create", by=people["registrar"], subject=f"pairing:{UUID(int=3)}", days=1)
    deed(world, "edition.open", by=people["registrar"], subject=f"edition:{UUID(int=4)}", days=2)
    deed(world, "hours.log", by=ines, subject=f"session:{UUID(int=5)}", days=3, minutes=60)
    return people | {"ines": ines}


def read(world: World, who: UUID, query: str = "") -> str:
    answer = world.browser(who).get(f"/trail{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<tbody")[2].partition("</tbody")[0]


def test_the_trail_is_told_in_words_and_names(world: World, busy: dict[str, UUID]) -> None:
    said = read(world, busy["admin"])
    for words in ("Papel dado", "Inés Campos", "Rocío", "Agente de apoyo mutuo", "Sesión apuntada", "minutos: 60"):
        assert words in said
    assert said.index("Sesión apuntada") < said.index("Papel dado")


def test_it_is_narrowed_by_deed_person_and_day(world: World, busy: dict[str, UUID]) -> None:
    assert "Papel dado" not in read(world, busy["admin"], "?action=hours.log")
    about = read(world, busy["admin"], f"?person={busy['ines']}")
    assert ("Papel dado" in about, "Sesión apuntada" in about, "Pareja creada" in about) == (True, True, False)
    on_a_day = read(world, busy["admin"], "?since=2026-03-03&until=04/03/2026")
    assert [words in on_a_day for words in ("Papel dado", "Pareja creada", "Edición abierta", "Sesión")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_day_that_is_none_gets_a_sentence_and_what_was_typed_stays(world: World, busy: dict[str, UUID]) -> None:
    answer = world.browser(busy["admin"]).get("/trail?since=ayer&person=x&before=99999999999999999999")
    assert answer.status_code == 422
    assert "La fecha «ayer» no se entiende" in answer.text
    assert 'value="ayer"' in answer.text


def test_reading_it_is_itself_in_it(world: World, busy: dict[str, UUID]) -> None:
    read(world, busy["admin"], f"?person={busy['ines']}")
    with world.database():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        assert (last.action, last.actor_id, last.subject) == ("file.read", busy["admin"], f"person:{busy['ines']}")
        assert last.facts["what"] == "trail.read"
    read(world, busy["admin"])
    with world.database():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        assert (last.action, last.subject) == ("trail.read", f"federation:{world.here}")


def test_nobody_reads_another_federations_trail_or_learns_a_name_there(world: World, busy: dict[str, UUID]) -> None:
    stranger = world.person("admin", federation=world.elsewhere)
    browser = world.browser(stranger, federation=world.elsewhere)
    for _ in range(2):  # the second time, the first is in the trail
        assert browser.get(f"/trail?person={busy['ines']}").status_code == 404
        page = browser.get("/trail").text
        assert "Inés" not in page
        assert "Rocío" not in page
    assert exported(world, stranger, "csv", person=str(busy["ines"])).status_code == 404


def test_a_person_who_is_gone_has_no_name_and_the_rest_stays(world: World, busy: dict[str, UUID]) -> None:
    deed(world, "role.give", by=busy["registrar"], subject=f"person:{UUID(int=99)}", role="agent")
    assert "Alguien que ya no está (00000000)" in read(world, busy["admin"])


def many(world: World, count: int, known: UUID | None = None) -> None:
    people = [UUID(int=number) for number in range(1000, 1050)]
    people[1] = known or people[1]
    rows = [
        {
            "chain": world.here, "number": number, "at": NOW + timedelta(seconds=number), "actor_id": people[number % 50],
            "action": ("hours.log", "hours.sign", "edition.enrol")[number % 3], "subject": f"person:{people[number % 49]}",
            "facts": {}, "previous": "", "hash": "",
        }
        for number in range(1, count + 1)
    ]  # fmt: skip
    with world.database(), writing(), db.engine.begin() as connection:
        connection.execute(insert(ENTRIES), rows)
    with world.database(), transaction() as session:
        session.add(audit.AuditHead(chain=world.here, number=count, hash=""))


FILTERS = ["", "?action=hours.sign", f"?person={UUID(int=1001)}", "?since=2026-03-02&until=2026-03-02", "?before=70"]


@pytest.mark.parametrize("query", FILTERS)
def test_a_page_costs_the_same_however_long_the_trail(world: World, query: str) -> None:
    admin = world.browser(world.person("admin"))
    known = world.person("agent")
    query = query.replace(str(UUID(int=1001)), str(known))
    many(world, 60, known)
    with counted() as few:
        assert admin.get(f"/trail{query}").status_code == 200
    tamper(world.app, "DELETE FROM audit_entries")
    tamper(world.app, "DELETE FROM audit_heads")
    many(world, 3000, known)
    with counted() as lots:
        assert admin.get(f"/trail{query}").status_code == 200
    assert len(lots) <= len(few) <= 8, lots


@pytest.mark.parametrize("query", FILTERS[1:4])
def test_the_pages_hold_every_entry_once(world: World, query: str) -> None:
    many(world, 400)
    wanted = {
        "?action=hours.sign": Wanted(action="hours.sign"),
        FILTERS[2]: Wanted(person=UUID(int=1001)),
        FILTERS[3]: Wanted(since=NOW, until=NOW + timedelta(seconds=300)),
    }[query]
    with world.database():
        seen: list[int] = []
        before = None
        while found := queries.page(world.here, wanted, before)[: queries.PAGE]:
            seen += [entry.number for entry in found]
            before = found[-1].number
        with queries.everything(world.here, wanted) as everything:
            assert seen == [entry.number for entry in everything]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) > 10


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(action="hours.sign"), Wanted(person=UUID(int=1001))])
def test_every_way_of_reading_walks_along_an_index(world: World, database_kind: str, wanted: Wanted) -> None:
    many(world, 3000)
    statement = queries._chosen(world.here, wanted, None, 51)
    with world.database(), db.engine.connect() as connection:
        sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        if database_kind == "sqlite":
            plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
            assert "SCAN audit_entries" not in plan, plan
            assert wanted.person or "TEMP B-TREE" not in plan, plan
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = " ".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}"))
            assert "Index" in plan, plan


def test_the_page_says_how_far_the_chain_was_checked_and_where_it_is_broken(
    world: World, busy: dict[str, UUID], app: Flask
) -> None:
    from lms import clock

    admin = world.browser(busy["admin"])
    assert "Todavía no se ha comprobado" in admin.get("/trail").text
    with app.app_context():
        assert operations.check(clock.now()) == 0
    assert "hasta la entrada 5: todo cuadra" in admin.get("/trail").text
    tamper(app, "UPDATE audit_entries SET action = 'role.take' WHERE action = 'role.give'")
    with app.app_context():
        assert operations.check(clock.now()) == 0  # only what came since
        assert operations.check(clock.now(), whole=True) == 1
        assert operations.check(clock.now()) == 1  # a fault stays until the whole chain is sound
    assert "La cadena no cuadra en la entrada 1" in admin.get("/trail").text


def exported(world: World, who: UUID, form: str, **query: str) -> Any:
    return world.browser(who).post("/trail/export", {"form": form, **query})


def test_the_trail_as_a_file_is_whole_without_names_and_can_be_checked(world: World, busy: dict[str, UUID]) -> None:
    answer = exported(world, busy["admin"], "jsonl")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=trail-")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["number"] for line in lines] == [5, 4, 3, 2, 1]  # its own reading is the newest
    assert lines[0]["action"] == "trail.export"
    for line in lines:
        fields = ("number", "at", "actor_id", "action", "subject", "facts", "previous")
        values: dict[str, Any] = {name: line[name] or ("" if name == "actor_id" else line[name]) for name in fields}
        assert audit.entry_hash(str(world.here), **values) == line["hash"]
    assert "Inés" not in answer.text


def test_no_cell_of_the_csv_is_a_formula(world: World, busy: dict[str, UUID]) -> None:
    deed(world, "+1.-1", by=None, subject="-2:+3", what="+4")
    answer = exported(world, busy["admin"], "csv", action="+1.-1")
    head, row = list(csv.reader(io.StringIO(answer.text)))
    assert head == list(export.COLUMNS)
    assert row[3:5] == ["'+1.-1", "'-2:+3"]
    for text in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
        assert export._cell(text) == f"'{text}"


def test_a_form_of_file_that_is_none_is_refused(world: World, busy: dict[str, UUID]) -> None:
    assert exported(world, busy["admin"], "exe").status_code == 400
