"""The chosen name and pronouns, wherever somebody is named."""

import pytest

from lms.people.called import Called, with_pronouns
from tests.cast import gather
from tests.profile.test_legal_name import read_bytes
from tests.statements import counted
from tests.world import World

FORM = {"name": "Nadia Salas", "pronouns": "ella", "locale": "es", "timezone": "Europe/Madrid"}


def test_a_new_name_shows_at_once_wherever_its_owner_is_named(world: World) -> None:
    cast = gather(world)
    people, ids = cast.people, cast.ids
    world.browser(people["owner"]).post("/account/name", FORM)
    places = {
        "owner": ("/account", "/"),
        "registrar": (
            "/people",
            f"/people/{ids['person_id']}",
            "/mentoring/pairings",
            f"/dossiers/{ids['dossier_id']}",
            "/dossiers",
        ),
        "mentor": ("/mentoring", f"/mentoring/sessions/{ids['session_id']}"),
        "observer": ("/competencies/people", f"/competencies/observations/{ids['observation_id']}"),
    }
    for who, addresses in places.items():
        browser = world.browser(people[who])
        for address in addresses:
            page = browser.get(address)
            assert page.status_code == 200, address
            assert "Nadia" in page.text, address
            assert "Persona agent</" not in page.text or who != "owner", address


def test_who_accompanies_sees_the_pronouns_beside_the_name(world: World) -> None:
    cast = gather(world)
    world.browser(cast.people["owner"]).post("/account/name", FORM)
    for who, address in {
        "mentor": f"/mentoring/sessions/{cast.ids['session_id']}",
        "observer": f"/competencies/people/{cast.ids['person_id']}/observe",
        "registrar": f"/people/{cast.ids['person_id']}",
    }.items():
        assert "Nadia Salas (ella)" in world.browser(cast.people[who]).get(address).text, address


def test_a_name_on_a_certificate_stays_as_it_was(world: World) -> None:
    cast = gather(world, certified=True)
    own = world.browser(cast.people["owner"])
    own.post("/account/name", FORM)
    page = own.get(f"/certificates/{cast.ids['certificate_id']}")
    assert "Lucía Núñez Peña" in page.text
    assert "Nadia" not in page.text
    assert "Lucía Núñez Peña" in read_bytes(own.get(f"/certificates/{cast.ids['certificate_id']}/pdf").data)


def test_pronouns_cost_no_statement(world: World) -> None:
    cast = gather(world)
    mentor, address = world.browser(cast.people["mentor"]), f"/mentoring/sessions/{cast.ids['session_id']}"
    mentor.get(address)
    with counted() as before:
        mentor.get(address)
    world.browser(cast.people["owner"]).post("/account/name", FORM)
    with counted() as after:
        mentor.get(address)
    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("name", "said"), [(Called("Inés", "ella"), "Inés (ella)"), (Called("Inés"), "Inés"), ("Inés", "Inés"), ("", "")]
)
def test_pronouns_are_said_where_there_are_some(name: str, said: str) -> None:
    assert with_pronouns(name) == said


@pytest.mark.parametrize("pronouns", ["<b>x</b>", "\u202eella", "elle / they"])
def test_pronouns_are_free_text_and_only_text(world: World, pronouns: str) -> None:
    me = world.person("agent")
    assert world.browser(me).post("/account/name", FORM | {"pronouns": pronouns}).status_code == 302
    page = world.browser(world.person("registrar")).get(f"/people/{me}").text
    assert "<b>x" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["\u200b\u200d", "\u202e", "x" * 200, "\u0301"])
def test_a_name_that_nobody_could_see_or_keep_gets_a_sentence_and_the_rest_stays(world: World, name: str) -> None:
    answer = world.browser(world.person("agent")).post("/account/name", FORM | {"name": name})
    assert answer.status_code == 422
    assert "Hay una cosa que revisar" in answer.text
    assert 'value="ella"' in answer.text
