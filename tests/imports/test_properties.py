"""Whatever rows, whatever bytes."""

import csv
import io
import unicodedata
import zipfile
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import delete

from lms import clock, jobs
from lms.cells import neutral
from lms.db import transaction
from lms.people import operations as operations_of_people
from lms.people import words
from lms.people.imports import downloads, operations, rehearsal, rules
from lms.people.imports.models import Import
from lms.people.imports.refusals import FileRefused, ImportChanged, ImportNotWaiting, NoRows
from lms.people.imports.sheets import open_sheet
from lms.people.models import Invitation
from lms.policy import ROLES
from lms.texts import speaking
from tests.imports.place import HEAD, Desk, csv_of, repacked, xlsx_of
from tests.world import NOW, World

ROLES_IN_ORDER = list(words.ROLES)
MANY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
MORE = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = xlsx_of(["Ana", "ana@demo.test", "agente", "es"])
PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")

cell = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
email = st.one_of(
    st.builds("{}@{}".format, st.sampled_from(["ana", "Ana", "\uff41na", "josé", "jose\u0301", "x" * 70]),
              st.sampled_from(["demo.test", "DEMO.test", "muñoz.test", "xn--muoz-hqa.test", "nodot", ""])),
    cell,
)  # fmt: skip
row = st.tuples(
    st.one_of(st.sampled_from(["Ana", "Eva", "=1", ""]), cell),
    email,
    st.one_of(st.sampled_from(["agente", "Senior agent", "registro", ""]), cell),
    st.one_of(st.sampled_from(["es", "English", ""]), cell),
)


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEAD, *rows])
    return text.getvalue().encode()


def clean(desk: Desk) -> None:
    """As if nothing had been imported."""
    with desk.world.database() as session, transaction():
        for table in (jobs.Job, Invitation, Import):
            session.execute(delete(table))


def as_prepared(desk: Desk, content: bytes) -> UUID:
    """A judged import, queued if that is allowed. Raises ImportNotWaiting if not."""
    import_id = uuid4()
    desk.rehearse(content, "agent", import_id)
    with desk.world.database(), transaction():
        operations.queue(import_id, mail=True, now=clock.now())
    return import_id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@MANY
@given(rows=st.lists(row, max_size=8))
def test_a_list_without_findings_is_carried_out_once_and_one_with_findings_never(
    world: World, rows: list[tuple[str, ...]]
) -> None:
    desk, content = Desk(world), as_csv(rows)
    clean(desk)
    try:
        judgement, found = desk.rehearse(content, "agent")
    except NoRows:
        assert not any(cell.strip() for one in rows for cell in one)
        return
    assert judgement.bad_rows == len({one.row for one in found})
    if found:
        with pytest.raises(ImportNotWaiting):
            as_prepared(desk, content)
        assert desk.counts() == (0, 0)
        return
    import_id = as_prepared(desk, content)
    assert (desk.carry_out(import_id), desk.carry_out(import_id)) == (judgement.rows, 0)
    again = desk.rehearse(content, "agent")[1]
    assert [one.code for one in again] == ["invited-already"] * judgement.rows
    assert desk.counts() == (judgement.rows, judgement.rows)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@MANY
@given(
    listed=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["agente", "sénior"])), unique=True, min_size=1),
    members=st.sets(st.integers(0, 9), max_size=3),
    invited=st.sets(st.integers(0, 9), max_size=3),
)
def test_the_import_refuses_exactly_what_a_rehearsal_at_that_moment_would_find(
    world: World, listed: list[tuple[int, str]], members: set[int], invited: set[int]
) -> None:
    desk = Desk(world)
    clean(desk)
    mark = uuid4().hex  # addresses of this example alone
    content = csv_of(*[[f"P{n}", f"{mark}P{n}@Demo.test", role, ""] for n, role in listed])
    import_id = as_prepared(desk, content)
    with world.database(), transaction():
        for n in members:
            person = operations_of_people.create_person(f"{mark}p{n}@demo.test", "P", password=None, now=NOW)
            operations_of_people.give_role(world.here, person.id, "agent", by=None, now=NOW)
        for n in invited:
            operations_of_people.invite(
                world.here, f"{mark}p{n}@demo.test", "P", "senior", by=desk.person, locale="es", now=clock.now()
            )
    before, found = desk.counts()[0], desk.rehearse(content)[1]
    if found:
        with pytest.raises(ImportChanged):
            desk.carry_out(import_id)
        with world.database():
            assert list(rehearsal.findings(import_id)) == found
        assert desk.counts()[0] == before
    else:
        assert desk.carry_out(import_id) == len(listed)
        assert desk.counts()[0] == before + len(listed)


def read_through(content: bytes) -> str:
    """What reading a file to its end says: "" or the sentence of a refusal. Anything else is raised."""
    try:
        with open_sheet(io.BytesIO(content)) as sheet:
            for number, cells in sheet.people:
                rules.judge(number, cells, allowed=("agent",), role="agent", locale="es")
    except FileRefused as refusal:
        return str(refusal)
    return ""


@MORE
@given(content=st.binary(max_size=400))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    read_through(content)
    read_through(b"nombre;correo\r\n" + content)


@MORE
@given(text=st.lists(st.sampled_from([*"\"';,\t\r\n\0ab@.=", "nombre", "correo", "é"]), max_size=200).map("".join))
def test_text_of_any_kind_is_read_or_refused(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "cp1252"):
        read_through(f"nombre;correo\n{text}".encode(encoding, "replace"))


@MORE
@given(part=st.sampled_from(PARTS), at=st.integers(0, 5000), put=st.binary(max_size=30), cut=st.integers(0, 30))
def test_workbooks_with_any_damage_are_read_or_refused(part: str, at: int, put: bytes, cut: int) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        old = archive.read(part)
    at %= len(old)
    read_through(repacked(GOOD, {part: old[:at] + put + old[at + cut :]}))
    whole = at % len(GOOD)
    read_through(GOOD[:whole] + put + GOOD[whole + cut :])


@MORE
@given(name=cell, address=email, role=cell, language=cell)
def test_a_cell_that_is_shown_is_never_a_formula_and_never_invisible(
    name: str, address: str, role: str, language: str
) -> None:
    cells = {"name": name, "email": address, "role": role, "locale": language}
    found, faults = rules.judge(2, cells, allowed=("agent",), role="agent", locale="es")
    assert (found is None) == bool(faults)
    for fault in faults:
        assert not rules.is_formula(neutral(fault.value))
        assert not rules.unprintable(fault.value)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=30), min_size=1, max_size=5),
    locale=st.sampled_from(["es", "en"]),
)
def test_the_template_filled_in_is_read_without_a_finding(
    world: World, form: str, names: list[str], locale: str
) -> None:
    with world.app.test_request_context(), speaking(locale):
        roles = [str(role) for role in words.ROLES.values()]
        template = downloads.template(form, ROLES)
        rows = [
            [name, f"p{n}@demo.test", roles[n % len(roles)], list(words.LANGUAGES.values())[n % 2]]
            for n, name in enumerate(names)
        ]
        if form == "csv":
            lines = io.StringIO(newline="")
            csv.writer(lines, delimiter=";").writerows(rows)
            content = b"".join(template) + lines.getvalue().encode()
        else:
            book = load_workbook(template)
            template.close()
            for one in rows:
                book.worksheets[0].append(one)
            file = io.BytesIO()
            book.save(file)
            content = file.getvalue()
        with open_sheet(io.BytesIO(content)) as sheet:
            found = list(sheet.people)
    judged = [rules.judge(number, cells, allowed=ROLES, role="", locale="es") for number, cells in found]
    assert [faults for _row, faults in judged] == [[]] * len(names)
    assert [one.name for one, _faults in judged if one] == [unicodedata.normalize("NFC", name) for name in names]
    assert [one.role for one, _faults in judged if one] == [ROLES_IN_ORDER[n % len(roles)] for n in range(len(names))]
