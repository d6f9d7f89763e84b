"""Files beside lessons: checked, published, given back, and served to those who may read the lesson."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from PIL import ImageFile

from courses.catalogue import archives, beside, operations, queries, source
from courses.catalogue.operations import ContentError
from courses.media import rules
from lms.db import transaction
from tests.learning.conftest import School
from tests.media import files
from tests.media.test_blocks import AUDIO, VIDEO
from tests.statements import counted
from tests.world import NOW, World

LESSON = "---\ntitle: Oír\nminutes: 10\nreflection: ¿Qué?\nalternative: Otra.\n---\n"
SHEET = "/// download | Tu semana\nsrc: hoja.pdf\n///"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with every kind of file."""
    folder = tmp_path / "con-sonido"
    module = folder / "01-oir"
    module.mkdir(parents=True)
    (folder / "course.md").write_text(
        f"---\ntitle: Con sonido\naudience: agent\nhours: 1\nsummary: Uno.\n---\n{AUDIO.replace('voz', 'portada')}\n"
    )
    (folder / "portada.ogg").write_bytes(files.ogg(1))
    (module / "module.md").write_text("---\ntitle: Oír\nhours: 1\noutcomes:\n  - Oigo.\n---\n")
    (module / "01-oir.md").write_text(f"{LESSON}{AUDIO}\n\n{VIDEO}\n\n{SHEET}\n\n![Una sala](foto.jpg)\n")
    for name, content in {
        "voz.ogg": files.ogg(), "charla.webm": files.webm(film=True), "charla.vtt": files.CAPTIONS,
        "hoja.pdf": files.PDF, "foto.jpg": files.picture("JPEG"),
    }.items():  # fmt: skip
        (module / name).write_bytes(content)
    return folder


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in source.read_course(folder)[1]]


def test_a_folder_with_files_has_no_fault_and_another_sound_is_another_version(folder: Path) -> None:
    assert told(folder) == []
    before = source.read_course(folder)[0].digest
    (folder / "01-oir" / "voz.ogg").write_bytes(files.ogg(9))
    assert source.read_course(folder)[0].digest != before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("foto.png", b"<!doctype html><script>alert(1)</script>", "No se reconoce"),
        ("foto.png", files.picture("JPEG"), "su nombre dice otra cosa"),
        ("hoja.pdf", b"MZ\x90\x00 not a sheet", "No se reconoce"),
        ("foto2.jpg", files.picture("JPEG", placed=True), "dónde se hizo"),
        ("rota.png", files.picture()[:60], "no se puede abrir"),
        ("Con Espacios.pdf", files.PDF, "minúsculas"),
        ("mala.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\n<script>x</script>\n", "solo caben texto"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named(
    folder: Path, name: str, content: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    (folder / "01-oir" / name).write_bytes(content)
    found = [fault for fault in told(folder) if fault.startswith(f"con-sonido/01-oir/{name}:")]
    assert any(words in fault for fault in found), found


def test_half_a_gigabyte_is_refused_without_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = folder / "01-oir" / "enorme.webm"
    large.write_bytes(files.webm(film=True))
    with large.open("r+b") as file:
        file.truncate(500_000_000)
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("read") if path == large else read(path))
    found = told(folder)
    assert any("enorme.webm:1" in fault and "25 MB" in fault for fault in found)
    assert any("en total" in fault for fault in found)


def test_many_files_that_are_large_together_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_COURSE", 1_000)
    assert any("en total" in fault for fault in told(folder))


# --- Served ---


@pytest.fixture
def place(school: School, folder: Path) -> tuple[World, UUID, Callable[[str], str]]:
    """The course is published, somebody learns in it; how to find the address of a file."""
    with school.world.database(), transaction():
        version = operations.import_course(folder, now=NOW).id
    learner = school.world.person("agent")
    school.enrol(learner, school.edition(version))
    digests = {found.file.name: found.file for where in (folder, folder / "01-oir") for found in beside.found(where)}
    return school.world, learner, lambda name: digests[name].address


def test_the_files_come_with_their_type_and_can_be_asked_for_in_parts(
    place: tuple[World, UUID, Callable[[str], str]],
) -> None:
    world, learner, address = place
    browser = world.browser(learner)
    lesson = browser.get(address("voz.ogg"))
    assert (lesson.status_code, lesson.data) == (200, files.ogg())
    assert lesson.headers["Content-Type"] == "audio/ogg"
    assert lesson.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in lesson.headers["Cache-Control"]
    assert "sandbox" in lesson.headers["Content-Security-Policy"]
    part = browser.get(address("voz.ogg"), headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, files.ogg()[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(files.ogg())}"
    last = browser.get(address("voz.ogg"), headers={"Range": "bytes=-3"})
    assert (last.status_code, last.data) == (206, files.ogg()[-3:])
    beyond = browser.get(address("voz.ogg"), headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416
    assert browser.get(address("charla.vtt")).headers["Content-Type"] == "text/vtt; charset=utf-8"
    sheet = browser.get(address("hoja.pdf"))
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="hoja.pdf"'
    with counted() as statements:
        browser.get(address("foto.jpg")).get_data()
    assert len(statements) == 3  # who asks, whether they may, the bytes


def test_only_who_may_read_the_lesson_gets_its_files(place: tuple[World, UUID, Callable[[str], str]]) -> None:
    world, _learner, address = place
    secret, public = address("voz.ogg"), address("portada.ogg")
    statuses = {
        who: [world.browser(person, place).get(path).status_code for path in (secret, public)]
        for who, person, place in (
            ("nobody", None, None),
            ("another agent", world.person("agent"), None),
            ("a trainer", world.person("trainer"), None),
            ("an agent elsewhere", world.person("agent", federation=world.elsewhere), world.elsewhere),
        )
    }
    assert statuses == {
        "nobody": [404, 200], "another agent": [404, 200], "a trainer": [200, 200], "an agent elsewhere": [404, 200],
    }  # fmt: skip


def test_neither_another_name_nor_a_text_of_the_course_is_served(
    place: tuple[World, UUID, Callable[[str], str]],
) -> None:
    world, learner, address = place
    browser = world.browser(learner)
    assert browser.get(address("voz.ogg").replace("voz.ogg", "otro.html")).status_code == 404
    with world.database() as session:
        from courses.catalogue.models import CourseFile

        texts = session.query(CourseFile).filter(CourseFile.path.like("%.md")).all()
        paths = [f"/media/{text.digest}/{text.path.rpartition('/')[2]}" for text in texts]
    assert len(paths) == 3
    assert {browser.get(path).status_code for path in paths} == {404}


def test_the_folder_comes_back_byte_for_byte_also_out_of_a_zip(
    place: tuple[World, UUID, Callable[[str], str]], folder: Path, tmp_path: Path
) -> None:
    world = place[0]
    with world.database():
        kept = queries.files_of("con-sonido")
    assert kept == source.files(folder)
    packed, unpacked = tmp_path / "c.zip", tmp_path / "out"
    unpacked.mkdir()
    archives.pack("con-sonido", kept, packed)
    assert source.files(archives.unpack(packed, unpacked)) == kept


def test_a_course_with_a_faulty_file_is_not_published(world: World, folder: Path) -> None:
    (folder / "01-oir" / "foto.jpg").write_bytes(b"<script>")
    with world.database(), pytest.raises(ContentError), transaction():
        operations.import_course(folder, now=NOW)


def test_a_part_is_what_a_browser_asks_for() -> None:
    assert rules.part(None, 10) == (0, 9)
    assert rules.part("bytes=0-", 10) == (0, 9)
    assert rules.part("bytes=3-99", 10) == (3, 9)
    assert rules.part("bytes=-4", 10) == (6, 9)
    assert rules.part("bytes=-0", 10) is None
    assert rules.part("bytes=10-", 10) is None
    for odd in ("bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=" + "9" * 40):
        assert rules.part(odd, 10) == (0, 9)
