"""A draft is judged as a folder is, published as a version that never changes, and goes in and out as the same bytes."""

import io
import re
import zipfile
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from courses.authoring import operations, publishing, queries
from courses.authoring.models import CourseDraft
from courses.authoring.refusals import DraftChanged
from courses.catalogue.models import Course, CourseFile, CourseVersion, Lesson, Module
from lms.db import db, transaction
from tests.authoring.conftest import FILES, LESSON, Desk, begun
from tests.learning.together import at_once
from tests.media import files
from tests.world import NOW, World


def versions(world: World) -> list[tuple[int, UUID]]:
    with world.database():
        rows = db.session.execute(select(CourseVersion.number, CourseVersion.id).order_by(CourseVersion.number))
        return [(row.number, row.id) for row in rows]


def lessons(world: World, version_id: UUID) -> list[str]:
    with world.database():
        found = select(Lesson).join(Module).where(Module.version_id == version_id).order_by(Lesson.number)
        return [lesson.html["es"] for lesson in db.session.scalars(found)]


def write(desk: Desk, path: str, **fields: str) -> None:
    address = desk.file(path)
    assert desk.browser.post(address, desk.sheet(desk.browser, address) | fields).status_code == 302


def zipped(files: dict[str, bytes], folder: str = "traido") -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}" if folder else name, content)
    out.seek(0)
    return out


def test_what_is_published_never_changes_and_the_next_is_another_version(desk: Desk) -> None:
    assert desk.browser.post(f"{desk.address}/publish").location == "/courses/un-curso"
    write(desk, "01-escucha/01-escuchar.md", body="Otro párrafo.")
    assert desk.browser.post(f"{desk.address}/publish").status_code == 302
    (_one, first), (number, second) = versions(desk.world)
    assert number == 2
    assert "Un párrafo." in lessons(desk.world, first)[0]
    assert "Otro párrafo." in lessons(desk.world, second)[0]
    with desk.world.database():
        course = db.session.scalars(select(Course)).one()
        assert (course.federation_id, course.current_version_id) == (desk.world.here, second)
        kept = select(CourseFile.content).where(CourseFile.version_id == first, CourseFile.path.endswith("escuchar.md"))
        assert bytes(db.session.scalars(kept).one()).decode() == LESSON
    again = desk.browser.post(f"{desk.address}/publish")
    assert "no hay nada nuevo" in desk.browser.get(again.location).text.lower()
    assert len(versions(desk.world)) == 2


def test_a_finding_names_its_file_and_line_leads_there_and_stops_publication(desk: Desk) -> None:
    write(desk, "01-escucha/01-escuchar.md", reflection="", body="# Mal\n\nUn párrafo.")
    page = desk.browser.get(f"{desk.address}/check").text
    address = desk.file()
    assert f'href="{address}?line=1"' in page
    assert f'href="{address}?line=9"' in page
    place = desk.browser.get(f"{address}?line=9").text
    assert "<q># Mal</q>" in place
    missing = desk.browser.get(f"{address}?line=1").text
    assert "Falta «Pregunta para pensar a solas»." in missing
    assert 'href="#reflection"' in missing
    assert 'data-line="1"' in place
    assert 'href="#body"' in place
    refused = desk.browser.post(f"{desk.address}/publish")
    assert "queda algo por corregir" in desk.browser.get(refused.location).text
    assert versions(desk.world) == []


def test_a_change_while_it_is_published_stops_it(desk: Desk) -> None:
    with desk.world.database():
        found = queries.draft(desk.id)
        assert found is not None
        checked = publishing.check(found)
    write(desk, "course.md", summary="Otro resumen.")
    with desk.world.database(), pytest.raises(DraftChanged), transaction():
        publishing.publish(desk.id, checked, by=desk.author, now=NOW)
    assert versions(desk.world) == []


def test_published_twice_at_once_it_is_one_version(desk: Desk) -> None:
    def publish() -> Any:
        found = queries.draft(desk.id)
        assert found is not None
        checked = publishing.check(found)
        with transaction():
            return publishing.publish(desk.id, checked, by=desk.author, now=NOW)[0].number

    results = at_once(desk.world, [publish] * 3)
    assert results.count(1) == 1
    assert {getattr(one, "code", one) for one in results} == {1, "nothing-new"}
    assert len(versions(desk.world)) == 1


def test_two_who_save_the_same_text_at_once_leave_one_text_and_one_who_is_told(desk: Desk) -> None:
    address = desk.file()
    sheets = [(who, desk.sheet(who, address)) for who in (desk.browser, desk.other)]
    barrier, codes = Barrier(2), []

    def save(who: Any, sheet: dict[str, str], text: str) -> None:
        barrier.wait(20)
        codes.append(who.post(address, sheet | {"body": text}).status_code)

    threads = [Thread(target=save, args=(*pair, f"Texto {n}.")) for n, pair in enumerate(sheets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(codes) == [302, 422]
    assert desk.files()["01-escucha/01-escuchar.md"].count("Texto ") == 1


def test_of_two_drafts_begun_at_once_with_the_same_name_there_is_one(desk: Desk) -> None:
    def begin() -> Any:
        with transaction():
            return operations.begin(desk.world.here, "nuevo", {}, by=desk.author, now=NOW).id

    results = at_once(desk.world, [begin] * 3)
    assert sorted(getattr(one, "code", "begun") for one in results) == ["begun", "slug-taken", "slug-taken"]


def test_a_draft_goes_out_and_in_as_the_same_bytes(desk: Desk) -> None:
    out = desk.browser.get(f"{desk.address}/course.zip")
    with zipfile.ZipFile(io.BytesIO(out.data)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            f"un-curso/{path}": text for path, text in FILES.items()
        }
    renamed = zipped({path: text.encode() for path, text in FILES.items()}, "otro-mas")
    made = desk.browser.post("/author/import", {"file": (renamed, "x.zip")}, content_type="multipart/form-data")
    new = Desk(desk.world, UUID(made.location.rpartition("/")[2]), desk.author, desk.browser, desk.other)
    assert new.files() == FILES

    changed = {path: text.encode() for path, text in FILES.items()} | {"01-escucha/03-mas.md": LESSON.encode()}
    changed["course.md"] += b"\r\nCon \xc3\xb1.\r\n"
    del changed["01-escucha/02-callar.md"]
    desk.browser.post(f"{new.address}/import", {"file": (zipped(changed), "x.zip")}, content_type="multipart/form-data")
    with desk.world.database():
        assert queries.files(new.id) == changed
    assert "01-escucha/02-callar.md" in desk.browser.get(f"{new.address}/history").text


def link() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("c/course.md", "x")
        member = zipfile.ZipInfo("c/enlace")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    out.seek(0)
    return out


def test_an_archive_that_is_none_or_reaches_out_is_refused_and_leaves_the_draft_alone(desk: Desk) -> None:
    bad: dict[str, io.BytesIO] = {
        "no es un ZIP": io.BytesIO(b"PK\x03\x04 roto"),
        "enlace o apunta fuera": zipped({"../../fuera.md": b"x"}),
        "que es un enlace": link(),
        "una sola carpeta": zipped({"otra.md": b"x"}),
        "más de lo que se admite": zipped({f"{n}.md": b"" for n in range(2_001)}),
    }
    for words, archive in bad.items():
        answer = desk.browser.post(
            f"{desk.address}/import", {"file": (archive, "../../x.zip")}, content_type="multipart/form-data"
        )
        assert answer.status_code == 422
        assert words in answer.text, words
    assert desk.browser.post(f"{desk.address}/import", {}).status_code == 422
    assert desk.files() == FILES


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300)) -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", size, "teal")
    exif = image.getexif()
    exif[0x010E] = "el nombre de alguien"
    image.save(out, kind, exif=exif)
    return out.getvalue()


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


def upload(desk: Desk, content: bytes, name: str = "Mi foto.png", description: str = "Dos sillas") -> Any:
    fields = {"csrf_token": desk.browser.token, "description": description, "folder": "01-escucha"}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    file = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join((*parts, file)).encode() + content + b"\r\n--b--\r\n"
    address = f"{desk.address}/pictures"
    return desk.browser.client.post(address, data=body, content_type="multipart/form-data; boundary=b")


def test_a_picture_is_made_anew_without_what_was_hidden_in_it(desk: Desk) -> None:
    page = upload(desk, picture("JPEG", (3000, 2000)), "../../Mi foto.png")
    assert "![Dos sillas](mi-foto.webp)" in page.text
    upload(desk, DRAWING, "x.svg", "Un [círculo]")
    with desk.world.database():
        files = queries.files(desk.id)
    kept = files["01-escucha/mi-foto.webp"]
    assert b"el nombre" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (1600, 1067)
    assert files["01-escucha/x.svg"] == DRAWING

    with desk.world.database():
        ids = {line.name: line.id for line in queries.lines(desk.id)[0]}
    for name, kind in (("mi-foto.webp", "image/webp"), ("x.svg", "image/svg+xml")):
        answer = desk.browser.get(f"{desk.address}/files/{ids[name]}/picture")
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert desk.browser.get(f"{desk.address}/files/{ids['course.md']}/picture").status_code == 404

    # Its look shows the draft's own; once published, the version's.
    body = "![Dos sillas](mi-foto.webp)\n\n![Un círculo](x.svg)"
    shown = desk.browser.post(f"{desk.file()}/preview", {"body": body}).text
    assert f'src="{desk.address}/files/{ids["mi-foto.webp"]}/picture"' in shown
    write(desk, "01-escucha/01-escuchar.md", body=body)
    desk.browser.post(f"{desk.address}/publish")
    ((_number, version),) = versions(desk.world)
    (address,) = re.findall(r'src="(/media/[^"]+/mi-foto.webp)"', lessons(desk.world, version)[0])
    assert desk.browser.get(address).data == kept


def test_sounds_captions_and_sheets_stay_as_they_are_and_come_with_their_block(desk: Desk) -> None:
    sound, words = files.wav(), b"WEBVTT\n\n00:00.000 --> 00:02.000\nHola\n"
    assert "/// audio | Un saludo\nsrc: saludo.wav" in upload(desk, sound, "Saludo.exe", "Un saludo").text
    assert "captions: saludo.vtt" in upload(desk, words, "saludo.vtt", "").text
    assert "/// download | La hoja\nsrc: hoja.pdf" in upload(desk, b"%PDF-1.4 x", "hoja.pdf", "La hoja").text
    with desk.world.database():
        kept, ids = queries.files(desk.id), {line.name: line.id for line in queries.lines(desk.id)[0]}
    assert kept["01-escucha/saludo.wav"] == sound
    part = desk.browser.get(f"{desk.address}/files/{ids['saludo.wav']}/picture", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"RIFF", "audio/wav")
    sheet = desk.browser.get(f"{desk.address}/files/{ids['hoja.pdf']}/picture")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    evil = upload(desk, words + b"\nSTYLE\n::cue { background: url(https://evil.test) }\n", "otro.vtt")
    assert (evil.status_code, "Los subtítulos no sirven así" in evil.text) == (422, True)


def test_a_file_that_is_no_still_picture_is_refused_with_a_sentence(desk: Desk) -> None:
    moving = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "PNG", save_all=True, append_images=frames[1:])
    wide = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(wide, "PNG")
    evil = DRAWING.replace(b"<circle", b'<script>alert(1)</script><circle onclick="x"')
    for content, words in (
        (b"GIF89a", "no es de una clase"),
        (b"MZ\x90\x00 un programa", "no es de una clase"),
        (picture()[:200], "dañado o incompleto"),
        (moving.getvalue(), "se mueve"),
        (wide.getvalue(), "40 Mpx"),
        (evil, "no se admite"),
        (
            b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
            "no es un SVG",
        ),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 15_100_000, "demasiado grande"),
        (b"", "no es de una clase"),
    ):
        answer = upload(desk, content)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert "Escribe qué se ve o qué es" in upload(desk, DRAWING, description=" ").text
    assert desk.files() == FILES


def test_a_course_is_begun_empty_or_as_a_copy_and_no_name_is_taken_twice(desk: Desk) -> None:
    new = {"title": "Grupos de barrio", "audience": "senior", "source": "", "slug": ""}
    made = desk.browser.post("/author", new)
    assert made.status_code == 302
    for slug, words in (("grupos-de-barrio", "Ya hay un curso"), ("Así no", "minúsculas"), ("a" * 61, "60 letras")):
        again = desk.browser.post("/author", new | {"slug": slug})
        assert (again.status_code, words in again.text) == (422, True), slug
        assert 'value="Grupos de barrio"' in again.text

    desk.browser.post(f"{desk.address}/publish")
    ((_number, version),) = versions(desk.world)
    copied = desk.browser.post("/author", new | {"title": "La copia", "source": str(version)})
    copy = Desk(desk.world, UUID(copied.location.rpartition("/")[2]), desk.author, desk.browser, desk.other)
    assert copy.files() == FILES | {
        "course.md": FILES["course.md"].replace("Un curso", "La copia").replace("agent", "senior")
    }


def test_what_another_federation_writes_or_has_published_is_not_there(desk: Desk) -> None:
    desk.browser.post(f"{desk.address}/publish")
    ((_number, version),) = versions(desk.world)
    with desk.world.database():
        course = db.session.scalars(select(Course.id)).one()
    stranger = desk.world.browser(desk.world.person("author", federation=desk.world.elsewhere), desk.world.elsewhere)
    assert desk.browser.get(f"/author/versions/{version}/course.zip").status_code == 200
    assert stranger.get(f"/author/versions/{version}/course.zip").status_code == 404
    assert desk.browser.post(f"/author/courses/{course}").location == desk.address
    assert stranger.post(f"/author/courses/{course}").status_code == 404
    assert stranger.get(f"{desk.file()}/history").status_code == 404
    assert stranger.post(f"{desk.address}/discard").status_code == 404
    copy = stranger.post("/author", {"title": "X", "audience": "agent", "source": str(version)})
    assert "ya no está en el catálogo" in copy.text


def test_a_draft_is_discarded_with_its_history_and_what_was_published_stays(desk: Desk) -> None:
    desk.browser.post(f"{desk.address}/publish")
    write(desk, "course.md", summary="Otro.")
    assert desk.browser.get(f"{desk.address}/discard").status_code == 200
    assert desk.browser.post(f"{desk.address}/discard").status_code == 302
    with desk.world.database():
        assert db.session.scalar(select(func.count()).select_from(CourseDraft)) == 0
        course = db.session.scalars(select(Course.id)).one()
    opened = desk.browser.post(f"/author/courses/{course}").location
    again = Desk(desk.world, UUID(opened.rpartition("/")[2]), desk.author, desk.browser, desk.other)
    assert again.files() == FILES


def test_a_course_with_the_name_of_one_elsewhere_is_told_at_publication(world: World) -> None:
    with world.database(), transaction():
        db.session.add(Course(slug="otro-nombre", audience="agent", federation_id=world.elsewhere))
    desk = begun(world)
    with world.database(), transaction():
        draft = queries.draft(desk.id)
        assert draft is not None
        draft.slug = "otro-nombre"
    refused = desk.browser.post(f"{desk.address}/publish")
    assert "Elige otra para este" in desk.browser.get(refused.location).text
    assert versions(world) == []
