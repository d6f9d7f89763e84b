"""Open enrolment: from the public page of an edition to a seat in it, and what nobody finds out on the way."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from courses.learning import operations
from courses.learning.models import Edition, Enrolment
from courses.learning.refusals import OnlyForInvited
from lms.db import db, transaction
from lms.people import operations as people
from lms.people import queries
from lms.people.entry import openings
from lms.people.entry.models import OpenRequest
from lms.people.models import Invitation, Membership, Person
from tests.learning.conftest import School
from tests.people.place import PASSWORD, account, at_once, consent_id, link_in, outbox, sign_in
from tests.statements import counted
from tests.world import World

FORM = {"name": "Nadia", "email": "nadia@demo.test"}


@pytest.fixture(autouse=True)
def _empty_outbox(world: World) -> Iterator[None]:
    world.app.extensions["mailman"].outbox = []
    yield
    world.app.extensions["mailman"].outbox = []


@pytest.fixture
def edition(school: School) -> UUID:
    """An edition for agents that is open to everybody."""
    return school.edition(school.course(), for_everybody=True)


def ask(world: World, edition: UUID, **changes: str) -> Any:
    return world.browser().post(f"/editions/{edition}/join", FORM | changes)


def link(world: World) -> str:
    return link_in(outbox(world.app)[-1].body)


def count(world: World, what: Any) -> int:
    with world.database() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def seats(world: World, edition: UUID) -> int:
    with world.database() as session:
        return session.scalar(select(Edition.seats_taken).where(Edition.id == edition)) or 0


def body(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", text)


def test_somebody_without_an_account_asks_comes_in_consents_and_is_enrolled(world: World, edition: UUID) -> None:
    page = world.browser().get("/courses/un-curso")
    assert f"/editions/{edition}/join" in page.text
    answer = ask(world, edition)
    assert "te llegará un mensaje" in answer.text
    browser, way = world.browser(), link(world)
    assert "Has pedido plaza" in browser.get(way).text
    arrived = browser.post(way, {"name": "Nadia", "password": PASSWORD})
    assert arrived.location.startswith("/account/consent?next=/learn/")
    with world.database():
        text = consent_id(world)
    home = browser.post(arrived.location, {"document": str(text), "agree": "y"}).location
    assert "Lección 1.1" in browser.get(home).text
    assert seats(world, edition) == 1
    with world.database():
        person = queries.person_at("nadia@demo.test")
        assert person is not None
        assert queries.roles_of(person.id, world.here) == {"agent"}


@pytest.mark.parametrize(("audience", "role"), [("agent", "agent"), ("professional", "professional")])
def test_the_course_says_which_role_one_takes_on(school: School, audience: str, role: str) -> None:
    world = school.world
    ask(world, school.edition(school.course(audience=audience), for_everybody=True))
    world.browser().post(link(world), {"name": "N", "password": PASSWORD})
    with world.database():
        person = queries.person_at("nadia@demo.test")
        assert person is not None
        assert queries.roles_of(person.id, world.here) == {role}


def test_who_has_an_account_reads_so_in_the_mail_and_signs_in_to_accept(world: World, edition: UUID) -> None:
    person = account(world, "nadia@demo.test", "professional")
    ask(world, edition)
    assert "Ya tienes una cuenta" in outbox(world.app)[-1].body
    way = link(world)
    assert f"/login?next={way}" in world.browser().get(way).text
    browser, _ = sign_in(world, "nadia@demo.test", next=way)
    assert "Aceptar la plaza" in browser.get(way).text
    assert browser.post(way).location.startswith("/learn/")
    assert seats(world, edition) == 1
    with world.database():
        assert queries.roles_of(person, world.here) == {"professional", "agent"}


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(world: World, edition: UUID) -> None:
    account(world, "ana@demo.test", "agent")
    world.app.extensions["lms_bell"] = lambda _job: None
    answers, sent = [], []
    for email in ("ana@demo.test", "eva@demo.test"):
        with counted() as statements:
            answers.append(ask(world, edition, email=email))
        sent.append([statement.split("(")[0] for statement in statements])
    assert answers[0].status_code == answers[1].status_code == 200
    assert body(answers[0].text) == body(answers[1].text)
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert sent[0] == sent[1]


def test_the_mail_repeats_nothing_that_a_stranger_typed(world: World, edition: UUID) -> None:
    ask(world, edition, name="Gana dinero en evil.test")
    [mail] = outbox(world.app)
    assert "evil.test" not in mail.subject + mail.body + str(mail.alternatives)
    assert "Un curso" not in mail.subject


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "no"}, "no parece un correo"),
        ({"email": ""}, "rellenarlo"),
        ({"name": " "}, "rellenarlo"),
        ({"email": "x" * 255}, "demasiado largo"),
        ({"name": "a\x01b"}, "no se pueden guardar"),
    ],
)
def test_odd_input_gets_a_sentence_keeps_what_was_typed_and_makes_nothing(
    world: World, edition: UUID, changes: dict[str, str], words: str
) -> None:
    answer = ask(world, edition, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="nadia@demo.test"' in answer.text or 'value="Nadia"' in answer.text
    assert count(world, Invitation) == 0
    assert outbox(world.app) == []


def test_what_the_form_does_not_ask_cannot_be_set(world: World, edition: UUID) -> None:
    more = {"role": "admin", "federation_id": str(world.elsewhere), "expires_at": "2099-01-01", "invited_by": "x"}
    ask(world, edition, **more)
    with world.database() as session:
        asked = session.scalars(select(Invitation)).one()
        assert (asked.role, asked.federation_id, asked.invited_by) == ("agent", world.here, None)


def test_who_asks_twice_in_a_moment_gets_one_mail_and_later_a_new_link(world: World, edition: UUID) -> None:
    for _ in range(3):
        ask(world, edition)
    assert len(outbox(world.app)) == 1
    old = link(world)
    with world.database(), transaction() as session:
        session.execute(update(Invitation).values(sent_at=datetime.now(UTC) - timedelta(minutes=6)))
    ask(world, edition)
    assert len(outbox(world.app)) == 2
    assert world.browser().get(old).status_code == 404
    assert world.browser().get(link(world)).status_code == 200


def test_of_many_who_ask_at_once_for_one_address_one_link_is_made(world: World, edition: UUID) -> None:
    def asking() -> None:
        opening = openings.openings().opening(edition)
        assert opening is not None
        openings.ask(opening, "nadia@demo.test", "Nadia", locale="es", now=datetime.now(UTC))

    assert at_once(world, *[asking] * 6) == [None] * 6
    assert count(world, Invitation) == 1
    assert len(outbox(world.app)) == 1


def test_who_asked_and_never_came_is_forgotten(world: World, edition: UUID) -> None:
    ask(world, edition)
    with world.database(), transaction() as session:
        session.execute(update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    ask(world, edition, email="otra@demo.test")
    with world.database() as session:
        assert list(session.scalars(select(Invitation.email))) == ["otra@demo.test"]
        assert session.scalar(select(func.count()).select_from(OpenRequest)) == 1


def test_those_who_asked_by_themselves_do_not_stand_among_the_invited(world: World, edition: UUID) -> None:
    ask(world, edition)
    page = world.browser(world.person("registrar")).get("/people/invitations")
    assert "nadia@demo.test" not in page.text


def test_the_last_seat_goes_to_one_and_the_others_have_no_account(school: School) -> None:
    world = school.world
    edition = school.edition(school.course(), seats=1, for_everybody=True)
    ways = []
    for n in range(4):
        ask(world, edition, email=f"p{n}@demo.test")
        ways.append(link(world).rpartition("/")[2])

    def accepting(token: str) -> Any:
        return lambda: people.accept_invitation(token, password=PASSWORD, name="N", now=datetime.now(UTC)).email

    done = at_once(world, *(accepting(token) for token in ways))
    assert sum(str(one).endswith("@demo.test") for one in done) == 1
    assert [one for one in done if not str(one).endswith("@demo.test")] == ["seats-taken"] * 3
    assert (seats(world, edition), count(world, Enrolment), count(world, Person), count(world, Membership)) == (1,) * 4


def test_who_comes_too_late_reads_so_and_nothing_is_made(school: School) -> None:
    world = school.world
    edition = school.edition(school.course(), seats=1, for_everybody=True)
    ask(world, edition)
    way = link(world)
    school.enrol(world.person("agent"), edition)
    answer = world.browser().post(way, {"name": "Nadia", "password": PASSWORD})
    assert answer.status_code == 422
    assert "ya no quedan plazas" in answer.text
    with world.database():
        assert queries.person_at("nadia@demo.test") is None
    assert "Completa" in world.browser().get(f"/editions/{edition}/join").text
    assert ask(world, edition, email="otra@demo.test").status_code == 200
    assert count(world, Invitation) == 1


def test_one_who_is_signed_in_and_comes_too_late_keeps_their_roles_as_they_were(school: School) -> None:
    world = school.world
    person = account(world, "nadia@demo.test", "professional")
    edition = school.edition(school.course(), seats=1, for_everybody=True)
    ask(world, edition)
    way = link(world)
    school.enrol(world.person("agent"), edition)
    browser, _ = sign_in(world, "nadia@demo.test")
    answer = browser.post(way)
    assert answer.status_code == 409
    assert "ya no quedan plazas" in answer.text
    with world.database():
        assert queries.roles_of(person, world.here) == {"professional"}


@pytest.mark.parametrize("change", [{"for_everybody": False}, {"open": False}, {"ends_on": date(2026, 2, 1)}])
def test_a_door_that_was_closed_meanwhile_lets_nobody_in(world: World, edition: UUID, change: dict[str, Any]) -> None:
    ask(world, edition)
    way = link(world)
    with world.database(), transaction() as session:
        session.execute(update(Edition).values(**change))
    assert world.browser().get(f"/editions/{edition}/join").status_code == 404
    assert ask(world, edition, email="otra@demo.test").status_code == 404
    assert f"/editions/{edition}/join" not in world.browser().get("/courses/un-curso").text
    assert world.browser().post(way, {"name": "N", "password": PASSWORD}).status_code == 422
    with world.database():
        assert queries.person_at("nadia@demo.test") is None


def test_a_role_that_the_federation_took_is_not_taken_back_through_an_open_door(world: World, edition: UUID) -> None:
    person = account(world, "nadia@demo.test", "agent", "professional")
    with world.database(), transaction():
        held = db.session.scalars(select(Membership).filter_by(person_id=person, role="agent")).one()
        people.take_role(held.id, by=None, now=datetime.now(UTC))
    ask(world, edition)
    browser, _ = sign_in(world, "nadia@demo.test")
    answer = browser.post(link(world))
    assert answer.status_code == 409
    assert "solo ella puede devolvértelo" in answer.text
    with world.database():
        assert queries.roles_of(person, world.here) == {"professional"}
    assert seats(world, edition) == 0


def test_who_left_a_role_by_themselves_may_come_again(world: World, edition: UUID) -> None:
    person = account(world, "nadia@demo.test", "agent", "professional")
    browser, _ = sign_in(world, "nadia@demo.test")
    with world.database(), transaction():
        held = db.session.scalars(select(Membership).filter_by(person_id=person, role="agent")).one()
        people.leave_role(held.id, person_id=person, now=datetime.now(UTC))
    ask(world, edition)
    assert browser.post(link(world)).location.startswith("/learn/")
    assert seats(world, edition) == 1


def test_asking_is_throttled_alike_for_everybody(world: World, edition: UUID) -> None:
    account(world, "ana@demo.test", "agent")
    for email in ("ana@demo.test", "eva@demo.test"):
        answers = [ask(world, edition, email=email).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]


def test_a_member_is_led_to_the_course_page(world: World, edition: UUID) -> None:
    answer = world.browser(world.person("agent")).get(f"/editions/{edition}/join")
    assert answer.location == "/courses/un-curso"


def test_the_pages_take_few_statements_however_many_editions_there_are(school: School, edition: UUID) -> None:
    version = school.course("otro")
    for _ in range(12):
        school.edition(version, for_everybody=True)
    for address in (f"/editions/{edition}/join", "/courses/otro"):
        with counted() as statements:
            assert school.world.browser().get(address).status_code == 200
        assert len(statements) <= 8


# ---- the registrar's side


def test_a_registrar_opens_an_edition_to_everybody_and_closes_it_again(school: School) -> None:
    world = school.world
    edition = school.edition(school.course())
    browser = world.browser(world.person("registrar"))
    assert world.browser().get(f"/editions/{edition}/join").status_code == 404
    browser.post(f"/editions/{edition}/everybody")
    assert world.browser().get(f"/editions/{edition}/join").status_code == 200
    assert "Abierta a todo el mundo" in browser.get("/editions").text
    browser.post(f"/editions/{edition}/invited")
    assert world.browser().get(f"/editions/{edition}/join").status_code == 404


def test_a_course_for_seniors_is_never_open_to_everybody(school: School) -> None:
    world, version = school.world, school.course(audience="senior")
    with pytest.raises(OnlyForInvited):
        school.edition(version, for_everybody=True)
    edition = school.edition(version)
    browser = world.browser(world.person("registrar"))
    browser.post(f"/editions/{edition}/everybody")
    assert "la federación invita" in browser.get("/editions").text
    with world.database(), transaction(), pytest.raises(OnlyForInvited):
        operations.set_for_everybody(edition, True, federation_id=world.here, by=UUID(int=1), now=datetime.now(UTC))
