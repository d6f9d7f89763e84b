"""What the trail holds: every deed, and nothing by which a person is known."""

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms import audit, clock, demo
from lms.app import TABLES
from lms.audit import ENTRIES, AuditEntry
from lms.db import db, transaction
from lms.people.trail import words
from lms.people.trail.models import AuditCheck
from tests.people import place
from tests.world import World

CHECKOUT = Path(__file__).parent.parent.parent
TRAIL = {"audit_entries", "audit_heads", "audit_checks"}


def test_a_change_that_notes_nothing_is_found(make_app: Callable[..., Flask], unnoted: list[str]) -> None:
    app = make_app()

    def change(chain: UUID, *, note: bool) -> Callable[[], str]:
        def view() -> str:
            with transaction() as session:
                session.add(AuditCheck(chain=chain, number=1, hash="", at=clock.now()))
                if note:
                    audit.record("deed.done", "thing:1", federation_id=None, actor_id=None, now=clock.now())
            return ""

        view.action = "page.read"  # type: ignore[attr-defined]
        return view

    app.add_url_rule("/noted", "noted", change(UUID(int=1), note=True))
    app.add_url_rule("/unnoted", "unnoted", change(UUID(int=2), note=False))
    assert app.test_client().get("/noted").status_code == 200
    assert unnoted == []
    assert app.test_client().get("/unnoted").status_code == 200
    assert unnoted == ["unnoted audit_checks"]
    unnoted.clear()


@pytest.fixture
def full(app: Flask) -> Iterator[Flask]:
    """A demonstration: people who did everything there is to do."""
    with app.app_context():
        demo.fill("a-password-of-the-demo", 2, clock.now())
        yield app


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, at any depth."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def written() -> set[str]:
    """What people wrote or are called: every text of every other table that is no code, and each word of their names."""
    found: set[str] = set()
    for name, table in TABLES.items():
        if name not in TRAIL:
            for row in db.session.execute(select(table)).all():
                found |= {one for value in row for one in strings(value) if not audit.PLAIN.fullmatch(one)}
    people = db.session.execute(text("SELECT name, email FROM people UNION SELECT name, email FROM invitations")).all()
    for name, email in people:
        found |= {email, email.partition("@")[0], *re.findall(r"\w{4,}", name)}
    # Words that are roles or kinds as well, and so no secret.
    return found - {"agent", "admin", "author", "senior", "trainer", "assessor", "registrar", "professional"}


def no_text_of(secrets: set[str], entries: list[Any]) -> None:
    trail = "\n".join(json.dumps([*row], ensure_ascii=False) for row in entries)
    assert len(secrets) > 200
    assert len(entries) > 50
    assert [one for one in secrets if one in trail] == []


def no_guess_fits(secrets: set[str], facts: list[Any]) -> None:
    prints = {one for value in facts for one in strings(value) if re.fullmatch("[0-9a-f]{32,}", one)}
    assert prints
    for one in secrets:
        for guess in (one, one.lower(), one.strip()):
            for algorithm in ("md5", "sha1", "sha256", "sha512"):
                assert hashlib.new(algorithm, guess.encode(), usedforsecurity=False).hexdigest() not in prints
            assert audit.fingerprint(guess) not in prints
            assert audit.fingerprint([guess]) not in prints


def test_a_leak_of_a_demonstration_s_trail_reveals_no_text_and_every_deed_in_it_has_words(full: Flask) -> None:
    entries = db.session.execute(select(ENTRIES.c.action, ENTRIES.c.subject, ENTRIES.c.facts)).all()
    secrets = written()
    no_text_of(secrets, list(entries))
    no_guess_fits(secrets, [entry.facts for entry in entries])
    assert sorted({entry.action for entry in entries} - set(words.ACTIONS)) == []


def recorded() -> set[str]:
    """Every action that stands as a literal where the code records a deed."""
    found: set[str] = set()
    for district in ("lms", "courses", "assessments", "certificates"):
        for path in (CHECKOUT / district).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and "record" in ast.unparse(node.func) and node.args:
                    texts = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                    found |= {one for one in texts if isinstance(one, str) and re.fullmatch(r"[a-z-]+\.[a-z-]+", one)}
    return found


def test_every_deed_that_is_recorded_has_words() -> None:
    found = recorded()
    assert len(found) > 30
    assert sorted(found - set(words.ACTIONS)) == []


def refusals(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.database():
        of = select(AuditEntry).where(AuditEntry.action == "session.refuse")
        entries = db.session.scalars(of.order_by(AuditEntry.chain, AuditEntry.number))
        return [(entry.subject, entry.facts) for entry in entries]


def test_a_refused_sign_in_is_noted_with_the_account_or_none_and_never_what_was_typed(world: World) -> None:
    person = place.account(world, "ines@demo.test")
    browser = world.browser()
    for email in ("ines@demo.test", "nobody@demo.test", "not an address"):
        assert browser.post("/login", {"email": email, "password": "not-the-password"}).status_code == 200
    assert refusals(world) == [
        (f"person:{person}", {"how": "password"}),
        ("person:unknown", {"how": "password"}),
        ("person:unknown", {"how": "password"}),
    ]
    assert browser.post("/login", {"email": "ines@demo.test", "password": place.PASSWORD}).status_code == 302
    assert len(refusals(world)) == 3
