"""People with evidence, as rows of the other topics' tables; and records for tests of rules."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from assessments.competencies.models import Observation, Rating
from assessments.quizzes.models import Attempt, Quiz
from certificates.accreditation import operations
from certificates.accreditation.models import Dossier
from certificates.accreditation.rules import Acknowledged, Quizzed, Rated, Record, Studied
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone
from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.models import Acknowledgement, Document
from tests.world import NOW, World

COURSE = "apoyo-mutuo"
REASONS = "Las evidencias cubren todo lo que pide el esquema."


def record(mentors: Any = ("m1", "m2"), assessor: Any = "a1", **changes: Any) -> Record:
    """A record that earns the built-in scheme; `changes` replace fields."""
    fields: dict[str, Any] = {
        "documents": {"code-of-ethics": Acknowledged(1, True, NOW)},
        "modules": {(COURSE, n): Studied(5, 5, f"m{n}") for n in (1, 4)},
        "enrolments": {COURSE: "e1"},
        "quizzes": {(COURSE, n): Quizzed(8000, True, 1, NOW) for n in (1, 4)},
        "minutes": {"individual": 480, "group": 150, "observation": 90, "practice": 0},
        "mentors": frozenset(str(mentor) for mentor in mentors),
        "levels": {code: Rated(3, str(assessor), NOW) for code in ("1.1", "3.1", "8.1")},
    }
    return Record(**(fields | changes))


def scheme(world: World, federation: UUID | None = None) -> UUID:
    """The built-in scheme in a federation (`here`): its id."""
    with world.database(), transaction():
        version = operations.create_scheme(federation or world.here, **operations.DEFAULT_SCHEME, now=NOW)
        return version.scheme_id


def dossier(world: World, mentors: Any = (), assessor: UUID | None = None) -> UUID:
    """An open dossier of a new trainee, on evidence by these mentors and this assessor: its id."""
    scheme_id = scheme(world)
    person = world.person("agent", name="Ana Ruiz")
    mentors = [*mentors, world.person("senior"), world.person("senior")]
    held = record(mentors, assessor or world.person("assessor"))
    with world.database(), transaction():
        return operations.apply(person, world.here, scheme_id, "Ana Ruiz", now=NOW, gather=lambda *_, **__: held).id


def dossier_of(world: World, dossier_id: UUID) -> Dossier:
    """The dossier as it stands."""
    with world.database():
        return kept(db.session.get_one(Dossier, dossier_id))


def kept(found: Dossier) -> Dossier:
    """The dossier with its values, when its session is gone."""
    db.session.expunge(found)
    return found


def vote(world: World, dossier_id: UUID, member: UUID, verdict: str = "approve", **more: Any) -> Dossier:
    """A vote in its own transaction."""
    values = {"federation_id": world.here, "reasons": REASONS, "now": NOW} | more
    with world.database():
        with transaction():
            found = operations.decide(dossier_id, member_id=member, verdict=verdict, **values)
        return kept(found)


class Learner:
    """A trainee whose evidence lies in real rows of the other topics."""

    def __init__(self, world: World, lessons: int = 2) -> None:
        self.world = world
        self.person = world.person("agent", name="Ana Ruiz")
        self.mentors = [world.person("senior", name=f"Rosa {n}") for n in (1, 2)]
        self.assessor = world.person("assessor", name="Eva")
        with world.database(), transaction() as session:
            self._course(session, lessons)
            self._document(session)

    def _course(self, session: Any, lessons: int) -> None:
        course, version = Course(id=new_id(), slug=COURSE, audience="agent"), new_id()
        session.add(course)
        session.flush()
        text = {"es": "T", "en": "T"}
        session.add(
            CourseVersion(
                id=version, course_id=course.id, number=1, digest="0" * 64, title=text, summary=text, html=text,
                minutes=60, published_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        course.current_version_id = version
        edition = Edition(
            id=new_id(), federation_id=self.world.here, version_id=version, name="E", begins_on=NOW.date(),
            ends_on=NOW.date(), seats=9,
        )  # fmt: skip
        session.add(edition)
        session.flush()
        self.enrolment = new_id()
        session.add(
            Enrolment(
                id=self.enrolment, federation_id=self.world.here, edition_id=edition.id, person_id=self.person,
                enrolled_at=NOW,
            )
        )  # fmt: skip
        self.lessons: list[UUID] = []
        self.quizzes: list[UUID] = []
        for number in range(1, 6):
            count = lessons if number in (1, 4) else 0
            module = Module(
                id=new_id(), version_id=version, number=number, slug=f"m{number}", title=text, html=text, notice={},
                outcomes={"es": []}, competencies=[], minutes=60, lesson_count=count,
            )  # fmt: skip
            session.add(module)
            session.flush()
            for place in range(1, count + 1):
                lesson = Lesson(
                    id=new_id(), module_id=module.id, number=place, slug=f"l{place}", title=text, html=text, notice={},
                    skip={}, reflection={}, alternative={}, sources={}, competencies=[], minutes=5,
                )  # fmt: skip
                session.add(lesson)
                self.lessons.append(lesson.id)
            if count:
                quiz = Quiz(
                    id=new_id(), module_id=module.id, title=text, pass_mark=7500, attempts_allowed=2, draw=1,
                    question_ids=[],
                )  # fmt: skip
                session.add(quiz)
                self.quizzes.append(quiz.id)

    def _document(self, session: Any) -> None:
        self.code = new_id()
        session.add(
            Document(
                id=self.code, federation_id=self.world.here, kind="code-of-ethics", version=1, title={"es": "C"},
                html={"es": "<p>C</p>"}, published_at=NOW,
            )
        )  # fmt: skip

    def study(self) -> None:
        """Every lesson done."""
        with self.world.database(), transaction() as session:
            for lesson in self.lessons:
                session.add(LessonDone(enrolment_id=self.enrolment, lesson_id=lesson, done_at=NOW))

    def accept(self) -> None:
        """The code of ethics."""
        with self.world.database(), transaction() as session:
            session.add(
                Acknowledgement(
                    federation_id=self.world.here, person_id=self.person, document_id=self.code, given_at=NOW
                )
            )

    def take(self, score: int = 8000) -> None:
        """Both quizzes, submitted."""
        with self.world.database(), transaction() as session:
            for quiz in self.quizzes:
                session.add(
                    Attempt(
                        federation_id=self.world.here, quiz_id=quiz, enrolment_id=self.enrolment,
                        person_id=self.person, number=1, seed=1, pass_mark=7500, sheet=[], state="submitted", began_at=NOW,
                        submitted_at=NOW, score=score, passed=score >= 7500,
                    )
                )  # fmt: skip

    def mentored(self, minutes: dict[str, int] | None = None, *, signed: bool = True) -> None:
        """Sessions of each kind with each mentor: `minutes` with each; signed, or waiting for the mentor."""
        minutes = minutes or {"individual": 240, "group": 75, "observation": 45}
        with self.world.database(), transaction() as session:
            for mentor in self.mentors:
                pairing = Pairing(
                    id=new_id(), federation_id=self.world.here, person_id=self.person, mentor_id=mentor, since=NOW,
                    until=NOW, made_by=mentor,
                )  # fmt: skip
                session.add(pairing)
                session.flush()
                for days, (kind, length) in enumerate(minutes.items()):
                    held = MentoringSession(
                        id=new_id(), federation_id=self.world.here, pairing_id=pairing.id, person_id=self.person,
                        mentor_id=mentor, author_id=self.person, kind=kind, format="video",
                        starts_at=NOW - timedelta(days=days + 1), minutes=length, written_at=NOW,
                        state="signed" if signed else "waiting", signed_at=NOW if signed else None,
                        signed_by=mentor if signed else None,
                    )  # fmt: skip
                    session.add(held)
                    session.flush()
                    if signed:
                        session.add(
                            HoursEntry(
                                federation_id=self.world.here, session_id=held.id, person_id=self.person,
                                mentor_id=mentor, kind=kind, minutes=length, signed_by=mentor, at=NOW,
                            )
                        )  # fmt: skip

    def observed(self, level: int = 3, codes: tuple[str, ...] = ("1.1", "3.1", "8.1"), days: int = 0) -> None:
        """An observation by the assessor."""
        with self.world.database(), transaction() as session:
            seen = Observation(
                id=new_id(), federation_id=self.world.here, person_id=self.person, assessor_id=self.assessor,
                setting="role-play", observed_at=NOW + timedelta(days=days), recorded_at=NOW + timedelta(days=days),
                framework="1",
            )  # fmt: skip
            session.add(seen)
            session.flush()
            for code in codes:
                session.add(Rating(observation_id=seen.id, competency=code, level=level))

    def earn(self) -> None:
        """Everything that the built-in scheme asks for."""
        self.accept()
        self.study()
        self.take()
        self.mentored()
        self.observed()
