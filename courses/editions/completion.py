"""What completes a course in a federation, and what comes before it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from courses.catalogue.models import Course, CourseVersion
from courses.catalogue.rules import in_language
from courses.editions import rules
from courses.editions.models import CompletionRule, EditionRule, Prerequisite
from courses.editions.refusals import PrerequisiteLoop, RuleOdd
from courses.learning.models import Edition
from courses.learning.refusals import CourseUnknown, EditionUnknown
from lms import audit, i18n
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people.models import Federation


def set_rule(
    edition_id: UUID, shares: Mapping[str, int], *, usual: bool, federation_id: UUID, by: UUID, now: datetime
) -> bool:
    """Give an edition a rule of its own: a new number, unless nothing changes (then False). What was judged by an older one
    stays. `usual`: editions of the course that begin later take it too. Raises RuleOdd, EditionUnknown.
    """
    if rules.wrong_demands(shares):
        raise RuleOdd
    found = db.session.execute(
        select(CourseVersion.course_id, CompletionRule.demands, CompletionRule.usual)
        .select_from(Edition)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .outerjoin(EditionRule, EditionRule.edition_id == Edition.id)
        .outerjoin(CompletionRule, CompletionRule.id == EditionRule.rule_id)
        .where(Edition.id == edition_id, Edition.federation_id == federation_id)
        .with_for_update(key_share=True, of=Edition)
    ).one_or_none()
    if found is None:
        raise EditionUnknown
    demands = rules.demands_of(shares)
    if found.demands == demands and found.usual == usual:
        return False
    # The federation's row is held: of two rules at once each gets a number.
    db.session.execute(select(Federation.id).where(Federation.id == federation_id).with_for_update(key_share=True))
    of = (CompletionRule.federation_id == federation_id, CompletionRule.course_id == found.course_id)
    number = (db.session.scalar(select(func.max(CompletionRule.number)).where(*of)) or 0) + 1
    rule = CompletionRule(
        id=new_id(), federation_id=federation_id, course_id=found.course_id, number=number, demands=demands,
        usual=usual, made_at=now, made_by=by,
    )  # fmt: skip
    db.session.add(rule)
    db.session.flush()
    if not insert_once(EditionRule, {"edition_id": edition_id, "rule_id": rule.id}):
        db.session.execute(
            update(EditionRule)
            .where(EditionRule.edition_id == edition_id)
            .values(rule_id=rule.id)
            .execution_options(synchronize_session=False)
        )
    audit.record(
        "edition.rule", f"edition:{edition_id}", federation_id=federation_id, actor_id=by, now=now, number=number,
        shares=dict(shares), usual=usual,
    )  # fmt: skip
    return True


def require(course_id: UUID, needs_id: UUID | None, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """From now on a course asks for another one completed before it, or (None) for an accreditation in force. False if it
    did so already. Raises CourseUnknown, PrerequisiteLoop.
    """
    # The federation's row is held: two requirements at once can't close a loop between them.
    db.session.execute(select(Federation.id).where(Federation.id == federation_id).with_for_update(key_share=True))
    wanted = {course_id, *({needs_id} if needs_id else ())}
    titles: dict[UUID, Any] = {
        row.id: row.title
        for row in db.session.execute(
            select(Course.id, CourseVersion.title)
            .join(CourseVersion, CourseVersion.id == Course.current_version_id)
            .where(Course.id.in_(wanted), Course.federation_id.is_(None) | (Course.federation_id == federation_id))
        )
    }
    if set(titles) != wanted:
        raise CourseUnknown
    rows = db.session.execute(
        select(Prerequisite.course_id, Prerequisite.needs_id).where(Prerequisite.federation_id == federation_id)
    ).all()
    if (course_id, needs_id) in {tuple(row) for row in rows}:
        return False
    needs: dict[UUID, set[UUID]] = {}
    for row in rows:
        if row.needs_id is not None:
            needs.setdefault(row.course_id, set()).add(row.needs_id)
    if needs_id is not None and rules.leads_back(needs, course_id, needs_id):
        raise PrerequisiteLoop(wanted=in_language(titles[needs_id], i18n.current()))
    db.session.add(Prerequisite(id=new_id(), federation_id=federation_id, course_id=course_id, needs_id=needs_id))
    db.session.flush()
    _record("course.require", course_id, federation_id, by, now, needs=needs_id)
    return True


def require_no_more(prerequisite_id: UUID, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """A course no longer asks for this. False if it did not."""
    gone = db.session.execute(
        delete(Prerequisite)
        .where(Prerequisite.id == prerequisite_id, Prerequisite.federation_id == federation_id)
        .returning(Prerequisite.course_id, Prerequisite.needs_id)
    ).one_or_none()
    if gone is not None:
        _record("course.require-no-more", gone.course_id, federation_id, by, now, needs=gone.needs_id)
    return gone is not None


def _record(action: str, course_id: UUID, federation_id: UUID, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(action, f"course:{course_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
