"""What people send, and what somebody might: each is refused with a sentence, and nothing half-done remains."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.people.imports import rules
from lms.people.imports.models import Import
from tests.imports.place import Desk, csv_of, id_in, people, repacked, xlsx_of
from tests.people.place import account
from tests.world import World

SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx_of(*people(2))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HUGE = b"<worksheet><sheetData>" + b" " * 60_000_000 + b"</sheetData></worksheet>"
LINE = b"nombre;correo;papel\r\n" + b"A" * 10_000_000


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def worksheet(rows: str, head: str = "") -> bytes:
    """A sheet written by hand."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{head}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def inline(*rows: list[str], first: int = 1) -> str:
    return "".join(
        f'<row r="{first + n}">'
        + "".join(f'<c r="{chr(65 + c)}{first + n}" t="inlineStr"><is><t>{cell}</t></is></c>' for c, cell in enumerate(row))
        + "</row>"
        for n, row in enumerate(rows)
    )  # fmt: skip


def lying(content: bytes, member: str, size: int) -> bytes:
    """An archive whose directory claims another unpacked size."""
    out = bytearray(content)
    name = member.encode()
    at = out.index(b"PK\x01\x02")
    while True:
        length = struct.unpack_from("<H", out, at + 28)[0]
        if out[at + 46 : at + 46 + length] == name:
            struct.pack_into("<I", out, at + 24, size)
            return bytes(out)
        at = out.index(b"PK\x01\x02", at + 4)


BAD = {
    "nothing": (b"", "El archivo está vacío"),
    "blanks": (b"\r\n ;;; \r\n\t\r\n", "El archivo está vacío"),
    "one column": (b"correo\r\nana@demo.test\r\n", "Falta la columna «nombre»"),
    "no headings": (csv_of(*people(2), head=people(1, 9)[0]), "Falta la columna «nombre»"),
    "headings twice": (csv_of(head=["nombre", "correo", "E-MAIL", "papel"]), "Hay dos columnas para «correo»"),
    "headings and nobody": (csv_of(), "No hay ninguna persona"),
    "open quotes": (csv_of(*people(3), ['"Ana', "ana@demo.test", "agente", "es"]), "En la fila 5 hay unas comillas"),
    "text after quotes": (csv_of(['"Ana"x', "ana@demo.test", "", ""]), "En la fila 2 hay unas comillas"),
    "a line of 10 MB": (LINE[:9_900_000], "La fila 2 es demasiado larga"),
    "more than 10 MB": (LINE + b"A", "El archivo pasa de 10 MB"),
    "zeros": (b"\0" * 5000, None),
    "zeros in the headings": (b"nombre;cor\0reo;papel\r\nAna;a@demo.test;agente\r\n", "No podemos leer este archivo"),
    "half of UTF-16": (csv_of(*people(2), encoding="utf-16")[:-1], "No podemos leer este archivo"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None),
    "an old workbook": (OLE + b"\0" * 3000, "Es un libro de Excel antiguo"),
    "a locked workbook": (OLE + b"\0" * 66_000 + "EncryptedPackage".encode("utf-16-le"), "El libro tiene contraseña"),
    "another archive": (zipped(**{"a.txt": b"a"}), "Es un archivo comprimido"),
    "half an archive": (GOOD[: len(GOOD) // 2], "El libro está dañado"),
    "macros": (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "El libro contiene macros"),
    "a member outside": (repacked(GOOD, {"../../x.xml": b"<x/>"}), "El libro está dañado"),
    "an entity": (
        repacked(GOOD, {SHEET: worksheet("", '<!DOCTYPE x [<!ENTITY a "b">]>')}), "El libro está dañado",
    ),
    "an entity in UTF-16": (
        repacked(GOOD, {SHEET: worksheet("", '<!DOCTYPE x [<!ENTITY a "b">]>').decode().encode("utf-16")}),
        "El libro está dañado",
    ),
    "XML that is none": (repacked(GOOD, {SHEET: b"<worksheet><sheetData>"}), "El libro está dañado"),
    "a bomb": (repacked(GOOD, {SHEET: HUGE}), "El libro ocupa demasiado"),
    "a bomb beside": (repacked(GOOD, {"xl/media/a.png": b"\0" * 50_000_000}), "El libro ocupa demasiado"),
    "a bomb that claims to be small": (lying(repacked(GOOD, {SHEET: HUGE}), SHEET, 100), None),
    "many members": (repacked(GOOD, {f"xl/a{n}.xml": b"<a/>" for n in range(600)}), "El libro ocupa demasiado"),
    "many tags": (repacked(GOOD, {SHEET: worksheet(inline(*[["a"] * 26] * 30_000))}), "El libro ocupa demasiado"),
    "a row beyond the last": (
        repacked(GOOD, {SHEET: worksheet(inline(["nombre", "correo"]) + inline(["A", "a@demo.test"], first=10**9))}),
        "Hay más de 25000 filas",
    ),
}  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # nothing reaches the database
@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(desk: Desk, what: str) -> None:
    content, sentence = BAD[what]
    answer = desk.send(content, "lista.xlsx" if content.startswith(b"PK") else "lista.csv")
    if answer.status_code == 302:  # large: a job has read it, and the page says what it found
        assert desk.one(id_in(answer)).state == "unreadable"
        answer = desk.browser().get(answer.location)
    else:
        assert answer.status_code == 422
    assert (sentence or "") in answer.text
    assert 'class="notice notice-error"' in answer.text or 'class="form-errors"' in answer.text
    assert left_behind(desk) == []
    with desk.world.database() as session:
        assert not session.scalar(select(func.count()).select_from(Import).where(Import.state == "judged"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("written", [csv_of, xlsx_of])
def test_more_people_than_we_take_at_once_are_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, written: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(rules, "MOST_ROWS", 50)
    assert desk.send(written(*people(50))).status_code == 302
    assert "Hay más de 50 filas" in desk.send(written(*people(51))).text


def left_behind(desk: Desk) -> list[str]:
    home = Path(desk.world.app.config["LMS_HOME"])
    found = [path for folder in ("files/imports", "incoming") for path in (home / folder).rglob("*") if path.is_file()]
    return [path.name for path in found]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_body_larger_than_any_list_is_refused_before_it_is_read(desk: Desk) -> None:
    answer = desk.send(b"A" * 12_000_000)
    assert answer.status_code == 413
    assert "Es demasiado grande" in answer.text
    assert left_behind(desk) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_body_that_claims_to_be_huge_is_refused_by_its_claim(desk: Desk) -> None:
    answer = desk.browser().client.post(
        "/people/imports", data=b"x", headers={"Content-Length": "500000000"}, content_type="multipart/form-data"
    )
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_other_forms_stay_as_small_as_they_were(desk: Desk) -> None:
    assert desk.send(b"A" * 2_000_000, address="/people/invitations").status_code == 413


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_neither_file_nor_text_is_asked_for_and_pasted_text_stays(desk: Desk) -> None:
    assert "Elige un archivo o pega las filas" in desk.send(None).text
    answer = desk.send(None, text="nombre\tcorreo\nAna\tana@demo.test")
    assert answer.status_code == 302
    answer = desk.send(None, text="Ana\tana@demo.test")
    assert answer.status_code == 422
    assert "Ana\tana@demo.test" in answer.text


def test_twenty_thousand_rows_of_which_three_are_broken_in_latin_1(desk: Desk) -> None:
    rows = people(20_000)
    rows[1234] = ["Begoña Ñúñez", "=cmd|' /C calc'!A0", "agente", "es"]
    rows[15_000] = ["José", "PERSONA7@DEMO.TEST", "agente", "español"]
    rows[19_999] = ["", "sin-arroba", "agente", "es"]
    judgement, found = desk.rehearse(csv_of(*rows, encoding="latin-1"))
    assert (judgement.encoding, judgement.rows, judgement.bad_rows) == ("cp1252", 20_000, 3)
    assert [(one.row, one.column, one.code, one.other) for one in found] == [
        (1236, "email", "formula", 0),
        (15_002, "email", "duplicate", 9),
        (20_001, "name", "name-missing", 0),
        (20_001, "email", "email-unreadable", 0),
    ]


SAME = {
    "case": ("Ana@Demo.test", "ana@demo.TEST"),
    "accents in one or two characters": ("jos\u00e9@demo.test", "jose\u0301@demo.test"),
    "wide letters": ("\uff41\uff4e\uff41@demo.test", "ana@demo.test"),
    "sharp s": ("stra\u00dfe@demo.test", "strasse@demo.test"),
    "domain in letters and in ASCII": ("ana@mu\u00f1oz.test", "ana@xn--muoz-hqa.test"),
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", SAME)
def test_two_spellings_of_one_address_are_found(desk: Desk, how: str) -> None:
    _judgement, found = desk.rehearse(csv_of(*[["A", email, "agente", ""] for email in SAME[how]]))
    assert [(one.row, one.code, one.other) for one in found] == [(3, "duplicate", 2)]


CELLS = {
    "a name is missing": (["", "a@demo.test", "agente", ""], "name", "name-missing"),
    "a mail is missing": (["A", " ", "agente", ""], "email", "email-missing"),
    "a mail is none": (["A", "a@b@c", "agente", ""], "email", "email-unreadable"),
    "a role is missing": (["A", "a@demo.test", "", ""], "role", "role-missing"),
    "a role is unknown": (["A", "a@demo.test", "capitana", ""], "role", "role-unknown"),
    "a role is not the registrar's to give": (["A", "a@demo.test", "Administración", ""], "role", "role-not-yours"),
    "a language is unknown": (["A", "a@demo.test", "agente", "klingon"], "locale", "locale-unknown"),
    "a name is too long": (["A" * 121, "a@demo.test", "agente", ""], "name", "too-long"),
    "a mail is too long": (["A", "a" * 250 + "@demo.test", "agente", ""], "email", "too-long"),
    "a zero": (["A\0na", "a@demo.test", "agente", ""], "name", "control-character"),
    "a turned text": (["A\u202ena", "a@demo.test", "agente", ""], "name", "control-character"),
    "=": (["=1+1", "a@demo.test", "agente", ""], "name", "formula"),
    "+": (["+34", "a@demo.test", "agente", ""], "name", "formula"),
    "-": (["-1", "a@demo.test", "agente", ""], "name", "formula"),
    "@": (["@SUM(A1)", "a@demo.test", "agente", ""], "name", "formula"),
    "a wide =": (["\uff1d1+1", "a@demo.test", "agente", ""], "name", "formula"),
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", CELLS)
def test_a_bad_cell_is_named_by_row_and_column(desk: Desk, what: str) -> None:
    row, column, code = CELLS[what]
    _judgement, found = desk.rehearse(csv_of(*people(1), row))
    assert [(one.row, one.column, one.code) for one in found] == [(3, column, code)]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_formula_in_a_workbook_is_named_and_never_computed(desk: Desk) -> None:
    _judgement, found = desk.rehearse(xlsx_of(["=cmd|' /C calc'!A0", '="ana@demo.test"', "agente", "es"]))
    assert [(one.column, one.code) for one in found] == [("name", "formula"), ("email", "formula")]
    assert found[0].value.startswith("=cmd")


def test_what_stands_in_the_way_is_named(desk: Desk) -> None:
    account(desk.world, "socia@demo.test", "agent")
    account(desk.world, "lejos@demo.test", "agent", federation=desk.world.elsewhere)
    desk.carry_out(desk.prepared(csv_of(["A", "esperando@demo.test", "agente", ""])))
    with desk.world.database() as session:
        from lms.people.models import Person

        own = session.get_one(Person, desk.person).email
    emails = ["socia@demo.test", "lejos@demo.test", "ESPERANDO@demo.test", own]
    _judgement, found = desk.rehearse(csv_of(*[["A", email, "agente", ""] for email in emails]))
    # Who has an account elsewhere is no business of this federation: nothing shows it.
    assert [(one.row, one.code) for one in found] == [(2, "member-already"), (4, "invited-already"), (5, "oneself")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_admin_may_invite_to_roles_that_a_registrar_may_not(world: World) -> None:
    content = csv_of(["A", "a@demo.test", "registro", ""])
    assert desk_findings(Desk(world, "registrar"), content) == ["role-not-yours"]
    assert desk_findings(Desk(world, "admin"), content) == []


def desk_findings(desk: Desk, content: bytes) -> list[str]:
    return [one.code for one in desk.rehearse(content)[1]]


WRITTEN = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("encoding", WRITTEN)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators_are_recognised(desk: Desk, encoding: str, separator: str) -> None:
    text = "\n".join(separator.join(row) for row in (["Correo", "NOMBRE", "teléfono"], ["b@demo.test", "Begoña", "1"]))
    judgement, found = desk.rehearse(text.encode(encoding), role="agent")
    assert (judgement.rows, judgement.unread, found) == (1, ("teléfono",), [])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_rows_are_numbered_as_the_spreadsheet_shows_them(desk: Desk) -> None:
    text = 'sep=;\r\n\r\nnombre;correo\r\n"Ana\r\nEva";a@demo.test\r\n\r\n;b@demo.test\r\n'
    _judgement, found = desk.rehearse(text.encode(), role="agent")
    assert [(one.row, one.code) for one in found] == [(3, "control-character"), (5, "name-missing")]
    rows = inline(["nombre", "correo"], first=3) + inline(["", "b@demo.test"], first=900)
    _judgement, found = desk.rehearse(repacked(GOOD, {SHEET: worksheet(rows)}), role="agent")
    assert [(one.row, one.code) for one in found] == [(900, "name-missing")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_sheet_that_claims_every_row_is_read_for_those_it_has(desk: Desk) -> None:
    claimed = worksheet(inline(["nombre", "correo"], ["Ana", "a@demo.test"])).replace(
        b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    judgement, found = desk.rehearse(repacked(GOOD, {SHEET: claimed}), role="agent")
    assert (judgement.rows, found) == (1, [])
