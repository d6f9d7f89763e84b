"""A small world for tests: two federations, people in every role, and signed-in browsers for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from lms.db import db, transaction
from lms.ids import new_id, new_key
from lms.people.models import Acknowledgement, Document, Federation, Membership, Person, SignIn
from lms.policy import ROLES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1000)  # since when people hold their roles
CSRF = "a-token-for-tests"


class Browser:
    """A test client that carries a valid CSRF token on every POST."""

    def __init__(self, app: Flask, person_id: UUID | None = None, sign_in_id: UUID | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(CSRF)
        with self.client.session_transaction() as session:
            session["csrf_token"] = CSRF
            if person_id is not None:
                session["sign_in"] = str(sign_in_id)
                session["_user_id"] = f"uniquifier-{person_id}"

    def get(self, address: str, **more: Any) -> Any:
        """GET a page."""
        return self.client.get(address, **more)

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """POST a form with its CSRF token, and a fresh `once` key unless one is given."""
        return self.client.post(address, data={"csrf_token": self.token, "once": new_key(), **(data or {})}, **more)


class World:
    """Two federations (`here`, `elsewhere`) and whoever a test asks for."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with self.database():
            with transaction() as session:
                self.here = self._federation(session, "here")
                self.elsewhere = self._federation(session, "elsewhere")

    @contextmanager
    def database(self) -> Iterator[Any]:
        """An app context whose session is closed at the end."""
        with self.app.app_context():
            yield db.session
            db.session.rollback()

    def _federation(self, session: Any, slug: str) -> UUID:
        federation = Federation(
            id=new_id(), slug=slug, name=f"Federación {slug}", created_at=NOW, second_factor_waived=True
        )
        session.add(federation)
        session.flush()
        session.add(
            Document(
                federation_id=federation.id,
                kind="consent",
                version=1,
                title={"es": "C"},
                html={"es": "<p>C</p>"},
                published_at=NOW,
            )
        )
        return federation.id

    def person(self, *roles: str, federation: UUID | None = None, name: str = "", consented: bool = True) -> UUID:
        """A new person with these roles (in `here` unless told otherwise), who has consented."""
        assert set(roles) <= set(ROLES)
        federation = federation or self.here
        with self.database(), transaction() as session:
            person = Person(
                name=name or f"Persona {'-'.join(roles) or 'sin rol'}",
                email=f"{new_key().lower()}@demo.test",
                fs_uniquifier="",
                created_at=NOW,
            )
            session.add(person)
            session.flush()
            person.fs_uniquifier = f"uniquifier-{person.id}"
            for role in roles:
                session.add(Membership(person_id=person.id, federation_id=federation, role=role, since=LONG_AGO))
            if consented:
                text = session.query(Document).filter_by(federation_id=federation, kind="consent").one()
                session.add(
                    Acknowledgement(person_id=person.id, document_id=text.id, federation_id=federation, given_at=NOW)
                )
            return person.id

    def people(self, wanted: dict[str, tuple[str, UUID]]) -> dict[str, UUID]:
        """New people by name, each with this role in this federation, who have consented: in one transaction."""
        ids = {name: uuid4() for name in wanted}
        with self.database(), transaction() as session:
            texts = {one.federation_id: one.id for one in session.query(Document).filter_by(kind="consent")}
            session.add_all(
                Person(
                    id=ids[name], name=f"Persona {name}", email=f"{new_key().lower()}@demo.test",
                    fs_uniquifier=f"uniquifier-{ids[name]}", created_at=NOW,
                )
                for name in wanted
            )  # fmt: skip
            session.flush()
            for name, (role, place) in wanted.items():
                session.add(Membership(person_id=ids[name], federation_id=place, role=role, since=LONG_AGO))
                session.add(
                    Acknowledgement(person_id=ids[name], document_id=texts[place], federation_id=place, given_at=NOW)
                )
        return ids

    def browsers(self, people: dict[str, tuple[UUID, UUID]]) -> dict[str, Browser]:
        """Browsers by name, in each of which this person acts in this federation: in one transaction."""
        now, ids = datetime.now(UTC), {name: uuid4() for name in people}
        with self.database(), transaction() as session:
            session.add_all(
                SignIn(
                    id=ids[name], person_id=person, federation_id=place, began_at=now, confirmed_at=now,
                    expires_at=now + timedelta(hours=1), second_factor=True,
                )
                for name, (person, place) in people.items()
            )  # fmt: skip
        return {name: Browser(self.app, person, ids[name]) for name, (person, _place) in people.items()}

    def browser(self, person_id: UUID | None = None, federation: UUID | None = None, **facts: Any) -> Browser:
        """A browser in which this person is signed in (nobody, without one). `facts` override columns of the sign-in."""
        if person_id is None:
            return Browser(self.app)
        with self.database(), transaction() as session:
            now = datetime.now(UTC)
            columns = {
                "person_id": person_id,
                "federation_id": federation or self.here,
                "began_at": now,
                "confirmed_at": now,
                "expires_at": now + timedelta(hours=1),
                "second_factor": True,
            }
            sign_in = SignIn(**(columns | facts))
            session.add(sign_in)
            session.flush()
            return Browser(self.app, person_id, sign_in.id)
