"""Courses leave as they came; archives that were made to do harm do none."""

import io
import stat
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from courses.catalogue import archives, operations, queries, source
from courses.catalogue.archives import (
    ArchiveBroken,
    ArchiveNameUnreadable,
    ArchiveReachesOut,
    ArchiveTooLarge,
    ArchiveWithoutCourse,
    FolderNotEmpty,
)
from lms.config import CHECKOUT
from lms.db import transaction
from tests.world import NOW, World

COURSE = CHECKOUT / "courses" / "content" / "apoyo-mutuo"


def zipped(path: Path, *members: tuple[str | ZipInfo, bytes]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_a_course_leaves_byte_for_byte_as_it_came(world: World, tmp_path: Path) -> None:
    with world.database(), transaction():
        operations.import_course(COURSE, now=NOW)
    with world.database():
        files = queries.files_of("apoyo-mutuo")
    assert files == source.files(COURSE)
    archives.lay_out(files or {}, tmp_path / "out")
    assert source.files(tmp_path / "out") == files


def test_the_same_course_packs_into_the_same_bytes_and_unpacks_into_the_same_files(tmp_path: Path) -> None:
    files = source.files(COURSE)
    packed = [io.BytesIO(), io.BytesIO()]
    for target in packed:
        archives.pack("apoyo-mutuo", files, target)
    assert packed[0].getvalue() == packed[1].getvalue()
    (tmp_path / "course.zip").write_bytes(packed[0].getvalue())
    folder = archives.unpack(tmp_path / "course.zip", tmp_path / "in")
    assert (folder.name, source.files(folder)) == ("apoyo-mutuo", files)


def test_a_quiz_that_alone_is_new_is_in_what_is_given_back(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "un-curso"
    archives.lay_out({"course.md": b"---\ntitle: T\naudience: agent\nhours: 2\nsummary: S.\n---\nX.\n",
                      "01-a/module.md": b"---\ntitle: M\nhours: 2\noutcomes:\n  - O.\n---\nX.\n"}, folder)  # fmt: skip
    for text in (b"one", b"two"):
        (folder / "01-a" / "questions.md").write_bytes(text)
        with world.database(), transaction():
            version = operations.import_course(folder, now=NOW)
            assert version.number == 1
    with world.database():
        assert (queries.files_of("un-curso") or {})["01-a/questions.md"] == b"two"


def linked() -> ZipInfo:
    member = ZipInfo("curso/enlace.md")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def dense() -> ZipInfo:
    member = ZipInfo("curso/lleno.md")
    member.compress_type = ZIP_DEFLATED
    return member


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ([("../fuera.md", b"x")], ArchiveReachesOut),
        ([("/etc/fuera.md", b"x")], ArchiveReachesOut),
        ([("curso/../../fuera.md", b"x")], ArchiveReachesOut),
        ([("C:fuera.md", b"x")], ArchiveReachesOut),
        ([(linked(), b"/etc/passwd")], ArchiveReachesOut),
        ([("a/b/c/d/e/f/g.md", b"x")], ArchiveReachesOut),
        ([(dense(), b"0" * 30_000_000)], ArchiveTooLarge),
        ([(f"curso/{n}.md", b"") for n in range(archives.MOST_MEMBERS + 1)], ArchiveTooLarge),
        ([("curso/a.md", b"x"), ("otro/b.md", b"x")], ArchiveWithoutCourse),
        ([("course.md", b"x")], ArchiveWithoutCourse),
    ],
)  # fmt: skip
def test_an_archive_made_to_do_harm_is_refused(
    tmp_path: Path, members: list[tuple[str | ZipInfo, bytes]], refusal: type[Exception]
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(refusal):
        archives.unpack(zipped(tmp_path / "x.zip", *members), tmp_path / "in")
    assert not list(tmp_path.glob("fuera*"))


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "x.zip", (dense(), b"0" * 30_000_000))
    content = path.read_bytes().replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(content)
    with pytest.raises((ArchiveTooLarge, ArchiveBroken)):
        archives.unpack(path, tmp_path / "in")
    assert sum(file.stat().st_size for file in (tmp_path / "in").rglob("*") if file.is_file()) < 10_000_000


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "x.zip", ("curso/aaaa.md", b"x"))
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"\xf1\xe1\xe9\xff"))
    with pytest.raises(ArchiveNameUnreadable):
        archives.unpack(path, tmp_path / "in")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises((ArchiveBroken, ArchiveWithoutCourse)):
        archives.unpack(tmp_path / "x.zip", tmp_path / "in")


def test_a_way_of_packing_that_is_not_plain_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    member = ZipInfo("curso/a.md")
    member.compress_type = ZIP_LZMA
    with pytest.raises(ArchiveBroken):
        archives.unpack(zipped(tmp_path / "x.zip", (member, b"x")), tmp_path / "in")


def test_nothing_is_laid_out_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        archives.lay_out({"course.md": b"x"}, tmp_path)
    assert (tmp_path / "mine.md").read_text() == "mine"
