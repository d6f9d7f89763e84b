"""A trainee and a senior agent who are paired, and short ways to write, sign and read their sessions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from courses.mentoring import operations, queries
from courses.mentoring.models import HoursEntry, MentoringSession
from lms.db import db, transaction
from lms.errors import Refusal
from lms.ids import new_id
from lms.people.models import Membership
from tests.world import NOW, World

LATER = NOW + timedelta(days=400)


class Place:
    """`trainee` and `mentor`, paired since `start` in the world's `here`."""

    def __init__(self, world: World, start: datetime = NOW) -> None:
        self.world, self.start = world, start
        self.here = world.here
        self.trainee = world.person("agent", name="Luis Ortega")
        self.mentor = world.person("senior", name="Rosa Martín")
        self.registrar = world.person("registrar", name="Registro")
        self.pairing = self.pair(self.trainee, self.mentor)

    def pair(self, person: UUID, mentor: UUID) -> UUID:
        with self.world.database(), transaction():
            return operations.pair(self.here, person, mentor, by=self.registrar, now=self.start).id

    def log(self, hours: float = 0, pairing: UUID | None = None, **more: Any) -> UUID:
        """A session that began so many hours after `start` (or at `starts_at`), an hour long unless told otherwise."""
        with self.world.database(), transaction():
            found = queries.pairing(pairing or self.pairing)
            assert found is not None
            facts = {
                "author_id": found.person_id,
                "kind": "individual",
                "format": "video",
                "starts_at": self.start + timedelta(hours=hours),
                "minutes": 60,
                "competencies": [],
                "note": "",
                "now": LATER,
            }
            return operations.log_session(found, **(facts | more)).id

    def correct(self, session_id: UUID, by: UUID | None = None, **more: Any) -> None:
        with self.world.database(), transaction():
            session = queries.session(session_id)
            assert session is not None
            names = ("kind", "format", "starts_at", "minutes", "competencies", "note")
            facts = {name: getattr(session, name) for name in names}
            operations.correct_session(session, author_id=by or session.author_id, now=LATER, **(facts | more))

    def sign(self, *session_ids: UUID, by: UUID | None = None, seen: Any = None) -> int:
        with self.world.database(), transaction():
            signer = by or self.mentor
            return len(operations.sign(list(session_ids), by=signer, federation_id=self.here, now=LATER, seen=seen))

    def give_back(self, session_id: UUID, reason: str = "Revisa la fecha", by: UUID | None = None) -> str:
        with self.world.database(), transaction():
            operations.return_session(session_id, by=by or self.mentor, reason=reason, now=LATER)
        return "returned"

    def reverse(self, session_id: UUID, reason: str = "No tuvo lugar", by: UUID | None = None) -> str:
        with self.world.database(), transaction():
            operations.reverse(session_id, by=by or self.mentor, reason=reason, now=LATER)
        return "reversed"

    def take_role(self, person: UUID) -> None:
        with self.world.database(), transaction() as session:
            session.execute(update(Membership).where(Membership.person_id == person).values(until=NOW))

    def state(self, session_id: UUID) -> str:
        return self.session(session_id).state

    def session(self, session_id: UUID) -> MentoringSession:
        with self.world.database() as session:
            found = queries.session(session_id)
            assert found is not None
            session.expunge(found)  # its values outlive the database session
            return found

    def balance(self, person: UUID | None = None) -> queries.Balance:
        with self.world.database():
            return queries.balance(person or self.trainee, self.here)

    def entries(self) -> list[HoursEntry]:
        with self.world.database() as session:
            found = list(session.scalars(select(HoursEntry).order_by(HoursEntry.at, HoursEntry.reverses)))
            session.expunge_all()
            return found

    def many(self, number: int, state: str = "waiting") -> list[UUID]:
        """So many sessions at once, past the operations: only for counting statements."""
        ids = [new_id() for _ in range(number)]
        both = {"federation_id": self.here, "person_id": self.trainee, "mentor_id": self.mentor, "kind": "group"}
        signed = {"signed_at": LATER, "signed_by": self.mentor} if state == "signed" else {}
        fixed = {
            "pairing_id": self.pairing,
            "author_id": self.trainee,
            "format": "video",
            "written_at": LATER,
            **signed,
        }
        with self.world.database(), transaction():
            rows = [
                {
                    "id": id_,
                    "minutes": 30,
                    "state": state,
                    "starts_at": self.start + timedelta(hours=i),
                    **both,
                    **fixed,
                }
                for i, id_ in enumerate(ids)
            ]
            db.session.execute(insert(MentoringSession), rows)
            if signed:
                lines = [
                    {"session_id": id_, "minutes": 30, "signed_by": self.mentor, "at": LATER, **both} for id_ in ids
                ]
                db.session.execute(insert(HoursEntry), lines)
        return ids


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave, or the code of its refusal, all of them begun at the same moment."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        barrier.wait(timeout=20)
        try:
            return deed()
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
