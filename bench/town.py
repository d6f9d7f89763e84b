"""Who and what is there to be measured: the demonstration at a scale, and people of the benchmark's own, signed in.

Sessions are minted: a row of `sign_ins` each, as sign-in writes it, and a cookie signed by the app's own session interface.
A request with it goes through all that a request after /login goes through; only the password's hash is spared.
"""

import os
import subprocess
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select, update

from assessments.quizzes.models import Attempt, Quiz
from bench.server import CHECKOUT
from certificates.accreditation.models import Dossier, Scheme
from certificates.documents import operations as documents
from certificates.register import operations as register
from certificates.register.models import Certificate
from courses.catalogue.models import Course, CourseVersion, Module
from courses.learning.models import Edition, Enrolment
from courses.mentoring.models import MentoringSession, Pairing
from lms import clock, jobs
from lms.app import create_app
from lms.db import db, transaction
from lms.demo import crowd
from lms.demo.roads import Courses, lessons
from lms.ids import new_id
from lms.people.messages.models import Message
from lms.people.models import Membership, Person, SignIn

READERS = 64
COURSE = "apoyo-mutuo"
PASSWORD = "acequia-candil-orilla-sauce"
CSRF = "what-the-session-keeps-for-its-forms"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who is signed in."""

    id: UUID
    name: str
    cookie: str  # the header's value
    enrolment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """A certificate."""

    id: UUID
    code: str
    serial: str


class Town:
    """A populated database and who is signed in. `readers` look at pages; each of `writers` may do a thing once."""

    def __init__(self, env: dict[str, str], scale: int, pool: int, folder: Path) -> None:
        self.env, self.folder = env, folder
        self._lms("init-db")
        self._lms("demo", "--scale", str(scale), "--password", PASSWORD)
        settings = {name: value for name, value in env.items() if name != "LMS_BENCH"}
        self.app: Flask = create_app(settings | {"QUEUE_URL": "none:"})
        self.token = URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
        with self.app.app_context():
            self._know()
            agents = self._newcomers(READERS + pool)
            self.readers, self.writers = agents[:READERS], agents[READERS:]
            self.seniors = self._sign_in(self._mentors())
            self.people = db.session.scalar(select(db.func.count()).select_from(Person)) or 0
            db.session.rollback()

    def _lms(self, *words: str) -> None:
        ran = subprocess.run(
            [str(CHECKOUT / ".venv/bin/lms"), *words], env=os.environ | self.env, capture_output=True, text=True
        )
        if ran.returncode:
            raise RuntimeError(f"lms {' '.join(words)}: {ran.stdout}{ran.stderr}")

    def _know(self) -> None:
        """What the course is called and where its parts are."""
        course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
        version = db.session.get_one(CourseVersion, course.current_version_id)
        edition = db.session.scalars(select(Edition).where(Edition.version_id == version.id)).one()
        self.courses = Courses({COURSE: edition}, {COURSE: version}, db.session.scalars(select(Scheme.id)).one())
        self.federation_id, self.edition_id, self.title = edition.federation_id, edition.id, version.title["es"]
        # The longest lesson: no figure of ours should rest on a short one.
        lesson = max(lessons(version.id), key=lambda lesson: len(lesson.html["es"]))
        self.lesson_title, self.lesson_slug = lesson.title["es"], lesson.slug
        self.lesson_html = lesson.html["es"].strip()
        self.lesson_module = db.session.get_one(Module, lesson.module_id).slug
        quizzes = select(Quiz, Module.slug).join(Module, Module.id == Quiz.module_id)
        first = db.session.execute(quizzes.where(Module.version_id == version.id).order_by(Module.number)).first()
        self.quiz_id, self.quiz_title, self.quiz_module = (first[0].id, first[0].title["es"], first[1]) if first else (None, "", "")  # fmt: skip

    def _newcomers(self, count: int) -> list[Someone]:
        """People of the crowd's shape, enrolled, paired, with lessons done and hours signed."""
        before = set(db.session.scalars(select(Enrolment.person_id)))
        with redirect_stdout(StringIO()):  # it shows its progress
            crowd.fill(self.federation_id, self.courses, count, PASSWORD, clock.now())
        found = [id_ for id_ in db.session.scalars(select(Enrolment.person_id)) if id_ not in before]
        return self._sign_in(found)

    def _mentors(self) -> list[UUID]:
        """Seniors who have a pairing with one of the people who are signed in."""
        ours = [someone.id for someone in (*self.readers, *self.writers)]
        return list(db.session.scalars(select(Pairing.mentor_id).where(Pairing.person_id.in_(ours)).distinct()))

    def _sign_in(self, ids: list[UUID]) -> list[Someone]:
        now, serializer = clock.now(), self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        people = list(db.session.scalars(select(Person).where(Person.id.in_(ids))))
        enrolled = dict(
            db.session.execute(
                select(Enrolment.person_id, Enrolment.id).where(Enrolment.edition_id == self.edition_id)
            ).all()
        )
        rows = [
            {
                "id": new_id(), "person_id": person.id, "federation_id": self.federation_id, "began_at": now,
                "confirmed_at": now, "expires_at": now + timedelta(hours=12), "second_factor": True, "device": "bench",
            }
            for person in people
        ]  # fmt: skip
        found = []
        for person, row in zip(people, rows, strict=True):
            content = {"csrf_token": CSRF, "sign_in": str(row["id"]), "_user_id": person.fs_uniquifier, "_fresh": True}
            cookie = f"{self.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(content)}"
            found.append(Someone(person.id, person.name, cookie, enrolled.get(person.id)))
        with transaction() as session:
            session.execute(insert(SignIn), rows)
        return found

    def url(self, endpoint: str, **values: object) -> str | None:
        """The address of a page; None while nobody has written it."""
        if endpoint not in self.app.view_functions:
            return None
        with self.app.test_request_context():
            from flask import url_for

            return url_for(endpoint, **values)  # type: ignore[arg-type]

    def at_rest(self, within: float) -> bool:
        """Wait until the worker has done all that it can: False if it has not in so many seconds."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with self.app.app_context():
                mails = db.session.scalar(select(db.func.count()).where(Message.mail == "due"))
                due = (jobs.Job.state.in_(("due", "running")), jobs.Job.fault.is_(None))
                waits = db.session.scalar(select(db.func.count()).where(*due))
                db.session.rollback()
            if not mails and not waits:
                return True
            time.sleep(0.1)
        return False

    # --- What is used up by being measured ------------------------------------------------------------------------

    def open_attempts(self, people: list[Someone]) -> list[tuple[UUID, list[str]]]:
        """A fresh open attempt at the quiz for each, with nothing answered, and the first choice of each of its questions."""
        from assessments.quizzes import operations as quizzes

        self.no_attempts(people)
        with self.app.app_context():
            with transaction() as session:
                enrolments = {
                    enrolment.id: enrolment
                    for enrolment in session.scalars(
                        select(Enrolment).where(Enrolment.id.in_([someone.enrolment_id for someone in people]))
                    )
                }
                found = [
                    quizzes.start(self.quiz_id, enrolments[someone.enrolment_id], now=clock.now(), seed=number)  # type: ignore[arg-type, index]
                    for number, someone in enumerate(people)
                ]
            return [(attempt.id, [item["choices"][0] for item in attempt.sheet]) for attempt in found]

    def no_attempts(self, people: list[Someone]) -> None:
        """These people have never tried the quiz."""
        ids = [someone.id for someone in people]
        with self.app.app_context(), transaction() as session:
            session.execute(db.delete(Attempt).where(Attempt.person_id.in_(ids)))

    def waiting_sessions(self, count: int) -> list[tuple[Someone, UUID, datetime]]:
        """`count` sessions that wait, spread over the seniors: (mentor, session id, when it was written)."""
        mentors = {senior.id: senior for senior in self.seniors}
        with self.app.app_context(), transaction() as session:
            pairings = session.scalars(select(Pairing).where(Pairing.mentor_id.in_(list(mentors)))).all()
            now = clock.now()
            rows = [
                {
                    "id": new_id(), "federation_id": self.federation_id, "pairing_id": pairing.id,
                    "person_id": pairing.person_id, "mentor_id": pairing.mentor_id, "author_id": pairing.person_id,
                    "kind": "individual", "format": "video", "starts_at": now - timedelta(days=2), "minutes": 60,
                    "competencies": ["1.2"], "note": "", "state": "waiting", "written_at": now - timedelta(days=1),
                }
                for pairing in (pairings[number % len(pairings)] for number in range(count))
            ]  # fmt: skip
            session.execute(insert(MentoringSession), rows)
        return [(mentors[row["mentor_id"]], row["id"], row["written_at"]) for row in rows]

    def certificates(self, people: list[Someone]) -> list[tuple[Someone, Award]]:
        """A certificate for each, issued by the register; one that they have already is taken."""
        with self.app.app_context():
            have = set(db.session.scalars(select(Certificate.person_id)))
            model = db.session.scalars(select(Dossier).where(Dossier.state == "issued")).first()
            if model is None:
                return []
            copied = {name: getattr(model, name) for name in ("scheme_id", "version_id", "evidence", "parties")}
            registrars = select(Membership.person_id).where(Membership.role == "registrar")
            registrar = db.session.scalars(registrars.limit(1)).one()
            for someone in people:
                if someone.id not in have:
                    with transaction():
                        self._certify(someone, registrar, copied)
            with transaction() as session:  # or the worker would make their PDFs while something else is measured
                session.execute(update(jobs.Job).where(jobs.Job.state == "due").values(state="done"))
            columns = select(Certificate.person_id, Certificate.id, Certificate.code, Certificate.serial)
            awards = {row.person_id: Award(row.id, row.code, row.serial) for row in db.session.execute(columns)}
            db.session.rollback()
            return [(someone, awards[someone.id]) for someone in people]

    def _certify(self, someone: Someone, registrar: UUID, copied: dict[str, Any]) -> None:
        now = clock.now()
        dossier = Dossier(
            id=new_id(), federation_id=self.federation_id, person_id=someone.id, certificate_name=someone.name,
            state="approved", applied_at=now, decided_at=now, **copied,
        )  # fmt: skip
        db.session.add(dossier)
        db.session.flush()
        register.issue(dossier.id, by=registrar, federation_id=self.federation_id, now=now)

    def with_pdf(self, people: list[Someone]) -> list[tuple[Someone, Award]]:
        """Certificates whose PDF is there."""
        found = self.certificates(people)
        with self.app.app_context():
            for _someone, award in found:
                documents.prepare(award.id)
            db.session.rollback()
        return found

    def without_pdf(self, people: list[Someone]) -> list[tuple[Someone, Award]]:
        """Certificates whose PDF has not been made yet."""
        found = self.certificates(people)
        ids = [award.id for _someone, award in found]
        with self.app.app_context(), transaction() as session:
            session.execute(update(Certificate).where(Certificate.id.in_(ids)).values(pdf_digest=None))
        for id_ in ids:
            (Path(self.app.config["LMS_HOME"]) / "files" / "certificates" / f"{id_}.pdf").unlink(missing_ok=True)
        return found
