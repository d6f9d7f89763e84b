"""Writes of the search: what has been published is indexed in the same transaction, and may be indexed anew at any time."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.study.models import SearchEntry
from courses.study.terms import LANGUAGES, plain_text, terms
from lms.db import db
from lms.people.models import Document

EVERYBODY = "zz0everybody"  # like no word that anybody writes
STEP = 500  # rows that are sent at once


def of_federation(federation_id: UUID) -> str:
    """The scope of what a federation's members may read."""
    return f"f{federation_id.hex}"


def of_version(version_id: UUID) -> str:
    """The scope of what those in an edition of a version may read."""
    return f"v{version_id.hex}"


def index_version(version_id: UUID) -> None:
    """Index a version's lessons, and its course as the catalogue now shows it."""
    course, version = db.session.execute(
        select(Course, CourseVersion).join(CourseVersion).where(CourseVersion.id == version_id)
    ).one()
    modules = list(db.session.scalars(select(Module).where(Module.version_id == version_id).order_by(Module.number)))
    lessons = list(
        db.session.scalars(select(Lesson).where(Lesson.module_id.in_([module.id for module in modules] or [None])))
    )
    _drop(SearchEntry.lesson_id, [lesson.id for lesson in lessons])
    by_id = {module.id: module for module in modules}
    rows = [row for lesson in lessons for row in _lesson(version, by_id[lesson.module_id], lesson)]
    if course.current_version_id == version_id:
        _drop(SearchEntry.course_id, [course.id])
        rows += _course(course, version, modules)
    _add(rows)


def index_document(document_id: UUID) -> None:
    """Index a federation's text in its newest version; consents are not read by way of the search."""
    document = db.session.get_one(Document, document_id)
    same = (Document.federation_id == document.federation_id, Document.kind == document.kind)
    _drop(SearchEntry.document_id, list(db.session.scalars(select(Document.id).where(*same))))
    if not document.kind.startswith("consent"):
        _add(list(_document(document)))


def rebuild() -> Iterator[int]:
    """Index everything anew: how many texts stand in the index after each step. One transaction is the caller's."""
    db.session.execute(delete(SearchEntry))
    done = 0
    for version_id in db.session.scalars(select(CourseVersion.id).order_by(CourseVersion.id)).all():
        index_version(version_id)
        done += 1
        yield done
    newest: dict[tuple[UUID, str], UUID] = {}
    for id_, federation, kind in db.session.execute(
        select(Document.id, Document.federation_id, Document.kind).order_by(Document.version)
    ):
        newest[federation, kind] = id_
    for document_id in newest.values():
        index_document(document_id)
        done += 1
        yield done


def published() -> int:
    """How many versions of courses, and texts of federations, there are to index."""
    texts = select(Document.federation_id, Document.kind).distinct().subquery()
    versions = db.session.scalar(select(func.count()).select_from(CourseVersion)) or 0
    return versions + (db.session.scalar(select(func.count()).select_from(texts)) or 0)


def is_empty() -> bool:
    """Whether nothing is indexed though something is published: a database of before there was a search."""
    return (
        db.session.scalar(select(SearchEntry.number).limit(1)) is None
        and db.session.scalar(select(CourseVersion.id).limit(1)) is not None
    )


def _drop(column: Any, ids: list[UUID]) -> None:
    for begin in range(0, len(ids), STEP):
        db.session.execute(delete(SearchEntry).where(column.in_(ids[begin : begin + STEP])))


def _add(rows: list[dict[str, Any]]) -> None:
    for begin in range(0, len(rows), STEP):
        db.session.execute(insert(SearchEntry), rows[begin : begin + STEP])


def _course(course: Course, version: CourseVersion, modules: list[Module]) -> Iterator[dict[str, Any]]:
    scope = of_federation(course.federation_id) if course.federation_id else EVERYBODY
    for locale in _languages(version.title):
        parts = [_in(version.summary, locale), plain_text(_in(version.html, locale))]
        for module in modules:
            parts += [_in(module.title, locale), *(module.outcomes.get(locale) or module.outcomes.get("es") or [])]
        yield _entry(
            "course", locale, version.title, parts,
            course_id=course.id, scope=scope, place={"slug": course.slug}, around="",
        )  # fmt: skip


def _lesson(version: CourseVersion, module: Module, lesson: Lesson) -> Iterator[dict[str, Any]]:
    for locale in _languages(lesson.title):
        parts = [
            plain_text(_in(lesson.html, locale)), _in(lesson.reflection, locale), _in(lesson.alternative, locale),
            plain_text(lesson.plain.get(locale, "")),
        ]  # fmt: skip
        place = {"version": str(version.id), "module": module.slug, "lesson": lesson.slug, "number": module.number}
        yield _entry(
            "lesson", locale, lesson.title, parts,
            lesson_id=lesson.id, scope=of_version(version.id), place=place, around=_in(version.title, locale),
        )  # fmt: skip


def _document(document: Document) -> Iterator[dict[str, Any]]:
    for locale in _languages(document.title):
        yield _entry(
            "document", locale, document.title, [plain_text(_in(document.html, locale))],
            document_id=document.id, scope=of_federation(document.federation_id), place={"kind": document.kind},
            around="",
        )  # fmt: skip


def _languages(texts: dict[str, Any]) -> list[str]:
    return [locale for locale in LANGUAGES if texts.get(locale)]


def _in(texts: dict[str, Any], locale: str) -> str:
    return texts.get(locale) or texts.get("es") or ""


def _entry(kind: str, locale: str, title: dict[str, Any], parts: list[str], **facts: Any) -> dict[str, Any]:
    text = "\n".join(part for part in parts if part)
    ids = {"course_id": None, "lesson_id": None, "document_id": None}
    return ids | facts | {
        "kind": kind,
        "locale": locale,
        "alone": len(_languages(title)) == 1,
        "title": title[locale],
        "text": text,
        "title_terms": terms(title[locale], locale),
        "text_terms": terms(text, locale),
    }  # fmt: skip
