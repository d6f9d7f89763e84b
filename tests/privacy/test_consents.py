"""Consent, purpose by purpose: separate, off by default, given and withdrawn in the same place, with the words of then."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms import clock
from lms.db import transaction
from lms.people.models import Document
from lms.people.privacy import consents
from lms.people.privacy.refusals import NotOffered
from lms.people.privacy.rules import NEEDED, OPTIONAL
from tests.statements import counted
from tests.world import World

REGISTRY = "consent-registry"


def publish(world: World, kind: str, words: str = "Texto", *, asks_again: bool = True) -> UUID:
    """A new version of a purpose's text."""
    with world.database(), transaction() as session:
        version = len(session.scalars(select(Document).filter_by(federation_id=world.here, kind=kind)).all()) + 1
        text = Document(
            federation_id=world.here, kind=kind, version=version, title={"es": "Permiso"}, asks_again=asks_again,
            html={"es": f"<p>{words}</p>"}, published_at=clock.now(),
        )  # fmt: skip
        session.add(text)
        session.flush()
        return text.id


def press(world: World, browser: Any, kind: str, document: UUID, decision: str) -> Any:
    return browser.post(
        f"/account/privacy/consents/{kind}", {"document": str(document), "decision": decision}, follow_redirects=True
    )


def stands(world: World, person: UUID, kind: str = REGISTRY) -> bool:
    with world.database():
        return consents.stands(person, world.here, kind)


def test_what_is_optional_is_off_until_it_is_given(world: World) -> None:
    for kind in OPTIONAL:
        publish(world, kind)
    person = world.person("agent")
    assert [kind for kind in OPTIONAL if stands(world, person, kind)] == []
    assert stands(world, person, NEEDED)


def test_one_press_gives_and_one_takes_back(world: World) -> None:
    text, person = publish(world, REGISTRY), world.person("agent")
    browser = world.browser(person)
    assert "Dar este permiso" in browser.get("/account/privacy/consents").text
    press(world, browser, REGISTRY, text, "give")
    assert stands(world, person)
    press(world, browser, REGISTRY, text, "withdraw")
    assert not stands(world, person)


def test_one_purpose_never_moves_another(world: World) -> None:
    texts, person = {kind: publish(world, kind) for kind in OPTIONAL}, world.person("agent")
    browser = world.browser(person)
    press(world, browser, REGISTRY, texts[REGISTRY], "give")
    assert [kind for kind in OPTIONAL if stands(world, person, kind)] == [REGISTRY]
    press(world, browser, REGISTRY, texts[REGISTRY], "withdraw")
    assert stands(world, person, NEEDED)


def test_withdrawing_what_is_needed_says_what_happens_and_offers_erasure(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    with world.database():
        text = consents.purposes(person, world.here)[0].text.id
    page = press(world, browser, NEEDED, text, "withdraw").text
    assert "tu certificado sigue valiendo" in page
    assert "/account/privacy/erase" in page
    assert browser.get("/mentoring").location.startswith("/account/consent")
    assert browser.get("/account/privacy/erase").status_code == 200
    press(world, browser, NEEDED, text, "give")
    assert browser.get("/mentoring").status_code == 200


def test_a_text_that_changed_while_it_was_read_is_not_agreed_to(world: World) -> None:
    old, person = publish(world, REGISTRY), world.person("agent")
    publish(world, REGISTRY, "Otro texto")
    page = press(world, world.browser(person), REGISTRY, old, "give").text
    assert "El texto ha cambiado" in page
    assert not stands(world, person)
    with world.database(), pytest.raises(NotOffered), transaction():
        consents.give(person, world.here, NEEDED, old, now=clock.now())


def test_a_new_text_that_asks_again_ends_the_old_yes_and_another_does_not(world: World) -> None:
    text, person = publish(world, REGISTRY), world.person("agent")
    press(world, world.browser(person), REGISTRY, text, "give")
    publish(world, REGISTRY, "Una errata menos", asks_again=False)
    assert stands(world, person)
    publish(world, REGISTRY, "Para algo más")
    assert not stands(world, person)


def test_the_history_keeps_the_words_of_then(world: World) -> None:
    text, person = publish(world, REGISTRY, "las-palabras-de-entonces"), world.person("agent")
    browser = world.browser(person)
    press(world, browser, REGISTRY, text, "give")
    press(world, browser, REGISTRY, text, "withdraw")
    publish(world, REGISTRY, "las-palabras-de-ahora")
    address = f"/account/privacy/consents/texts/{text}"
    assert address in browser.get("/account/privacy/consents").text
    assert "las-palabras-de-entonces" in browser.get(address).text
    assert world.browser(world.person("agent")).get(address).status_code == 404


def test_giving_and_withdrawing_stand_in_the_same_place_with_the_same_button(world: World) -> None:
    text, person = publish(world, REGISTRY), world.person("agent")
    browser = world.browser(person)
    before = browser.get("/account/privacy/consents").text
    press(world, browser, REGISTRY, text, "give")
    after = browser.get("/account/privacy/consents").text
    give, take = (page[page.index(f"/consents/{REGISTRY}") :] for page in (before, after))
    assert (
        give[: give.index("</form>")].replace("Dar", "Retirar").split("<button")[1]
        == take[: take.index("</form>")].split("<button")[1]
    )


def test_what_is_not_a_purpose_or_a_decision_is_not_there(world: World) -> None:
    text, person = publish(world, REGISTRY), world.person("agent")
    browser = world.browser(person)
    assert press(world, browser, "code-of-ethics", text, "give").status_code == 404
    assert press(world, browser, REGISTRY, text, "perhaps").status_code == 404
    assert (
        browser.post(f"/account/privacy/consents/{REGISTRY}", {"document": "x", "decision": "give"}).status_code == 404
    )


def test_many_yeses_cost_no_more_statements(app: Flask, world: World) -> None:
    text, person = publish(world, REGISTRY), world.person("agent")
    browser = world.browser(person)
    browser.get("/account/privacy/consents")
    counts = []
    for times in (1, 5):
        for _ in range(times):
            press(world, browser, REGISTRY, text, "give")
            press(world, browser, REGISTRY, text, "withdraw")
        with counted() as statements:
            browser.get("/account/privacy/consents")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
