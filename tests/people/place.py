"""What the tests of people share: accounts with passwords, links from mails, two deeds at once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

from flask import Flask

from lms.db import transaction
from lms.errors import Refusal
from lms.people import invitations, operations, queries
from tests.world import NOW, Browser, World

PASSWORD = "cuatro sillas verdes"


def account(world: World, email: str, *roles: str, federation: UUID | None = None, consented: bool = True) -> UUID:
    """A person who can sign in with PASSWORD."""
    here = federation or world.here
    with world.database(), transaction():
        person = operations.create_person(email, "Persona", password=PASSWORD, now=NOW)
        for role in roles:
            operations.give_role(here, person.id, role, by=None, now=NOW)
        text = queries.document(here, "consent")
        if consented and text is not None:
            operations.acknowledge(person.id, text.id, now=NOW)
        return person.id


def consent_id(world: World, federation: UUID | None = None) -> UUID:
    """Today's consent text."""
    text = queries.document(federation or world.here, "consent")
    assert text is not None
    return text.id


def sign_in(world: World, email: str, password: str = PASSWORD, **more: str) -> tuple[Browser, Any]:
    """A browser that has just sent the sign-in form, and the answer."""
    browser = world.browser()
    return browser, browser.post("/login", {"email": email, "password": password, **more})


def invited(world: World, email: str, role: str = "agent", *, now: Any, by: UUID | None = None) -> tuple[UUID, str]:
    """An invitation and its link's token."""
    with world.database(), transaction():
        made = operations.invite(world.here, email, "Ana", role, by=by, locale="es", now=now)
        return made.id, invitations.token_of(made)


def outbox(app: Flask) -> list[Any]:
    """The mails sent in this test."""
    return list(getattr(app.extensions["mailman"], "outbox", []))


def link_in(text: str) -> str:
    """The path of the link that a mail is about."""
    found = re.search(r"https?://[^/\s]+(/(?:welcome|reset)/\S+)", text)
    assert found is not None
    return found[1]


def at_once(world: World, *deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or refused, all of them begun at the same moment."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        with world.database():
            barrier.wait(timeout=10)
            try:
                with transaction():
                    return deed()
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
