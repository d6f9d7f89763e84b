"""Packages are brought, opened in a window, and keep where one is; on their own origin there is nothing else."""

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
from sqlalchemy import func, select

from courses.catalogue.models import Course, Lesson
from courses.learning.models import LessonDone
from courses.packages import keeping
from courses.packages.models import Package
from lms.config import load
from lms.db import db
from tests.packages.building import ONE, manifest_12, scorm_12, scorm_2004, zipped
from tests.packages.conftest import Shelf, bring, put
from tests.platform.test_commands import run
from tests.statements import counted
from tests.world import World


def sent(archive: bytes, **more: Any) -> dict[str, Any]:
    """The form with a package."""
    given = {
        "course": "new",
        "audience": "agent",
        "language": "es",
        "minutes": "30",
        "title": "",
        "summary": "Escuchar.",
    }
    return given | {"file": (io.BytesIO(archive), "curso.zip")} | more


def test_a_package_that_is_brought_is_a_course_whose_parts_are_lessons(world: World) -> None:
    author = world.browser(world.person("author"))
    assert author.post("/packages", sent(scorm_12())).status_code == 302
    assert author.post("/packages", sent(scorm_12())).status_code == 302  # the same again: nothing more
    page = author.get("/packages").text
    assert ("Escucha activa" in page, "SCORM 1.2" in page) == (True, True)
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(Package)) == 1
        slug = db.session.scalars(select(Course.slug)).one()
        titles = [title["es"] for title in db.session.scalars(select(Lesson.title).order_by(Lesson.number))]
    assert titles == ["Escuchar sin prisa", "Para imprimir"]
    assert "Escuchar." in world.browser(world.person("agent")).get(f"/courses/{slug}").text


def test_the_next_version_leaves_the_edition_that_has_begun_as_it_is(shelf: Shelf) -> None:
    author, world = shelf.world.browser(shelf.world.person("author")), shelf.world
    with world.database():
        course = db.session.scalars(select(Course.id)).one()
    assert author.post("/packages", sent(scorm_2004(), course=str(course))).status_code == 302
    assert "versión 2" in author.get("/packages").text
    assert "Escuchar sin prisa" in shelf.browser.get(f"/learn/{shelf.enrolment}/paquete/parte-1").text
    elsewhere = world.browser(world.person("author", federation=world.elsewhere), world.elsewhere)
    assert elsewhere.post("/packages", sent(scorm_12(), course=str(course))).status_code == 422


def member(name: str, mode: int = 0o644) -> ZipInfo:
    made = ZipInfo(name)
    made.external_attr = mode << 16
    return made


def horror(*members: tuple[str | ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest_12(*ONE))
        archive.writestr("index.html", "x")
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


ENTITY = '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + manifest_12(*ONE).partition("?>")[2]
BAD: dict[str, tuple[bytes, str]] = {
    "no file of a package": (b"hola", "no es un ZIP"),
    "no manifest": (zipped({"index.html": "x"}), "imsmanifest.xml"),
    "an external entity": (zipped({"imsmanifest.xml": ENTITY, "index.html": "x"}), "entidades o un DTD"),
    "out of its folder": (horror(("../fuera.html", b"x")), "fuera de su carpeta"),
    "a link": (horror((member("enlace.html", 0o120777), b"/etc/passwd")), "enlace"),
    "100,000 files": (horror(*((f"f/{n}", b"") for n in range(5_001))), "5000 archivos"),
    "10 GB in little": (horror(), "300 MB"),
    "a name that is no UTF-8": (horror(("aaaa.html", b"x")).replace(b"aaaa", b"\xf1\xe1\xe9\xff"), "no es texto UTF-8"),
    "a file that is not there": (zipped({"imsmanifest.xml": manifest_12(*ONE)}), "no está dentro del ZIP"),
    "nothing": (b"", "Elige el ZIP"),
}


def test_a_package_made_to_do_harm_is_refused_with_a_sentence_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, home = world.browser(world.person("author")), Path(world.app.config["LMS_HOME"])
    big = zipped({"imsmanifest.xml": manifest_12(*ONE), "index.html": "0" * 40_000_000})
    for what, (archive, sentence) in BAD.items():
        more = sent(big if what == "10 GB in little" else archive, title="Mi título")
        if what == "nothing":
            del more["file"]
        answer = author.post("/packages", more)
        assert (answer.status_code, sentence in answer.text, "Mi título" in answer.text) == (422, True, True), what
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(Course)) == 0
    assert not list((home / "files" / "packages").glob("*/*"))
    assert not list((home / "incoming").iterdir())


def test_what_cannot_be_written_to_the_database_leaves_no_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("courses.packages.operations._keep", broken)
    with pytest.raises(RuntimeError):
        bring(world, scorm_12())
    assert not list((Path(world.app.config["LMS_HOME"]) / "files" / "packages").glob("*/*"))


def test_a_window_keeps_where_one_is_and_the_next_begins_there(shelf: Shelf) -> None:
    assert "Todavía no la has abierto" in shelf.browser.get(shelf.address).text
    first = shelf.open()
    notes = {"core": {"lesson_location": "página 3", "lesson_status": "incomplete"}, "suspend_data": "a=1"}
    told = shelf.save(first, completionStatus="incomplete", state=notes, sessionSeconds=30).json
    assert told == {"result": True, "errorCode": 0, "done": False}
    second = shelf.open()
    play = shelf.there("GET", second).text
    assert ("página 3" in play.encode().decode("unicode_escape") or "p\\u00e1gina 3" in play, "a=1" in play) == (
        True,
        True,
    )
    assert shelf.save(second, completionStatus="completed", successStatus="passed", score={"raw": 80}).json["done"]
    page = shelf.browser.get(shelf.address).text
    assert ("Superada" in page, "80 %" in page) == (True, True)
    with shelf.world.database():
        assert db.session.scalar(select(func.count()).select_from(LessonDone)) == 1
    record = shelf.record()
    assert (record.seconds, record.score) == (30, 8000)


def test_of_two_windows_the_newest_saves_and_the_other_is_told(shelf: Shelf) -> None:
    old = shelf.open()
    new = shelf.open()
    assert shelf.save(new, completionStatus="incomplete", state={"suspend_data": "nuevo"}).status_code == 200
    answer = shelf.save(old, completionStatus="completed", state={"suspend_data": "viejo"}, sequence=99)
    assert (answer.status_code, answer.json["code"]) == (409, "package-opened-elsewhere")
    assert shelf.there("GET", old).status_code == 404
    record = shelf.record()
    assert (record.completion, record.state) == ("incomplete", {"suspend_data": "nuevo"})


def test_what_was_sent_earlier_never_replaces_what_was_sent_later(shelf: Shelf) -> None:
    frame = shelf.open()
    shelf.save(frame, sequence=2, state={"suspend_data": "dos"})
    assert shelf.save(frame, sequence=1, state={"suspend_data": "uno"}).status_code == 200
    record = shelf.record()
    assert record.state == {"suspend_data": "dos"}


def test_whoever_signed_out_saves_nothing_more(shelf: Shelf) -> None:
    frame = shelf.open()
    shelf.browser.post("/account/sessions/others")
    shelf.browser.get("/logout")
    shelf.browser.post("/logout")
    answer = shelf.save(frame, state={"suspend_data": "x"})
    assert (answer.status_code, answer.json["code"]) == (409, "package-session-over")
    assert shelf.there("GET", f"{frame}content/index.html").status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"state": 3}', b'{"state": {"a": "\\u0000"}}', b'{"a":' * 5000], ids=range(6)
)  # fmt: skip
def test_a_report_that_is_none_is_refused_and_what_was_kept_stays(shelf: Shelf, body: bytes) -> None:
    frame = shelf.open()
    assert shelf.there("POST", f"{frame}save", data=body).status_code == 409
    assert shelf.there("POST", f"{frame}save", data=b" " * 400_000).status_code == 413


def test_the_files_of_a_package_are_served_on_their_own_origin_alone(shelf: Shelf) -> None:
    frame = shelf.open()
    page = shelf.there("GET", f"{frame}content/index.html?modo=largo")
    assert (page.status_code, page.mimetype, "Escuchar sin prisa" in page.text) == (200, "text/html", True)
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert shelf.there("GET", f"{frame}content/hoja%20uno.html").status_code == 200
    part = shelf.there("GET", f"{frame}content/js/play.js", environ_overrides={"HTTP_RANGE": "bytes=1-8"})
    assert (part.status_code, len(part.data), part.mimetype) == (206, 8, "text/javascript")
    for path in ("content/imsmanifest.xml/../../x", "content/..%2f..%2fkeys/secret", "content/nada.html"):
        assert shelf.there("GET", f"{frame}{path}").status_code == 404
    assert shelf.there("GET", frame.replace("/run/", "/run/x")).status_code == 404
    worker = shelf.world.app.test_client().get(
        f"{frame}content/js/play.js", headers={"Host": shelf.host, "Service-Worker": "script"}
    )
    assert worker.status_code == 404
    # The same address on the platform's own host, even for whoever opened the window.
    assert shelf.browser.get(frame).status_code == 404
    assert shelf.browser.get(f"{frame}content/index.html").status_code == 404
    assert shelf.browser.post(f"{frame}save").status_code == 404


def test_nothing_of_the_platform_is_answered_on_the_packages_origin(shelf: Shelf) -> None:
    for path in ("/", "/courses", "/login", shelf.address, "/packages", "/account"):
        assert shelf.there("GET", path).status_code == 404
        assert shelf.there("POST", path).status_code in (400, 404)
    with shelf.there("GET", "/static/package-frame.js") as script:
        assert script.status_code == 200


def test_the_window_frames_that_origin_and_no_other(shelf: Shelf) -> None:
    page = shelf.browser.get(shelf.browser.post(shelf.address).location)
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-src http://{shelf.host}" in policy
    assert "script-src 'self';" in policy
    assert "allow-top-navigation" not in page.text
    assert "allow-popups" not in page.text
    frame = shelf.there("GET", shelf.open())
    assert "frame-ancestors http://localhost;" in frame.headers["Content-Security-Policy"]
    assert shelf.world.app.config["SITE_NAME"] not in frame.text


def test_without_an_origin_of_their_own_packages_are_not_opened(shelf: Shelf) -> None:
    shelf.world.app.config["PACKAGES_URL"] = ""
    assert "no se abren" in shelf.browser.get(shelf.address).text
    assert shelf.browser.post(shelf.address).status_code == 409


@pytest.mark.parametrize(
    ("base", "packages", "origin"),
    [
        ("http://127.0.0.1:8000", None, "http://packages.localhost:8000"),
        ("https://a.demo.test", None, ""),
        ("https://a.demo.test", "https://b.demo.test/", "https://b.demo.test"),
        ("https://a.demo.test", "https://a.demo.test:444", SystemExit),
        ("https://a.demo.test", "b.demo.test", SystemExit),
        ("https://a.demo.test", "https://b.demo.test/x", SystemExit),
    ],
)
def test_the_origin_of_packages_has_a_host_of_its_own(
    tmp_path: Path, base: str, packages: str | None, origin: Any
) -> None:
    def found() -> str:
        return load({"LMS_HOME": tmp_path, "BASE_URL": base, "PACKAGES_URL": packages})["PACKAGES_URL"]

    if origin is SystemExit:
        with pytest.raises(SystemExit):
            found()
    else:
        assert found() == origin


def test_who_keeps_the_register_or_teaches_sees_how_far_each_is_and_others_do_not(shelf: Shelf) -> None:
    shelf.save(shelf.open(), completionStatus="completed", successStatus="failed", score={"raw": 40}, sessionSeconds=1)
    address = f"/editions/{shelf.edition}/packages"
    with counted() as statements:
        page = shelf.world.browser(shelf.world.person("registrar")).get(address).text
    assert ("Sin superar todavía" in page, "40 %" in page) == (True, True)
    assert "Para imprimir" not in page  # it tells nothing
    assert len([one for one in statements if one.startswith("SELECT")]) <= 8
    assert shelf.browser.get(address).status_code == 404
    trainer = shelf.world.browser(shelf.world.person("trainer"))
    assert trainer.get(address).status_code == 404
    assert address not in trainer.get("/packages").text
    assert address in shelf.world.browser(shelf.world.person("registrar")).get("/packages").text


def test_few_statements(shelf: Shelf) -> None:
    frame = shelf.open()
    for path in (f"{frame}content/index.html", frame):
        with counted() as statements:
            shelf.there("GET", path)
        assert len(statements) == 1
    with counted() as statements:
        shelf.browser.get(shelf.address)
    assert len(statements) <= 3


def test_a_package_of_2004_gets_its_data(world: World) -> None:
    shelf = put(world, scorm_2004())
    play = shelf.there("GET", shelf.open()).text
    assert '"launch_data": "clave"' in play
    assert '"scaled_passing_score": "0.6"' in play


def test_a_package_is_kept_under_numbers(shelf: Shelf) -> None:
    folder = Path(shelf.world.app.config["LMS_HOME"]) / "files" / "packages" / str(shelf.package.id)
    assert {path.name for path in folder.iterdir()} == {str(number) for number in range(shelf.package.files)}
    assert keeping.DEEPEST > 6


def test_a_package_is_brought_from_a_file_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "curso.zip").write_bytes(scorm_2004())
    (tmp_path / "roto.zip").write_bytes(b"PK")
    assert run(world.app, "packages", "bring", str(tmp_path / "curso.zip"), "--federation", "here") == (
        0,
        "Published: SCORM 2004, 4 files.\n",
    )
    assert run(world.app, "packages", "bring", str(tmp_path / "roto.zip"), "--federation", "here")[0] == 1
