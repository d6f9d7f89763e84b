"""What a phone is given: the list of a module, a key, word of the sign-in; and the files that make it work."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from courses.catalogue.models import CourseFile, Lesson, Module
from courses.offline.models import PhoneKey
from courses.offline.rules import mark
from lms.db import db, transaction
from lms.people.models import SignIn
from tests.learning.together import at_once
from tests.offline.conftest import FETCH, Phone, owner
from tests.statements import counted
from tests.world import Browser, World


def standing(browser: Browser) -> dict[str, Any]:
    return browser.get("/offline/state.json").json


def address(phone: Phone) -> str:
    ids = phone.cast.ids
    return f"/offline/{ids['enrolment_id']}/{ids['module']}"


def test_the_list_names_every_page_of_the_module_and_how_large_it_is(phone: Phone) -> None:
    listed = phone.browser.get(f"{address(phone)}/list.json").json
    assert [one["address"] for one in listed["pages"]] == [
        phone.lesson,
        phone.lesson.rpartition("/")[0] + "/quiz",
        f"/attempts/{phone.cast.ids['attempt_id']}",  # it is open: it can be answered without a connection
    ]
    for one in (*listed["pages"], *({"address": one} for one in listed["around"])):
        answer = phone.browser.get(one["address"])
        assert (answer.status_code, answer.headers["Kept-For"]) == (200, mark(owner(phone)))
    assert listed["bytes"] > 50_000


def test_the_size_counts_the_files_of_the_lessons(world: World, phone: Phone) -> None:
    before = phone.browser.get(f"{address(phone)}/list.json").json["bytes"]
    digest, there = "ab" * 16, f'<audio src="/media/{"ab" * 16}/a.mp3"></audio>'
    with world.database(), transaction() as session:
        version = session.scalars(select(Module.version_id)).one()
        session.add(CourseFile(version_id=version, path="01-uno/a.mp3", content=b"x" * 5000, digest=digest))
        session.execute(update(Lesson).values(html={"es": there}))
    after = phone.browser.get(f"{address(phone)}/list.json").json["bytes"]
    assert after - before == 5000 + len(there) - len("<p>Uno</p>")


def test_the_page_tells_the_size_before_and_stays_cheap(phone: Phone) -> None:
    with counted() as statements:
        page = phone.browser.get(address(phone))
    assert " MB. Se borra solo tras 14 días" in page.text
    assert len(statements) <= 3


def test_the_lesson_and_the_sheet_cost_no_statement_more(phone: Phone) -> None:
    phone.browser.get(phone.lesson)
    with counted() as statements:
        phone.browser.get(phone.lesson)
    assert len(statements) <= 6


def test_the_key_is_one_persons_on_all_their_phones_and_sealed_in_the_database(world: World, phone: Phone) -> None:
    one, other = (world.browser(owner(phone)) for _ in range(2))
    given = at_once(world, [lambda b=b: b.post("/offline/key", headers=FETCH).json for b in (one, other)])
    assert given[0]["key"] == given[1]["key"] == phone.browser.post("/offline/key", headers=FETCH).json["key"]
    assert len(base64.b64decode(given[0]["key"])) == 32
    with world.database():
        sealed = db.session.scalars(select(PhoneKey.sealed)).one()
    assert given[0]["key"].encode() not in bytes(sealed)
    another = world.browser(phone.cast.people["agent"]).post("/offline/key", headers=FETCH).json
    assert another["key"] != given[0]["key"]
    assert another["reader"] != given[0]["reader"]


def test_a_phone_is_told_who_is_signed_in_and_given_a_token_that_works(world: World, phone: Phone) -> None:
    told = standing(phone.browser)
    assert (told["standing"], told["reader"]) == ("in", mark(owner(phone)))
    sent = phone.browser.client.post("/offline/key", headers=FETCH | {"X-CSRFToken": told["token"]})
    assert sent.status_code == 200


def test_a_visitor_is_told_nothing_and_leaves_no_session(world: World) -> None:
    assert standing(world.browser()) == {"standing": "lapsed", "reader": None, "token": None, "days": 14}


def test_signing_out_is_told_until_somebody_signs_in_again(phone: Phone) -> None:
    phone.browser.post("/logout")
    assert standing(phone.browser)["standing"] == "ended"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"ended_at": datetime(2026, 1, 1, tzinfo=UTC)}, "ended"),
        ({"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, "lapsed"),
    ],
)
def test_a_sign_in_ended_elsewhere_is_told_and_one_that_ran_out_is_not_the_same(
    world: World, phone: Phone, values: dict[str, Any], told: str
) -> None:
    with world.database(), transaction() as session:
        session.execute(update(SignIn).values(**values))
    assert standing(phone.browser) == {"standing": told, "reader": None, "token": None, "days": 14}


def test_a_password_that_was_changed_elsewhere_ends_it_too(phone: Phone) -> None:
    with phone.browser.client.session_transaction() as session:
        session["_user_id"] = "an older one"
    assert standing(phone.browser)["standing"] == "ended"


def test_the_worker_is_asked_for_anew_and_may_be_for_the_whole_site(world: World) -> None:
    answer = world.browser().get("/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_app_is_called_as_the_federation_as_the_platform_or_by_a_word_that_says_nothing(world: World) -> None:
    browser = world.browser()
    names = {
        query: json.loads(browser.get(f"/manifest.webmanifest{query}").text)
        for query in ("", f"?of={world.here}", "?as=quiet")
    }
    assert [one["name"] for one in names.values()] == ["Entrepares", "Federación here", "Mis cursos"]
    icons = {one["icons"][0]["src"] for one in names.values()}
    assert len(icons) == 2
    for icon in icons:
        with browser.get(icon) as answer:
            assert answer.status_code == 200
    for odd in ("x", "9" * 40, "%00"):
        assert browser.get(f"/manifest.webmanifest?of={odd}").status_code in (200, 400)
