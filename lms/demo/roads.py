"""What the people of the demonstration have done so far: three trainees at three places of the same road."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assessments.bank import operations as bank
from assessments.bank.models import QuestionVersion
from assessments.competencies import operations as competencies
from assessments.quizzes import operations as quizzes
from assessments.quizzes.models import Attempt, Quiz
from certificates.accreditation import operations as accreditations
from certificates.accreditation import queries as accreditation
from certificates.register import operations as register
from courses.catalogue import operations as catalogue
from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.learning import operations as learning
from courses.learning.models import Edition, Enrolment
from courses.mentoring import operations as mentoring
from lms.config import CHECKOUT
from lms.db import db
from lms.demo import notes

CONTENT = CHECKOUT / "courses" / "content"


@dataclass(frozen=True, slots=True)
class Courses:
    """What was published: an edition of each course, and the scheme."""

    editions: dict[str, Edition]
    versions: dict[str, CourseVersion]
    scheme_id: UUID


def publish(federation_id: UUID, now: datetime) -> Courses:
    """Import the built-in courses and open an edition of each."""
    editions, versions = {}, {}
    for folder in sorted(path for path in CONTENT.iterdir() if (path / "course.md").exists()):
        version = catalogue.import_course(folder, now=now - timedelta(days=390))
        bank.import_questions(version, folder, now=now - timedelta(days=390))
        versions[folder.name] = version
        editions[folder.name] = learning.open_edition(
            federation_id,
            version.id,
            f"{version.title['es']} · {now.year}",
            begins_on=(now - timedelta(days=300)).date(),
            ends_on=(now + timedelta(days=200)).date(),
            seats=20,
            by=None,
            for_everybody=version.title["es"].endswith("profesionales"),
            now=now - timedelta(days=380),
        )
    scheme = accreditation.current_schemes(federation_id)[0]
    return Courses(editions, versions, scheme.scheme_id)


def walk(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, now: datetime) -> None:
    """`agent` is accredited, `trainee2` has earned everything, `trainee` has just begun."""
    _earn(federation_id, accounts, courses, accounts["agent"], now - timedelta(days=280))
    _accredit(federation_id, accounts, courses, accounts["agent"], "Andrés Luna", now - timedelta(days=150))
    _earn(federation_id, accounts, courses, accounts["trainee2"], now - timedelta(days=100))
    _begin(federation_id, accounts, courses, now)


def lessons(version_id: UUID) -> list[Lesson]:
    """All lessons of a version, in order."""
    return list(
        db.session.scalars(
            select(Lesson)
            .join(Module, Module.id == Lesson.module_id)
            .where(Module.version_id == version_id)
            .order_by(Module.number, Lesson.number)
        )
    )


def _earn(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, person_id: UUID, began: datetime) -> None:
    edition = courses.editions["apoyo-mutuo"]
    enrolment = learning.enrol(person_id, edition.id, federation_id=federation_id, now=began)
    for number, lesson in enumerate(lessons(edition.version_id)):
        learning.mark_done(enrolment, lesson.id, now=began + timedelta(days=number))
    for number, quiz in enumerate(_quizzes(edition.version_id)):
        _pass(quiz, enrolment, began + timedelta(days=20 + number))
    _mentor(federation_id, accounts, person_id, began)
    competencies.record(
        federation_id,
        person_id,
        assessor_id=accounts["assessor"],
        setting="role-play",
        observed_at=began + timedelta(days=70),
        ratings=[(code, 3, "", [0]) for code in ("1.1", "2.1", "3.1", "4.1", "5.1", "6.1", "8.1")],
        now=began + timedelta(days=71),
    )


def _quizzes(version_id: UUID) -> list[Quiz]:
    return list(
        db.session.scalars(
            select(Quiz)
            .join(Module, Module.id == Quiz.module_id)
            .where(Module.version_id == version_id)
            .order_by(Module.number)
        )
    )


def _pass(quiz: Quiz, enrolment: Enrolment, when: datetime) -> None:
    attempt = quizzes.start(quiz.id, enrolment, now=when, seed=when.day)
    quizzes.save_answers(attempt.id, enrolment.person_id, best_answers(attempt), now=when)
    quizzes.submit(attempt.id, enrolment.person_id, now=when + timedelta(minutes=20))


def best_answers(attempt: Attempt) -> dict[int, list[str]]:
    """For each place of the sheet, the choices with the highest score."""
    drawn = [UUID(str(item["question"])) for item in attempt.sheet]
    versions = {v.id: v for v in db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(drawn)))}
    return {place: _best(versions[version_id]) for place, version_id in enumerate(drawn)}


def _best(question: QuestionVersion) -> list[str]:
    choices: list[dict[str, Any]] = question.choices
    if question.kind == "multiple":
        return [choice["key"] for choice in choices if choice["score"] > 0]
    return [max(choices, key=lambda choice: choice["score"])["key"]]


def _mentor(federation_id: UUID, accounts: dict[str, UUID], person_id: UUID, began: datetime) -> None:
    """13 h with two seniors: 8 h individual, 3 h group, 2 h observation; all signed."""
    plan = {
        "senior": [("individual", 120, "in-person"), ("individual", 120, "video"), ("observation", 120, "in-person")],
        "senior2": [("individual", 120, "in-person"), ("individual", 120, "phone"), ("group", 180, "in-person")],
    }
    for order, (login, sessions) in enumerate(plan.items()):
        pairing = mentoring.pair(
            federation_id, person_id, accounts[login], by=accounts["registrar"], now=began + timedelta(days=1)
        )
        for number, (kind, minutes, how) in enumerate(sessions):
            starts = _at(began + timedelta(days=7 + 10 * number + order), 16)
            session = mentoring.log_session(
                pairing,
                author_id=person_id,
                kind=kind,
                format=how,
                starts_at=starts,
                minutes=minutes,
                competencies=["3.1"],
                note="",
                now=starts + timedelta(hours=4),
            )
            mentoring.sign(
                [session.id], by=accounts[login], federation_id=federation_id, now=starts + timedelta(days=1)
            )


def _at(day: datetime, hour: int) -> datetime:
    return datetime.combine(day.date(), time(hour), day.tzinfo)


def _accredit(
    federation_id: UUID, accounts: dict[str, UUID], courses: Courses, person_id: UUID, name: str, when: datetime
) -> None:
    dossier = accreditations.apply(person_id, federation_id, courses.scheme_id, name, now=when)
    for days, login in enumerate(("registrar", "registrar2"), start=2):
        accreditations.decide(
            dossier.id,
            member_id=accounts[login],
            federation_id=federation_id,
            verdict="approve",
            reasons="Cumple todos los requisitos del esquema, con evidencia de dos mentorías y una observación directa.",
            now=when + timedelta(days=days),
        )
    register.issue(dossier.id, by=accounts["registrar"], federation_id=federation_id, now=when + timedelta(days=5))


def _begin(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, now: datetime) -> None:
    """`trainee`: one lesson done, one session waiting for Rosa and one that she returned; `professional`: enrolled."""
    edition = courses.editions["apoyo-mutuo"]
    began = now - timedelta(days=12)
    enrolment = learning.enrol(accounts["trainee"], edition.id, federation_id=federation_id, now=began)
    first = lessons(edition.version_id)[0]
    learning.mark_done(enrolment, first.id, now=began + timedelta(days=1))
    notes.write(enrolment, first, began + timedelta(days=1))
    pairing = mentoring.pair(
        federation_id, accounts["trainee"], accounts["senior"], by=accounts["registrar"], now=now - timedelta(days=10)
    )
    logged = []
    for days, kind, minutes in ((6, "individual", 60), (3, "individual", 45)):
        starts = _at(now - timedelta(days=days), 10)
        logged.append(
            mentoring.log_session(
                pairing,
                author_id=accounts["trainee"],
                kind=kind,
                format="in-person",
                starts_at=starts,
                minutes=minutes,
                competencies=["1.2"],
                note="Hablamos de cómo decir al principio lo que no puedo guardar.",
                now=starts + timedelta(hours=3),
            )
        )
    mentoring.return_session(
        logged[0].id,
        by=accounts["senior"],
        reason="Empezamos a las once y terminamos a las doce menos cuarto: ¿lo cambias y te lo viso?",
        now=now - timedelta(days=4),
    )
    learning.enrol(
        accounts["professional"],
        courses.editions["atencion-profesionales"].id,
        federation_id=federation_id,
        now=now - timedelta(days=5),
    )
