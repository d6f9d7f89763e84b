"""What people say to one another, and who reads it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from courses.catalogue.models import Lesson
from courses.learning.models import Enrolment
from courses.spaces import operations, queries, rules
from courses.spaces.models import Flag, Follow, Post
from lms import clock
from lms.db import transaction
from lms.people.messages.models import Message
from lms.people.privacy import erasures
from lms.people.privacy.holdings import Asked
from tests.learning.together import at_once
from tests.spaces.conftest import Talk
from tests.statements import counted
from tests.world import NOW

HERE = "Un saludo"


def test_one_begins_another_answers_and_the_first_is_told_once_until_they_look(talk: Talk) -> None:
    address = talk.begun(talk.one)
    for text in ("Hola, Ana", "¿Qué tal?"):
        assert talk.as_(talk.other).post(address, {"text": text, "notice": ""}).status_code == 302
    page = talk.as_(talk.one).get(address).text
    assert page.index("Hola a todo el mundo") < page.index("Hola, Ana") < page.index("¿Qué tal?")
    assert talk.told(talk.one) == ["talk-answered"]
    with talk.world.database() as session, transaction():
        session.execute(update(Message).where(Message.person_id == talk.one).values(read_at=NOW))
    talk.as_(talk.other).post(address, {"text": "¿Sigues ahí?", "notice": ""})
    assert talk.told(talk.one) == ["talk-answered", "talk-answered"]
    assert talk.told(talk.other) == []


def test_who_does_not_follow_is_not_told_and_may_follow_again(talk: Talk) -> None:
    address = talk.begun(talk.one)
    talk.as_(talk.one).post(f"{address}/unfollow")
    talk.as_(talk.other).post(address, {"text": "Hola", "notice": ""})
    assert talk.told(talk.one) == []
    talk.as_(talk.one).post(f"{address}/follow")
    talk.as_(talk.other).post(address, {"text": "Hola otra vez", "notice": ""})
    assert talk.told(talk.one) == ["talk-answered"]


def test_who_has_left_reads_nothing_and_is_told_nothing(talk: Talk) -> None:
    address = talk.begun(talk.one)
    with talk.world.database() as session, transaction():
        session.execute(update(Enrolment).where(Enrolment.id == talk.enrolment).values(state="left"))
    talk.as_(talk.other).post(address, {"text": "Hola", "notice": ""})
    assert talk.told(talk.one) == []
    assert talk.as_(talk.one).get(address).status_code == 404
    assert talk.as_(talk.one).get(talk.page).status_code == 404


@pytest.mark.parametrize("roles", [("agent",), ("registrar", "admin"), ("trainer", "senior", "assessor", "author")])
def test_nobody_outside_an_edition_reads_or_says_anything_in_it(talk: Talk, roles: tuple[str, ...]) -> None:
    address, stranger = talk.begun(talk.one), talk.as_(talk.world.person(*roles))
    post = talk.post_ids()[0]
    for path in (talk.page, address, f"/talk/posts/{post}/change", f"/talk/posts/{post}/remove"):
        assert stranger.get(path).status_code == 404
    for path in (talk.page, address, f"/talk/posts/{post}/flag", f"{address}/close", f"{address}/follow"):
        assert stranger.post(path, {"title": "x", "text": "x"}).status_code == 404
    for path in (f"/editions/{talk.edition}/announce", f"/editions/{talk.edition}/hand"):
        assert stranger.get(path).status_code == 404
    assert talk.texts() == ["Hola a todo el mundo"]


def test_only_its_author_changes_what_was_said(talk: Talk) -> None:
    address = talk.begun(talk.one)
    post = talk.post_ids()[0]
    for person in (talk.other, talk.trainer):
        assert talk.as_(person).post(f"/talk/posts/{post}/change", {"text": "Otra cosa"}).status_code == 404
    assert talk.as_(talk.one).post(f"/talk/posts/{post}/change", {"text": "Buenas", "notice": ""}).status_code == 302
    assert talk.texts() == ["Buenas"]
    assert "cambiado después" in talk.as_(talk.other).get(address).text


def test_what_is_taken_away_is_gone_from_the_database(talk: Talk) -> None:
    address = talk.begun(talk.one, text="secreto-de-ana")
    post = talk.post_ids()[0]
    assert talk.as_(talk.other).post(f"/talk/posts/{post}/remove", {"reason": ""}).status_code == 404
    talk.as_(talk.trainer).post(f"/talk/posts/{post}/remove", {"reason": "Cuenta cosas de otra persona."})
    assert talk.texts() == [""]
    assert "Este mensaje ya no está" in talk.as_(talk.other).get(address).text
    assert talk.told(talk.one) == ["talk-removed"]
    assert "Cuenta cosas de otra persona." in talk.as_(talk.one).get("/messages").text


def test_whoever_teaches_is_told_once_of_what_somebody_flags(talk: Talk) -> None:
    talk.begun(talk.one)
    post = talk.post_ids()[0]
    for _time in range(2):
        talk.as_(talk.other).post(f"/talk/posts/{post}/flag")
    assert talk.told(talk.trainer) == ["talk-flagged"]
    with talk.world.database() as session:
        assert session.query(Flag).count() == 1


def test_a_closed_conversation_takes_nothing_and_keeps_what_was_typed(talk: Talk) -> None:
    address = talk.begun(talk.one)
    assert talk.as_(talk.one).post(f"{address}/close").status_code == 404
    talk.as_(talk.trainer).post(f"{address}/close")
    answer = talk.as_(talk.other).post(address, {"text": "Lo que quería decir", "notice": ""})
    assert answer.status_code == 422
    assert "Lo que quería decir" in answer.text
    assert "está cerrada" in answer.text
    talk.as_(talk.trainer).post(f"{address}/reopen")
    assert talk.as_(talk.other).post(address, {"text": "Ahora sí", "notice": ""}).status_code == 302


def test_an_announcement_reaches_everybody_who_is_in(talk: Talk) -> None:
    address = f"/editions/{talk.edition}/announce"
    data = {"title": "Cambia la hora", "text": "El jueves a las seis."}
    assert talk.as_(talk.one).get(address).status_code == 404
    assert talk.as_(talk.trainer).post(address, data).status_code == 302
    assert talk.told(talk.one) == talk.told(talk.other) == ["talk-announced"]
    assert talk.told(talk.trainer) == []
    assert "Cambia la hora" in talk.as_(talk.one).get(talk.page).text


def test_the_network_is_the_agents_of_one_federation(talk: Talk) -> None:
    data = {"title": "Entre agentes", "text": "¿Cómo os cuidáis?", "notice": ""}
    address = talk.as_(talk.one).post("/network", data).location
    senior = talk.world.person("senior")
    assert "¿Cómo os cuidáis?" in talk.as_(senior).get(address).text
    for outsider in (talk.world.person("registrar", "admin", "trainer"), talk.world.person("professional")):
        assert talk.as_(outsider).get("/network").status_code == 404
        assert talk.as_(outsider).get(address).status_code == 404
    foreign = talk.world.person("agent", federation=talk.world.elsewhere)
    stranger = talk.world.browser(foreign, talk.world.elsewhere)
    assert "Entre agentes" not in stranger.get("/network").text
    assert stranger.get(address).status_code == 404
    assert talk.as_(senior).post(f"{address}/close").status_code == 302


def test_what_weighs_is_folded_behind_its_notice(talk: Talk) -> None:
    address = talk.begun(talk.one, text="Lo que pasó", notice="un ingreso")
    page = talk.as_(talk.other).get(address).text
    assert page.index("Habla de: un ingreso") < page.index("Lo que pasó")
    assert "<details" in page[: page.index("Lo que pasó")]


@pytest.mark.parametrize("field", ["title", "text"])
def test_what_is_missing_is_said_and_the_rest_stays(talk: Talk, field: str) -> None:
    data = {"title": "Mi título", "text": "Mi texto", "notice": "aviso"} | {field: "  "}
    answer = talk.as_(talk.one).post(talk.page, data)
    assert answer.status_code == 422
    assert ("Mi texto" if field == "title" else "Mi título") in answer.text
    assert talk.threads() == []


def test_somebody_who_says_a_lot_within_minutes_is_asked_to_wait(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    address = talk.begun(talk.one)
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    assert talk.as_(talk.one).post(address, {"text": "Dos", "notice": ""}).status_code == 302
    answer = talk.as_(talk.one).post(address, {"text": "Y tres", "notice": ""})
    assert answer.status_code == 422
    assert "Y tres" in answer.text


def test_what_a_lesson_asks_to_talk_of_begins_with_its_title(talk: Talk) -> None:
    with talk.world.database() as session:
        lesson = session.query(Lesson).one()
        id_, title = lesson.id, lesson.title["es"]
    assert f'value="{title}"' in talk.as_(talk.one).get(f"{talk.page}?lesson={id_}").text
    talk.begun(talk.one, lesson=str(id_))
    assert talk.threads()[0].lesson_id == id_
    for odd in ("nonsense", str(talk.edition)):
        assert talk.as_(talk.one).get(talk.page, query_string={"lesson": odd}).status_code == 200


def test_a_form_sent_twice_says_it_once(talk: Talk) -> None:
    browser, data = talk.as_(talk.one), {"title": HERE, "text": "Hola", "notice": "", "once": "una-sola-vez"}
    assert browser.post(talk.page, data).location == browser.post(talk.page, data).location
    assert talk.texts() == ["Hola"]


def test_answers_at_once_each_get_a_number_of_their_own(talk: Talk) -> None:
    talk.begun(talk.one)
    thread = talk.threads()[0].id

    def say(person: UUID) -> Any:
        def job() -> None:
            with transaction():
                space = queries.of_thread(thread, person)
                assert space is not None
                operations.say(space, "A la vez", notice="", by=person, now=datetime.now(UTC))

        return job

    results = at_once(talk.world, [say(person) for person in (talk.one, talk.other, talk.trainer, talk.one)])
    assert results == [None] * 4
    with talk.world.database() as session:
        assert sorted(session.scalars(select(Post.number))) == [1, 2, 3, 4, 5]


def test_a_page_holds_fifty_and_its_statements_do_not_grow(talk: Talk) -> None:
    address = talk.begun(talk.one)
    thread, counts = talk.threads()[0].id, []
    reader = talk.as_(talk.other)
    for upto in (10, 70):
        with talk.world.database() as session, transaction():
            last = session.query(Post).count()
            for number in range(last + 1, upto + 1):
                session.add(Post(thread_id=thread, number=number, author_id=talk.one, text=f"Dicho {number}.", notice="", at=NOW))  # fmt: skip
            session.execute(update(queries.Thread).values(posts=upto))
        with counted() as sent:
            page = reader.get(address).text
        with counted() as listed:
            reader.get(talk.page)
        counts.append((len(sent), len(listed)))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 6
    assert "Dicho 50." in page
    assert "Dicho 51." not in page
    assert "Dicho 51." in reader.get(f"{address}?page=2").text
    assert "Dicho 70." in reader.get(f"{address}?post=70").text


def test_erasure_takes_the_words_and_leaves_the_place(talk: Talk) -> None:
    address = talk.begun(talk.one, text="secreto-de-ana")
    talk.as_(talk.other).post(address, {"text": "Hola", "notice": ""})
    with talk.world.database(), transaction():
        erasures.erase(Asked(talk.one, ""), now=clock.now())
    with talk.world.database() as session:
        assert session.query(Follow).filter_by(person_id=talk.one).count() == 0
    assert talk.texts() == ["", "Hola"]
    page = talk.as_(talk.other).get(address).text
    assert "Este mensaje ya no está" in page
    assert "Ana" not in page
