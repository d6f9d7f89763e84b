"""Many more people, for load: written in bulk, with the shape that the operations would give them."""

import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import click
from flask_security import hash_password
from sqlalchemy import Insert, insert, select, update

from courses.learning.models import Edition, Enrolment, LessonDone
from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from lms.db import db, transaction
from lms.demo.roads import Courses, lessons
from lms.ids import new_id
from lms.people.models import Acknowledgement, Document, Membership, Person

CHUNK = 500
SESSIONS = 6  # each


def fill(federation_id: UUID, courses: Courses, count: int, password: str, now: datetime) -> None:
    """Add `count` trainees, one senior for every 40 of them, with lessons done and hours signed."""
    chance = random.Random(count)
    hashed = hash_password(password)  # one hash for all: hashing is not what load is about
    consent = db.session.scalar(
        select(Document.id).where(Document.federation_id == federation_id, Document.kind == "consent")
    )
    seniors = [uuid4() for _ in range(1 + count // 40)]
    done = [lesson.id for lesson in lessons(courses.editions["apoyo-mutuo"].version_id)]
    with transaction() as session:
        session.execute(
            update(Edition)
            .where(Edition.id == courses.editions["apoyo-mutuo"].id)
            .values(seats=Edition.seats + count, seats_taken=Edition.seats_taken + count)
        )
        for statement, rows in _people(federation_id, seniors, "senior", consent, hashed, now):
            session.execute(statement, rows)
    with click.progressbar(range(0, count, CHUNK), label="People", show_pos=True) as starts:
        for start in starts:
            trainees = [uuid4() for _ in range(min(CHUNK, count - start))]
            with transaction() as session:
                for statement, rows in _people(federation_id, trainees, "agent", consent, hashed, now):
                    session.execute(statement, rows)
                _study(federation_id, courses, trainees, done, chance, now)
                _mentor(federation_id, trainees, seniors, chance, now)


def _people(
    federation_id: UUID, ids: list[UUID], role: str, consent: UUID | None, hashed: str, now: datetime
) -> list[tuple[Insert, list[dict]]]:
    people = [
        {
            "id": id_,
            "email": f"{role}-{id_.hex[:12]}@demo.test",
            "name": f"Persona {id_.hex[:6]}",
            "password": hashed,
            "fs_uniquifier": id_.hex,
            "created_at": now,
        }
        for id_ in ids
    ]
    common = {"federation_id": federation_id}
    roles = [common | {"id": new_id(), "person_id": id_, "role": role, "since": now} for id_ in ids]
    consents = [common | {"id": new_id(), "person_id": id_, "document_id": consent, "given_at": now} for id_ in ids]
    return [(insert(Person), people), (insert(Membership), roles), (insert(Acknowledgement), consents)]


def _study(
    federation_id: UUID, courses: Courses, ids: list[UUID], done: list[UUID], chance: random.Random, now: datetime
) -> None:
    edition_id = courses.editions["apoyo-mutuo"].id
    enrolments = [
        {
            "id": new_id(),
            "federation_id": federation_id,
            "edition_id": edition_id,
            "person_id": id_,
            "enrolled_at": now - timedelta(days=60),
        }
        for id_ in ids
    ]
    marks = [
        {"enrolment_id": enrolment["id"], "lesson_id": lesson_id, "done_at": now - timedelta(days=30)}
        for enrolment in enrolments
        for lesson_id in done[: chance.randrange(len(done))]
    ]
    db.session.execute(insert(Enrolment), enrolments)
    if marks:
        db.session.execute(insert(LessonDone), marks)


def _mentor(federation_id: UUID, ids: list[UUID], seniors: list[UUID], chance: random.Random, now: datetime) -> None:
    pairings, sessions, entries = [], [], []
    for id_ in ids:
        mentor = chance.choice(seniors)
        pairing = {
            "id": new_id(),
            "federation_id": federation_id,
            "person_id": id_,
            "mentor_id": mentor,
            "since": now - timedelta(days=60),
            "made_by": mentor,
        }
        pairings.append(pairing)
        for number in range(SESSIONS):
            starts, signed = now - timedelta(days=50 - 7 * number), number < SESSIONS - 1
            both = {"federation_id": federation_id, "person_id": id_, "mentor_id": mentor, "kind": "individual"}
            session = both | {
                "id": new_id(),
                "pairing_id": pairing["id"],
                "author_id": id_,
                "format": "video",
                "starts_at": starts,
                "minutes": 60,
                "competencies": [],
                "note": "",
                "state": "signed" if signed else "waiting",
                "written_at": starts + timedelta(hours=2),
                "signed_at": starts + timedelta(days=1) if signed else None,
                "signed_by": mentor if signed else None,
            }
            sessions.append(session)
            if signed:
                entries.append(
                    both
                    | {
                        "id": new_id(),
                        "session_id": session["id"],
                        "reverses": 0,
                        "minutes": 60,
                        "signed_by": mentor,
                        "at": session["signed_at"],
                    }
                )
    db.session.execute(insert(Pairing), pairings)
    db.session.execute(insert(MentoringSession), sessions)
    db.session.execute(insert(HoursEntry), entries)
