import hashlib
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from certificates.documents import operations, qr, render, seal
from certificates.register import rules
from lms import storage
from tests.register.seed import EVIDENCE, TITLE, issued, load, quiet_jobs
from tests.world import World

URL = "https://apoyo.example.org/verify/"


def snapshot(name: str = "Lucía Núñez Peña", locale: str = "es", met: list[Any] = EVIDENCE) -> dict[str, Any]:
    return rules.snapshot(
        federation={"slug": "here", "name": "Federación de Prueba"},
        scheme={"slug": "acreditado", "title": TITLE, "version": 3, "validity_months": 24},
        name=name,
        locale=locale,
        dates=rules.validity(datetime(2026, 3, 2, 9, tzinfo=UTC), 24, "Europe/Madrid"),
        decided_on=date(2026, 2, 27),
        serial="2026-000123",
        code=rules.public_code(0x5A3F9C17BE24D60),
        met=rules.achieved(met),
    )


def read(facts: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(render.certificate(facts, URL + facts["code"])))


def tags(node: Any) -> list[Any]:
    """Every structure element beneath a node."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for each in node for found in tags(each)]
    if not isinstance(node, dict):
        return []
    return ([node] if "/S" in node else []) + (tags(node["/K"]) if "/K" in node else [])


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return read(snapshot())


def test_it_says_what_it_must(pdf: PdfReader) -> None:
    text = " ".join(pdf.pages[0].extract_text().split())
    assert len(pdf.pages) == 1
    for words in (
        "Federación de Prueba",
        "Lucía Núñez Peña",
        TITLE["es"],
        "Accredited peer support agent",
        "2026-000123",
        "2 de marzo de 2026",
        "2 de marzo de 2028",
        rules.grouped(snapshot()["code"]),
        "Mentoría: 12 horas visadas (12 h)",
        "Código ético aceptado",
        "apoyo.example.org/verify/",
    ):
        assert words in text
    assert "somebody" not in text


def test_it_is_tagged_named_and_in_its_language(pdf: PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Certificado de acreditación 2026-000123: Lucía Núñez Peña"
    assert pdf.metadata.author == "Federación de Prueba"
    kinds = [node["/S"] for node in tags(root["/StructTreeRoot"])]
    for kind in ("/Document", "/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Figure", "/Link"):
        assert kind in kinds
    assert "/Table" not in kinds
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_says_that_it_is_pdf_ua_1(pdf: PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp.replace(" ", "") or 'pdfuaid:part="1"' in xmp


def test_every_picture_has_words(pdf: PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    figures = [node for node in tags(root["/StructTreeRoot"]) if node["/S"] == "/Figure"]
    assert len(figures) == 2
    assert all(node.get("/Alt") for node in figures)


def test_the_other_language_is_marked_as_such(pdf: PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    assert any(node.get("/Lang") == "en" for node in tags(root["/StructTreeRoot"]))


def test_all_fonts_are_in_it(pdf: PdfReader) -> None:
    fonts = pdf.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert fonts
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


def test_it_is_in_english_for_who_reads_english() -> None:
    pdf = read(snapshot(locale="en"))
    root: Any = pdf.trailer["/Root"]
    text = " ".join(pdf.pages[0].extract_text().split())
    assert root["/Lang"] == "en"
    for words in ("Certificate of accreditation", "certifies that", "2 March 2028", "Mentoring: 12 hours (12 h)"):
        assert words in text


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "فاطمة الزهراء",
        "Jürgen Østergård-Łukasiewicz Çelik",
        "M" * 120,
        "W " * 60,
        "<b>&amp;</b> {{ 7*7 }}",
        "李小龙",
    ],
)
def test_any_name_fits_on_one_page(name: str) -> None:
    pdf = read(snapshot(name=name))
    assert len(pdf.pages) == 1
    assert pdf.metadata is not None
    assert name.strip() in str(pdf.metadata.title)


def test_many_requirements_fit_on_one_page() -> None:
    pdf = read(snapshot(met=EVIDENCE * 30))
    assert len(pdf.pages) == 1
    assert "54 requisitos más" in pdf.pages[0].extract_text()


def test_the_same_facts_give_the_same_bytes_in_any_process() -> None:
    program = (
        "import hashlib; from tests.documents.test_pdf import *; facts = snapshot();"
        "print(hashlib.sha256(render.certificate(facts, URL + facts['code'])).hexdigest())"
    )
    root = Path(__file__).parents[2]

    def other(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    facts = snapshot()
    here = {hashlib.sha256(render.certificate(facts, URL + facts["code"])).hexdigest() for _ in range(2)}
    assert {other("1"), other("2")} == here


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x.png", "file:///etc/passwd", "https://example.org/x", "data:,x"]
)
def test_a_document_fetches_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        render._press().fetcher.fetch(address)


@pytest.mark.parametrize("place", ["name", "federation", "title", "requirement"])
def test_a_text_that_no_page_holds_is_refused_before_it_is_laid_out(place: str) -> None:
    facts, long = deepcopy(snapshot()), "x" * 1_000_000
    match place:
        case "name":
            facts["holder"]["name"] = long
        case "federation":
            facts["federation"]["name"] = long
        case "title":
            facts["scheme"]["title"] = {"es": long}
        case _:
            facts["met"][0]["requirement"]["title"] = {"es": long}
    with pytest.raises(render.DocumentTooLong):
        render.certificate(facts, URL)


def test_ten_thousand_requirements_take_the_room_of_a_few() -> None:
    facts = snapshot()
    facts["met"] = facts["met"] * (10_000 // len(facts["met"]))
    assert len(read(facts).pages) == 1


@pytest.mark.parametrize("text", ["ﷺ" * 300, "a\u0301\u0302\u0303" * 75, "W" * 300, "\u202e‮" * 150, "<b>" * 100])
def test_the_oddest_text_of_the_greatest_length_is_laid_out_on_one_page(text: str) -> None:
    assert len(read(snapshot(name=text[: render.LONGEST])).pages) >= 1


@pytest.mark.parametrize("scheme", ["http", "https", "file", "ftp", "data", "gopher"])
def test_neither_a_file_nor_the_network_is_reached_from_a_document(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(*_args: Any, **_more: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("socket.socket.connect", reached)
    monkeypatch.setattr("urllib.request.urlopen", reached)
    press = render._press()
    address = "data:text/css,body{color:red}" if scheme == "data" else f"{scheme}://127.0.0.1/etc/passwd"
    page = f"<link rel=stylesheet href='{address}'><img src='{address}'><object data='{address}'></object>x"
    asked: list[str] = []

    class Watched(type(press.fetcher)):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            asked.append(url)
            return super().fetch(url, headers)

    assert press.html(string=page, url_fetcher=Watched()).write_pdf()
    assert asked


def test_the_qr_code_holds_the_address_in_capitals() -> None:
    path, modules = qr.path("https://apoyo.example.org/verify/ABC")
    assert path.startswith("M0 0h7v1h-7z")
    assert modules == 25  # version 2, alphanumeric; in small letters it would need version 3


def test_the_seal_is_drawn_without_outside_help() -> None:
    assert "http" not in seal.rosette()


# --- Kept once --------------------------------------------------------------------------------------------------------


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


def test_it_is_made_once_and_served_as_it_was_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issued(world, world.person("agent"), world.person("registrar"))
    with world.database():
        first = operations.pdf(load(world, certificate.id))
        monkeypatch.setattr(render, "certificate", lambda *_: pytest.fail("made twice"))
        kept = load(world, certificate.id)
        assert kept.pdf_digest == hashlib.sha256(first).hexdigest()
        assert operations.pdf(kept) == first
        operations.prepare(certificate.id)


def test_the_job_makes_it_after_the_issue(app: Flask) -> None:
    world = World(app)
    certificate = issued(world, world.person("agent"), world.person("registrar"))
    with world.database():
        content = storage.get(f"certificates/{certificate.id}.pdf")
    assert content is not None
    assert load(world, certificate.id).pdf_digest == hashlib.sha256(content).hexdigest()


def test_made_by_several_at_once_there_is_one(world: World) -> None:
    certificate = issued(world, world.person("agent"), world.person("registrar"))
    barrier = Barrier(3)

    def make(_number: int) -> bytes:
        with world.database() as session:
            found = session.get_one(type(certificate), certificate.id)
            session.expunge(found)
            session.rollback()
            barrier.wait(timeout=10)
            session.add(found)
            return operations.pdf(found)

    with ThreadPoolExecutor(3) as pool:
        made = set(pool.map(make, range(3)))
    assert len(made) == 1
    assert load(world, certificate.id).pdf_digest == hashlib.sha256(made.pop()).hexdigest()


@pytest.mark.parametrize("harm", ["changed", "removed"])
def test_a_stored_file_that_is_not_ours_is_refused(world: World, harm: str, caplog: pytest.LogCaptureFixture) -> None:
    holder = world.person("agent")
    certificate = issued(world, holder, world.person("registrar"))
    key = f"certificates/{certificate.id}.pdf"
    browser = world.browser(holder)
    assert browser.get(f"/certificates/{certificate.id}/pdf").status_code == 200
    with world.database():
        if harm == "changed":
            storage.put(key, b"%PDF-1.7 another")
        else:
            storage._path(key).unlink()
    answer = browser.get(f"/certificates/{certificate.id}/pdf")
    assert answer.status_code == 409
    assert "no lo entregamos" in answer.text
    assert str(certificate.id) in caplog.text


def test_no_digest_is_kept_when_storing_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issued(world, world.person("agent"), world.person("registrar"))

    def full(_key: str, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with world.database(), monkeypatch.context() as patch:
        patch.setattr(storage, "put", full)
        with pytest.raises(OSError, match="No space"):
            operations.pdf(load(world, certificate.id))
    assert load(world, certificate.id).pdf_digest is None
    with world.database():
        assert operations.pdf(load(world, certificate.id)).startswith(b"%PDF")
