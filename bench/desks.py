"""`bench/desk`: what each role's desk takes with more and more enrolments of others in the same federation."""

import argparse
import secrets
import statistics
import tempfile
import time
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text

from bench.database import fresh
from bench.report import align

SIZES = "100,10000,100000"
SEATS = 25  # of an edition; nine of ten are over, as in a federation that has been there for years
RUNNING = 10
LESSONS = 3  # done in each
AT_A_TIME = 5_000  # enrolments; a multiple of SEATS
TIMES = 20
DESKS = (
    "trainee",
    "trainee2",
    "agent",
    "senior",
    "registrar",
    "assessor",
    "trainer",
    "author",
    "professional",
    "admin",
)


class Others:
    """Those who come to the federation of the demonstration: invited, enrolled, paired, one session signed, once signed in,
    told of one thing."""

    def __init__(self, session: Any, now: datetime) -> None:
        from courses.catalogue.models import Lesson, Module
        from courses.learning.models import Edition
        from lms.people.models import Document

        self.now = now
        one = session.scalars(select(Edition).order_by(Edition.id)).first()
        self.federation_id, self.version_id = one.federation_id, one.version_id
        consent = select(Document.id).where(Document.federation_id == self.federation_id, Document.kind == "consent")
        self.consent = session.scalars(consent.order_by(Document.version.desc())).first()
        lessons = select(Lesson.id).join(Module).where(Module.version_id == self.version_id)
        self.lessons = list(session.scalars(lessons.order_by(Module.number, Lesson.number).limit(LESSONS)))
        self.mentor: UUID | None = None

    def come(self, session: Any, begin: int, end: int) -> None:
        """Numbers `begin` to `end`."""
        from courses.mentoring.models import MentoringSession, Pairing
        from lms.ids import new_id
        from lms.people.messages.models import Message
        from lms.people.models import Acknowledgement, Invitation, Membership, Person, SignIn

        long_ago, here = self.now - timedelta(days=90), {"federation_id": self.federation_id}
        people: list[dict[str, Any]] = []
        for number in range(begin, end):
            id_ = uuid4()
            people.append(
                {
                    "id": id_, "email": f"other-{number}@demo.test", "name": f"Persona {number:06}", "fs_uniquifier": id_.hex,
                    "created_at": long_ago,
                }
            )  # fmt: skip
        session.execute(insert(Person), people)
        ids = [person["id"] for person in people]
        self.mentor = self.mentor or ids[0]
        each = [here | {"id": new_id(), "person_id": id_} for id_ in ids]
        session.execute(insert(Membership), [one | {"role": "agent", "since": long_ago} for one in each])
        session.execute(
            insert(Acknowledgement), [one | {"document_id": self.consent, "given_at": long_ago} for one in each]
        )
        session.execute(
            insert(SignIn),
            [
                one | {"id": uuid4(), "began_at": long_ago, "confirmed_at": long_ago, "expires_at": long_ago, "ended_at": long_ago}
                for one in each
            ],
        )  # fmt: skip
        invited = {"role": "agent", "nonce": "-", "sent_at": long_ago, "expires_at": long_ago, "accepted_at": long_ago}
        session.execute(
            insert(Invitation),
            [
                here | invited | {"id": new_id(), "email": person["email"], "name": person["name"], "accepted_by": person["id"]}
                for person in people
            ],
        )  # fmt: skip
        told = {"kind": "sign-in.new-device", "facts": {}, "at": long_ago, "mail": "sent", "mailed_at": long_ago}
        session.execute(insert(Message), [one | told | {"id": new_id()} for one in each])
        self._study(session, ids, begin, long_ago)
        pairs = [
            one | {"id": new_id(), "mentor_id": self.mentor, "since": long_ago, "made_by": self.mentor}
            for one in each
            if one["person_id"] != self.mentor
        ]
        session.execute(insert(Pairing), pairs)
        held = {
            "kind": "individual", "format": "video", "starts_at": long_ago, "minutes": 60, "state": "signed", "written_at": long_ago,
            "signed_at": long_ago, "signed_by": self.mentor,
        }  # fmt: skip
        session.execute(
            insert(MentoringSession),
            [
                here | held | {
                    "id": new_id(), "pairing_id": pair["id"], "person_id": pair["person_id"], "mentor_id": self.mentor,
                    "author_id": pair["person_id"],
                }
                for pair in pairs
            ],
        )  # fmt: skip

    def _study(self, session: Any, ids: list[UUID], begin: int, at: datetime) -> None:
        from courses.learning.models import Edition, Enrolment, LessonDone
        from lms.ids import new_id

        today, here, editions, enrolments = self.now.date(), {"federation_id": self.federation_id}, [], []
        for first in range(0, len(ids), SEATS):
            number = (begin + first) // SEATS
            ends = today + timedelta(days=60 if number % RUNNING == 0 else -30)
            seated = ids[first : first + SEATS]
            edition = here | {
                "id": new_id(), "version_id": self.version_id, "name": f"Edición {number:05}", "begins_on": at.date(),
                "ends_on": ends, "seats": SEATS, "seats_taken": len(seated),
            }  # fmt: skip
            editions.append(edition)
            enrolments += [
                here | {
                    "id": new_id(), "edition_id": edition["id"], "person_id": id_, "enrolled_at": at,
                    "last_lesson_id": self.lessons[-1],
                }
                for id_ in seated
            ]  # fmt: skip
        session.execute(insert(Edition), editions)
        session.execute(insert(Enrolment), enrolments)
        session.execute(
            insert(LessonDone),
            [
                {"enrolment_id": enrolment["id"], "lesson_id": lesson, "done_at": at}
                for enrolment in enrolments
                for lesson in self.lessons
            ],
        )


def browsers(app: Any, session: Any, now: datetime) -> dict[str, Any]:
    """A signed-in client for each desk."""
    from lms.people.models import Membership, Person, SignIn
    from tests.world import Browser

    found = {}
    for name in DESKS:
        person = session.scalars(select(Person).where(Person.email == f"{name}@demo.test")).one()
        federation = session.scalars(select(Membership.federation_id).where(Membership.person_id == person.id)).first()
        sign_in = uuid4()
        session.execute(
            insert(SignIn).values(
                id=sign_in, person_id=person.id, federation_id=federation, began_at=now, confirmed_at=now,
                expires_at=now + timedelta(hours=12), second_factor=True, device="bench",
            )
        )  # fmt: skip
        found[name] = Browser(app, person.id, sign_in)
        with found[name].client.session_transaction() as cookie:
            cookie["_user_id"] = person.fs_uniquifier
    return found


def measure(client: Any) -> tuple[float, float, int]:
    """Median CPU and wall milliseconds of a desk, and its statements."""
    from tests.statements import counted

    client.get("/")
    with counted() as sent:
        answer = client.get("/")
    assert answer.status_code == 200, answer.location
    cpu, wall = [], []
    for _time in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        client.get("/")
        cpu.append(time.process_time() - spent)
        wall.append(time.perf_counter() - began)
    return statistics.median(cpu) * 1000, statistics.median(wall) * 1000, len(sent)


def main() -> None:
    """Fill, measure at each size, print."""
    parser = argparse.ArgumentParser(prog="bench/desk", description="Fills a database of its own with the demonstration and enrolments of others in the same federation, and prints for each size what each desk takes: median wall ms (CPU ms of the app) and statements.")  # fmt: skip
    parser.add_argument("--enrolments", default=SIZES, metavar="N,…", help=f"how many (default: {SIZES})")
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL server to make a database on (default: SQLite)")
    given = parser.parse_args()
    sizes = sorted(int(one) for one in given.enrolments.split(","))
    with tempfile.TemporaryDirectory() as scratch, fresh(given.database, Path(scratch)) as databases:
        print(databases.kind)
        print(align(_measured(Path(scratch), databases.app, sizes)))


def _measured(scratch: Path, url: str, sizes: list[int]) -> list[tuple[str, ...]]:
    import flask_migrate

    from lms import clock, demo
    from lms.app import create_app
    from lms.db import db, transaction

    home, now = scratch / "home", clock.now()
    app = create_app({"LMS_HOME": str(home), "DATABASE_URL": url, "QUEUE_URL": "none:", "MAIL_URL": "memory:"})
    with app.app_context(), redirect_stdout(StringIO()):
        flask_migrate.upgrade()
        demo.fill(secrets.token_urlsafe(16), 0, now, if_empty=False)
    with app.app_context(), transaction() as session:
        others = Others(session, now)
        readers = browsers(app, session, now)
    found: dict[str, list[str]] = {name: [] for name in DESKS}
    there = 0
    for size in sizes:
        with app.app_context():
            while there < size:
                step = min(size, there + AT_A_TIME)
                with transaction() as session:
                    others.come(session, there, step)
                there = step
            if db.engine.dialect.name == "postgresql":  # as its own daemon would in a while
                with transaction() as session:
                    session.execute(text("ANALYZE"))
        for name, reader in readers.items():
            cpu, wall, statements = measure(reader.client)
            found[name].append(f"{wall:.1f} ({cpu:.1f}) {statements}")
    with app.app_context():
        db.engine.dispose()
    return [
        ("desk of", *(f"{size:,} enrolments" for size in sizes)),
        *((name, *cells) for name, cells in found.items()),
    ]


if __name__ == "__main__":
    main()
