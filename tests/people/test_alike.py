"""Nobody finds out whether an address has an account: the same status, headers, body and work for both."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from passlib.context import CryptContext

from tests.people.place import account, invited
from tests.statements import counted
from tests.world import Browser, World

KNOWN, UNKNOWN = "ana@demo.test", "eva@demo.test"
ONLY_ONCE = re.compile(
    r'name="csrf_token"[^>]*|data-options="[^"]*"|/wan-signin/[^"?]+|session=[^;]+|entrepares=[^;]+|Expires=[^;]+'
)

Asked = Callable[[Browser, str], Any]
ASKED: dict[str, Asked] = {
    "a wrong password": lambda browser, email: browser.post("/login", {"email": email, "password": "no es esta"}),
    "no password": lambda browser, email: browser.post("/login", {"email": email, "password": ""}),
    "a long password": lambda browser, email: browser.post("/login", {"email": email, "password": "x" * 300}),
    "a reset": lambda browser, email: browser.post("/reset", {"email": email}),
    "a passkey": lambda browser, email: browser.post("/wan-signin", {"identity": email, "email": email}),
    "the provider": lambda browser, email: browser.post("/sign-in/provider", {"email": email, "login_hint": email}),
    "an answer of the provider": lambda browser, email: browser.post("/sign-in/return", {"email": email, "state": "x"}),
}


def told(answer: Any, email: str) -> tuple[int, list[tuple[str, str]], str]:
    """Everything that the answer says, without what is new each time and without the address that was typed."""
    headers = [(name, ONLY_ONCE.sub("", value)) for name, value in answer.headers if name != "Content-Length"]
    return answer.status_code, headers, ONLY_ONCE.sub("", answer.text).replace(email, "…")


@pytest.fixture
def people(world: World) -> World:
    """A federation in which one address has an account; mail waits in the queue, as it does in an install."""
    account(world, KNOWN, "registrar")
    world.app.extensions["lms_bell"] = lambda _job: None
    return world


@pytest.mark.parametrize("what", ASKED)
def test_the_answer_is_the_same_to_the_byte(people: World, what: str) -> None:
    answers = [told(ASKED[what](people.browser(), email), email) for email in (KNOWN, UNKNOWN)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("what", ASKED)
def test_the_work_is_the_same(people: World, what: str) -> None:
    """As many passwords hashed or checked (what is slow on purpose), and the same statements in the same order."""
    done = []
    for email in (KNOWN, UNKNOWN):
        browser, hashed = people.browser(), []
        real = CryptContext.hash, CryptContext.verify

        def hash_(self: Any, *args: Any, **more: Any) -> Any:
            hashed.extend({"argon2"} & set(self.schemes()))  # noqa: B023 (called within this turn)
            return real[0](self, *args, **more)  # noqa: B023

        def verify(self: Any, *args: Any, **more: Any) -> Any:
            hashed.extend({"argon2"} & set(self.schemes()))  # noqa: B023
            return real[1](self, *args, **more)  # noqa: B023

        with patch.object(CryptContext, "hash", hash_), patch.object(CryptContext, "verify", verify):
            with counted() as statements:
                ASKED[what](browser, email)
        done.append((len(hashed), [one.split("(")[0] for one in statements]))
    assert done[0] == done[1]
    if what in ("a wrong password", "a reset"):
        assert done[0][0] == 1


def test_who_invites_is_told_the_same(people: World) -> None:
    browser = people.browser(people.person("registrar"))
    form = {"name": "N", "role": "agent", "locale": "es"}
    answers = []
    for email in (KNOWN, UNKNOWN):
        with counted() as statements:
            answer = browser.post("/people/invitations", form | {"email": email})
        answers.append((told(answer, email), [one.split("(")[0] for one in statements]))
    assert answers[0][0] == answers[1][0]


def test_a_link_that_is_wrong_says_the_same_as_one_that_never_was(people: World) -> None:
    _, token = invited(people, UNKNOWN, now=datetime.now(UTC))
    links = (token[:-4] + "AAAA", "nothing")
    answers = [told(people.browser().get(f"/welcome/{link}"), link) for link in links]
    assert answers[0] == answers[1]
