"""An edition goes over to a newer version of its course, and everybody's progress goes with it.

Lessons are the same lesson when module and lesson have the same names in their addresses; or, where a lesson was put into
another module, when only one lesson of each version has its name. What a lesson left behind (that it was done, what was
written, where somebody was) then belongs to the lesson of the new version. What has no counterpart stays as it was, and
finds its lesson again if a later version brings it back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import Column, Table, case, func, select, update

from courses.authoring.refusals import PlanChanged, VersionNotNewer
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection
from lms import audit, jobs
from lms.db import Base, db, transaction

SETTLE = timedelta(minutes=2)  # after which what was under way while the edition moved is looked at once more
OF_A_VERSION = {"lessons", "modules", "course_versions"}  # tables that are part of a version itself


class LessonKey(NamedTuple):
    """A lesson of a version, as it is matched."""

    version_id: UUID
    module_id: UUID
    module: str
    module_number: int
    lesson_id: UUID | None
    lesson: str | None
    number: int | None
    title: dict[str, Any] | None


def match(old: Iterable[LessonKey], new: Iterable[LessonKey]) -> dict[UUID, UUID]:
    """Which lesson of `new` each lesson of `old` has become."""
    before = [key for key in old if key.lesson_id is not None]
    after = [key for key in new if key.lesson_id is not None]
    by_place = {(key.module, key.lesson): key for key in after}
    found = {key.lesson_id: by_place[key.module, key.lesson] for key in before if (key.module, key.lesson) in by_place}
    taken = {key.lesson_id for key in found.values()}
    left = [key for key in before if key.lesson_id not in found]
    free = [key for key in after if key.lesson_id not in taken]
    for key in left:
        same, others = (
            [one for one in free if one.lesson == key.lesson],
            [one for one in left if one.lesson == key.lesson],
        )
        if len(same) == len(others) == 1:
            found[key.lesson_id] = same[0]
    return {old_id: key.lesson_id for old_id, key in found.items() if old_id and key.lesson_id}


def match_modules(old: Iterable[LessonKey], new: Iterable[LessonKey]) -> dict[UUID, UUID]:
    """Which module of `new` each module of `old` has become: the one of the same name."""
    after = {key.module: key.module_id for key in new}
    return {key.module_id: after[key.module] for key in old if key.module in after}


@dataclass(slots=True)
class Became:
    """What the lessons and modules of other versions are in the one that an edition has: by id, and by their names
    (module, lesson) in addresses where those have changed."""

    lessons: dict[UUID, UUID] = field(default_factory=dict)
    modules: dict[UUID, UUID] = field(default_factory=dict)
    names: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What would happen. `federation_id` serves the policy."""

    edition: Edition
    course_slug: str
    old_number: int
    new_id: UUID
    new_number: int
    kept: list[tuple[LessonKey, LessonKey]] = field(default_factory=list)
    new: list[LessonKey] = field(default_factory=list)
    gone: list[tuple[LessonKey, int, int]] = field(default_factory=list)  # with how many did it, and wrote there

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.edition.federation_id

    @property
    def is_newer(self) -> bool:
        """Whether there is a version to go to."""
        return self.new_number > self.old_number

    @property
    def moved(self) -> list[tuple[LessonKey, LessonKey]]:
        """The lessons that go on at another place."""
        return [pair for pair in self.kept if _where(pair[0]) != _where(pair[1])]


def _name(key: LessonKey) -> tuple[str, str]:
    return key.module, key.lesson or ""


def _where(key: LessonKey) -> tuple[Any, ...]:
    return key.module_number, key.number, key.module


def _keys(*version_ids: UUID) -> list[LessonKey]:
    rows = db.session.execute(
        select(
            Module.version_id,
            Module.id,
            Module.slug,
            Module.number,
            Lesson.id,
            Lesson.slug,
            Lesson.number,
            Lesson.title,
        )
        .outerjoin(Lesson, Lesson.module_id == Module.id)
        .where(Module.version_id.in_(version_ids))
        .order_by(Module.number, Lesson.number)
    )
    return [LessonKey(*row) for row in rows]


def plan(edition_id: UUID) -> Plan | None:
    """What would happen if the edition went over to the newest version; None when there is no such edition."""
    newest = CourseVersion.__table__.alias()
    row = db.session.execute(
        select(Edition, Course.slug, CourseVersion.number, newest.c.id, newest.c.number)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .join(newest, newest.c.id == Course.current_version_id)
        .where(Edition.id == edition_id)
    ).one_or_none()
    if row is None:
        return None
    made = Plan(*row)
    if not made.is_newer:
        return made
    keys = _keys(made.edition.version_id, made.new_id)
    old = [key for key in keys if key.version_id == made.edition.version_id]
    new = [key for key in keys if key.version_id == made.new_id]
    became, by_id = match(old, new), {key.lesson_id: key for key in new}
    left = _left_behind(edition_id)
    for key in old:
        if key.lesson_id is None:
            continue
        if key.lesson_id in became:
            made.kept.append((key, by_id[became[key.lesson_id]]))
        else:
            made.gone.append((key, *left.get(key.lesson_id, (0, 0))))
    arrived = set(became.values())
    made.new = [key for key in new if key.lesson_id is not None and key.lesson_id not in arrived]
    return made


def _left_behind(edition_id: UUID) -> dict[UUID, tuple[int, int]]:
    """How many have done, and written in, each lesson of an edition."""
    found: dict[UUID, tuple[int, int]] = {}
    for place, model in enumerate((LessonDone, Reflection)):
        rows = db.session.execute(
            select(model.lesson_id, func.count())
            .join(Enrolment, Enrolment.id == model.enrolment_id)
            .where(Enrolment.edition_id == edition_id)
            .group_by(model.lesson_id)
        )
        for lesson_id, count in rows:
            pair = list(found.get(lesson_id, (0, 0)))
            pair[place] = count
            found[lesson_id] = (pair[0], pair[1])
    return found


def move(edition_id: UUID, old_id: UUID, new_id: UUID, *, by: UUID, now: datetime) -> None:
    """Let an edition go over from one version to a newer one of the same course, with everybody's progress.

    Raises PlanChanged when the edition, or the newest version, is no longer what was looked at; VersionNotNewer.
    """
    # Who is in the middle of something has it finished first; who begins now waits, and finds the new version.
    db.session.execute(select(Enrolment.id).where(Enrolment.edition_id == edition_id).with_for_update()).all()
    found = db.session.execute(
        select(Edition.federation_id, Edition.version_id, Course.id, Course.current_version_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Edition.id == edition_id)
    ).one()
    if found.version_id != old_id or found.current_version_id != new_id:
        raise PlanChanged
    if old_id == new_id:
        raise VersionNotNewer
    changed: Any = db.session.execute(
        update(Edition).where(Edition.id == edition_id, Edition.version_id == old_id).values(version_id=new_id)
    )
    if changed.rowcount != 1:
        raise PlanChanged
    lessons = follow(edition_id)
    audit.record(
        "edition.move", f"edition:{edition_id}", federation_id=found.federation_id, actor_id=by, now=now,
        **{"from": old_id, "to": new_id, "lessons": lessons},
    )  # fmt: skip
    jobs.add_all("edition.settle", now + SETTLE, [{"edition": edition_id}], ring=False)


def follow(edition_id: UUID) -> int:
    """Bring all that is kept about an edition's people to the version that it has; how many lessons have a counterpart.

    May be done again: what has followed already stays.
    """
    version_id = db.session.scalar(select(Edition.version_id).where(Edition.id == edition_id))
    course = select(CourseVersion.course_id).where(CourseVersion.id == version_id).scalar_subquery()
    others = db.session.scalars(
        select(CourseVersion.id).where(CourseVersion.course_id == course, CourseVersion.id != version_id)
    ).all()
    if version_id is None or not others:
        return 0
    keys = _keys(version_id, *others)
    new = [key for key in keys if key.version_id == version_id]
    became, by_id = Became(), {key.lesson_id: key for key in new}
    for other in others:
        old = [key for key in keys if key.version_id == other]
        matched = match(old, new)
        became.lessons |= matched
        became.modules |= match_modules(old, new)
        for key in old:
            if key.lesson_id is None or key.lesson_id not in matched:
                continue
            there = _name(by_id[matched[key.lesson_id]])
            if there != _name(key):
                became.names[_name(key)] = there
    for table, column, to in followers():
        _bring(table, column, became.lessons if to == "lessons" else became.modules, edition_id)
    known = [key.lesson_id for key in new if key.lesson_id is not None]
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.edition_id == edition_id, Enrolment.last_lesson_id.not_in(known))
        .values(last_lesson_id=None)
        .execution_options(synchronize_session=False)
    )
    for more in current_app.extensions["lms_authoring"].followers:
        more(edition_id, became)
    return len(set(became.lessons.values()))


def followers() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every column that names a lesson or a module and is about somebody's study: (table, column, lessons or modules)."""
    for table in Base.metadata.sorted_tables:
        if table.name in OF_A_VERSION:
            continue
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.table.name in ("lessons", "modules") and scope(table, UUID(int=0)) is not None:
                    yield table, column, key.column.table.name


def scope(table: Table, edition_id: UUID) -> Any:
    """Which rows of a table are about an edition; None for a table that says it in no way that is known here."""
    columns = table.c
    if "enrolment_id" in columns:
        return columns.enrolment_id.in_(select(Enrolment.id).where(Enrolment.edition_id == edition_id))
    if "edition_id" in columns:
        return columns.edition_id == edition_id
    if "person_id" in columns:
        return columns.person_id.in_(select(Enrolment.person_id).where(Enrolment.edition_id == edition_id))
    return None


def _bring(table: Table, column: Column[Any], became: Mapping[UUID, UUID], edition_id: UUID) -> None:
    """Let rows that name an old lesson or module name the new one."""
    mine = scope(table, edition_id)
    named = set(db.session.scalars(select(column).where(mine, column.is_not(None)).distinct()))
    moving = {old: new for old, new in became.items() if old in named}
    if moving:
        values = {column: case(moving, value=column, else_=column)}
        db.session.execute(update(table).where(mine, column.in_(list(moving))).values(values))


@jobs.handler("edition.settle")
def settle(payload: dict[str, Any]) -> None:
    """What was under way on the old version while the edition moved, and arrived after."""
    with transaction():
        follow(UUID(payload["edition"]))
