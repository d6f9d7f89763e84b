"""Modules and lessons added, put in another order, renamed and removed: files of the draft that change their names."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from courses.authoring import operations, queries, rules
from courses.authoring.models import CourseDraft, DraftFile
from courses.authoring.refusals import NameTaken, PlaceUnknown, SlugOdd, SlugTaken
from courses.authoring.rewriting import read, rewritten, value_of
from courses.authoring.rules import Outline
from courses.catalogue.models import Course
from lms.db import db

BEGINNINGS = {
    "module": "---\ntitle: {title}\nhours: 1\n---\n",
    "lesson": "---\ntitle: {title}\nminutes: 20\n---\n",
    "questions": "---\ntitle: {title}\npass: 75\nattempts: 2\ndraw: 10\n---\n",
}


def course_files(title: str, audience: str) -> dict[str, bytes]:
    """The files of a course that has only a name."""
    head = "---\ntitle: \naudience: \nhours: 1\n---\n"
    return {"course.md": rewritten(head, {"title": title, "audience": audience}).encode()}


def _text(kind: str, title: str) -> bytes:
    return rewritten(BEGINNINGS[kind].format(title=""), {"title": title}).encode()


def add_module(draft_id: UUID, title: str, *, by: UUID, now: datetime) -> UUID:
    """A new module, the last one; the id of its module.md. Raises SlugOdd and DraftFull."""
    number, found = operations.claim(draft_id, now), queries.outline(draft_id)
    folder = _new_name(title, found.folders)
    path = f"{folder}/module.md"
    files = {path: _text("module", title)}
    return operations.add_files(draft_id, files, by=by, now=now, number=number)[path]


def add_lesson(draft_id: UUID, folder: str, title: str, *, by: UUID, now: datetime) -> UUID:
    """A new lesson, the last one of its module; the id of its text. Raises PlaceUnknown, SlugOdd and DraftFull."""
    number, found = operations.claim(draft_id, now), queries.outline(draft_id)
    chapter = found.chapter(folder)
    if chapter is None:
        raise PlaceUnknown
    path = f"{folder}/{_new_name(title, [line.stem for line in chapter.lessons])}.md"
    files = {path: _text("lesson", title)}
    return operations.add_files(draft_id, files, by=by, now=now, number=number)[path]


def _new_name(title: str, names: Iterable[str]) -> str:
    taken = [found for name in names if (found := rules.NUMBERED.fullmatch(name))]
    slug = rules.slug(title)
    if not slug:
        raise SlugOdd
    number = max((int(found[1]) for found in taken), default=0) + 1
    return rules.numbered(number, rules.unused(slug, [found[2] for found in taken]))


def add_beside(draft_id: UUID, file_id: UUID, kind: str, locale: str, *, by: UUID, now: datetime) -> UUID:
    """The English side, the plain-language variant or the questions that go with a text; its id. Raises PlaceUnknown."""
    number = operations.claim(draft_id, now)
    page = queries.file_page(draft_id, file_id)
    path = beside(page.file.path, kind, locale) if page else None
    if page is None or path is None:
        raise PlaceUnknown
    if path in page.paths:
        return page.paths[path]
    if kind == "questions" and locale == "es":
        content = _text("questions", "Comprueba lo aprendido")
    elif kind == "questions":
        content = _untitled(page.paths.get(rules.place_of(path).folder + "/questions.md"))
    elif kind == "plain":
        content = b""
    else:
        content = _english(page.text, rules.place_of(path))
    return operations.add_files(draft_id, {path: content}, by=by, now=now, number=number)[path]


def _untitled(questions_id: UUID | None) -> bytes:
    """The Spanish questions to write over, with a title still to be given. Raises PlaceUnknown where there are none."""
    content = db.session.scalar(select(DraftFile.content).where(DraftFile.id == questions_id))
    if content is None:
        raise PlaceUnknown
    head, _sound = read(content.decode("utf-8", "replace"))
    return f"---\ntitle:\n---\n{head.body}\n".encode()


def _english(spanish: str, place: rules.Place) -> bytes:
    """An English side to begin with: what both sides have in common, and no text yet."""
    head, _sound = read(spanish)
    shared = ("audience", "hours", "minutes", "competencies")
    values = {
        key: value_of(head, key) for key in shared if key in head.lines and place.kind in ("course", "module", "lesson")
    }
    return rewritten("---\n---\n", values).encode()


def beside(path: str, kind: str, locale: str) -> str | None:
    """The path of another side of the text at `path`; None where there is none."""
    place = rules.place_of(path)
    ending = ".md" if locale == "es" else f".{locale}.md"
    if place.kind in ("lesson", "plain") and kind in ("lesson", "plain"):
        return f"{place.folder}/{place.stem}{'.plain' if kind == 'plain' else ''}{ending}"
    if place.kind in ("module", "questions") and kind in ("module", "questions"):
        return f"{place.folder}/{kind}{ending}"
    if place.kind == kind == "course":
        return f"course{ending}"
    return None


def move(draft_id: UUID, path: str, to: int, *, now: datetime) -> None:
    """Put a module (its folder) or a lesson (folder/stem) at another place among its own, from 0. Raises PlaceUnknown."""
    operations.claim(draft_id, now)
    found = queries.outline(draft_id)
    folder, _slash, stem = path.partition("/")
    chapter = found.chapter(folder)
    if chapter is None or (stem and stem not in [line.stem for line in chapter.lessons]):
        raise PlaceUnknown
    if stem:
        names = rules.renumbered([line.stem for line in chapter.lessons], stem, to)
        _rename(draft_id, _lessons_renamed(found, folder, names))
    else:
        names = rules.renumbered(found.folders, folder, to)
        _rename(draft_id, _folders_renamed(draft_id, names))


def _paths(draft_id: UUID) -> list[str]:
    return list(db.session.scalars(select(DraftFile.path).where(DraftFile.draft_id == draft_id)))


def _folders_renamed(draft_id: UUID, names: dict[str, str]) -> dict[str, str]:
    split = ((path, *path.partition("/")) for path in _paths(draft_id))
    return {path: f"{names[folder]}/{rest}" for path, folder, slash, rest in split if slash and folder in names}


def _lessons_renamed(found: Outline, folder: str, names: dict[str, str]) -> dict[str, str]:
    chapter = found.chapter(folder)
    lines = chapter.lessons if chapter else []
    files = [(line.stem, file.path) for line in lines for file in line.files.values() if line.stem in names]
    return {path: f"{folder}/{names[stem]}{path.removeprefix(f'{folder}/{stem}')}" for stem, path in files}


def _rename(draft_id: UUID, paths: dict[str, str]) -> None:
    """Give files other paths, by way of names that nothing has: two may change places."""
    for begin in ("~", ""):
        for old, new in paths.items():
            here = old if begin else f"~{old}"
            there = f"~{old}" if begin else new
            db.session.execute(
                update(DraftFile)
                .where(DraftFile.draft_id == draft_id, DraftFile.path == here)
                .values(path=there)
                .execution_options(synchronize_session=False)
            )


def rename(draft_id: UUID, path: str, slug: str, *, now: datetime) -> None:
    """Another name in the address for a module or a lesson. Raises PlaceUnknown, SlugOdd and NameTaken."""
    operations.claim(draft_id, now)
    found = queries.outline(draft_id)
    folder, _slash, stem = path.partition("/")
    chapter = found.chapter(folder)
    names = [line.stem for line in chapter.lessons] if chapter and stem else found.folders
    name = stem or folder
    old = rules.NUMBERED.fullmatch(name)
    if chapter is None or name not in names or old is None:
        raise PlaceUnknown
    if not rules.SLUG.fullmatch(slug) or len(slug) > 50:
        raise SlugOdd
    others = [match[2] for one in names if one != name and (match := rules.NUMBERED.fullmatch(one))]
    if slug in others:
        raise NameTaken(slug=slug)
    new = {name: f"{old[1]}-{slug}"}
    _rename(draft_id, _lessons_renamed(found, folder, new) if stem else _folders_renamed(draft_id, new))


def rename_course(draft: CourseDraft, slug: str, *, now: datetime) -> None:
    """Another address for a course that is not published yet. Raises SlugOdd and SlugTaken."""
    operations.claim(draft.id, now)
    if not rules.SLUG.fullmatch(slug) or len(slug) > 60:
        raise SlugOdd
    others = select(CourseDraft.id).where(
        CourseDraft.slug == slug, CourseDraft.federation_id == draft.federation_id, CourseDraft.id != draft.id
    )
    course = select(Course.id).where(Course.slug == slug)
    if db.session.scalar(others) is not None or db.session.scalar(course) is not None:
        raise SlugTaken(slug=slug)
    try:
        db.session.execute(update(CourseDraft).where(CourseDraft.id == draft.id).values(slug=slug))
    except IntegrityError as error:  # another draft has taken it at the same moment
        raise SlugTaken(slug=slug) from error


def remove(draft_id: UUID, path: str, *, by: UUID, now: datetime) -> int:
    """Take out a module (its folder), a lesson with its variants (folder/stem), or one file; how many files that was.

    Raises PlaceUnknown.
    """
    number = operations.claim(draft_id, now)
    paths = _paths(draft_id)
    gone = [one for one in paths if one.startswith(f"{path}/")] or rules.siblings(f"{path}.md", paths)
    gone = gone or [one for one in paths if one == path and path != "course.md"]
    if not gone:
        raise PlaceUnknown
    operations.remove_files(draft_id, gone, by=by, now=now, number=number)
    return len(gone)


def retitled(files: Mapping[str, bytes], title: str, audience: str) -> dict[str, bytes]:
    """The files of a copy: its course.md says its own title and for whom it is."""
    text = files.get("course.md", b"").decode("utf-8", "replace")
    return {**files, "course.md": rewritten(text, {"title": title, "audience": audience}).encode()}


def take_over(draft_id: UUID, files: Mapping[str, bytes], *, by: UUID, now: datetime) -> int:
    """Let a draft have these files and no others; how many have changed. Raises DraftFull."""
    number = operations.claim(draft_id, now)
    operations.fits(files)
    kept = {row.path: row for row in db.session.scalars(select(DraftFile).where(DraftFile.draft_id == draft_id))}
    gone = [path for path in kept if path not in files]
    operations.remove_files(draft_id, gone, by=by, now=now, number=number)
    other = [path for path in kept if path in files and kept[path].content != files[path]]
    for path in other:
        operations.replace(kept[path], files[path], number=number, what="import", by=by, now=now)
    db.session.flush()
    fresh = {path: content for path, content in files.items() if path not in kept}
    operations.add_files(draft_id, fresh, by=by, now=now, number=number, what="import")
    return len(gone) + len(other) + len(fresh)
