"""What people see and send: the desk, the form, one session, the pairings, the statement."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from courses.mentoring import queries
from lms.ids import new_key
from tests.mentoring.place import Place
from tests.statements import counted

NEW = "/mentoring/sessions/new"
UNKNOWN = "0b7f6f0e-5a3e-4b53-9a0e-0d6c2f3a1b2c"


def form(place: Place, **more: Any) -> dict[str, Any]:
    """A session of the day after the pairing, as the form sends it."""
    day = (place.start + timedelta(days=1)).date().isoformat()
    return {
        "pairing_id": str(place.pairing),
        "day": day,
        "time": "16:00",
        "minutes": "60",
        "kind": "individual",
        "format": "video",
        "competencies": "1.2, 3.1",
        "note": "Escuchar más despacio",
    } | more


def written(place: Place) -> list[Any]:
    with place.world.database() as session:
        found = queries.waiting_of(place.trainee, place.here)
        session.expunge_all()
        return found


def key(place: Place, session_id: UUID) -> str:
    return f"{session_id}~{place.session(session_id).written_at.isoformat()}"


def test_nobody_sees_anything_without_signing_in(recent: Place) -> None:
    session_id, nobody = recent.log(), recent.world.browser()
    for address in ("", "/sessions/new", f"/sessions/{session_id}", "/pairings", "/statement"):
        answer = nobody.get(f"/mentoring{address}")
        assert answer.status_code == 302
        assert answer.location.startswith("/login")
    assert nobody.post("/mentoring/sign", {"session": key(recent, session_id)}).location.startswith("/login")
    assert recent.state(session_id) == "waiting"


def test_a_session_is_written_with_one_form(recent: Place) -> None:
    browser = recent.world.browser(recent.trainee)
    assert browser.post(NEW, form(recent)).location == "/mentoring"
    (session,) = written(recent)
    assert (session.minutes, session.kind, session.competencies) == (60, "individual", ["1.2", "3.1"])
    assert "Espera a Rosa Martín" in browser.get("/mentoring").text


@pytest.mark.parametrize("minutes", ["-5", "0", "4", "721", "5000", "3.5", "una hora", "", "9" * 40])
def test_odd_minutes_get_a_sentence_and_keep_what_was_typed(recent: Place, minutes: str) -> None:
    answer = recent.world.browser(recent.trainee).post(NEW, form(recent, minutes=minutes))
    assert answer.status_code == 422
    assert any(words in answer.text for words in ("entre 5 y 720 minutos", "número entero", "cuántos minutos"))
    assert f'value="{minutes}"' in answer.text
    assert "Escuchar más despacio" in answer.text
    assert written(recent) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("day", "2999-01-01", "Revisa el año"),
        ("day", "0001-01-01", "Revisa el año"),
        ("day", "ayer", "Escribe el día"),
        ("day", "", "Escribe el día"),
        ("day", "2099-01-01", "todavía no ha terminado"),
        ("day", "2020-01-01", "Vuestra mentoría empezó"),
        ("time", "25:00", "Escribe la hora"),
        ("kind", "chat", ""),
        ("format", "", "Elige cómo fue"),
        ("competencies", "1.2, escucha", "«escucha» no es un código"),
        ("note", "a" * 2001, "caben 2000"),
        ("pairing_id", UNKNOWN, ""),
    ],
)
def test_odd_values_get_a_sentence(recent: Place, field: str, value: str, words: str) -> None:
    answer = recent.world.browser(recent.trainee).post(NEW, form(recent, **{field: value}))
    assert answer.status_code == 422
    assert "una cosa que revisar" in answer.text
    assert words in answer.text
    assert written(recent) == []


def test_an_overlapping_session_says_with_which(recent: Place) -> None:
    browser = recent.world.browser(recent.trainee)
    browser.post(NEW, form(recent))
    answer = browser.post(NEW, form(recent, time="16:30"))
    assert answer.status_code == 422
    assert "se cruza con otra de 16:00 a 17:00. Cambia la hora o revisa la otra." in answer.text
    assert len(written(recent)) == 1


def test_a_form_sent_twice_writes_one_session(recent: Place) -> None:
    browser, data = recent.world.browser(recent.trainee), form(recent, once=new_key())
    assert [browser.post(NEW, data).location for _ in range(2)] == ["/mentoring"] * 2
    assert len(written(recent)) == 1


def test_a_form_sent_again_with_other_content_is_refused(recent: Place) -> None:
    browser, once = recent.world.browser(recent.trainee), new_key()
    browser.post(NEW, form(recent, once=once))
    answer = browser.post(NEW, form(recent, once=once, time="19:00"))
    assert answer.status_code == 422
    assert "ya se envió con otros datos" in answer.text
    assert len(written(recent)) == 1


def test_somebody_elses_pairing_cannot_be_used(recent: Place) -> None:
    stranger = recent.world.person("agent")
    recent.pair(stranger, recent.world.person("senior"))
    assert recent.world.browser(stranger).post(NEW, form(recent)).status_code == 422
    assert recent.world.browser(recent.mentor).post(NEW, form(recent)).status_code == 404
    assert written(recent) == []


def test_the_form_proposes_the_last_session_again(recent: Place) -> None:
    recent.log(kind="observation", format="phone")
    text = recent.world.browser(recent.trainee).get(NEW).text
    assert 'value="observation" checked' in text
    assert 'value="phone" checked' in text
    assert 'value="60"' in text


def test_a_session_is_seen_by_its_two_sides_and_the_registrar_only(recent: Place) -> None:
    world, address = recent.world, f"/mentoring/sessions/{recent.log()}"
    for person in (recent.trainee, recent.mentor, recent.registrar):
        assert world.browser(person).get(address).status_code == 200
    for person in (world.person("agent"), world.person("senior"), world.person("assessor")):
        assert world.browser(person).get(address).status_code == 404
    away = world.person("registrar", federation=world.elsewhere)
    assert world.browser(away, federation=world.elsewhere).get(address).status_code == 404
    assert world.browser(recent.trainee).get(f"/mentoring/sessions/{UNKNOWN}").status_code == 404


def test_the_desk_lists_the_oldest_first_and_signs_what_is_marked(recent: Place) -> None:
    second, first, third = recent.log(24, note="Segunda"), recent.log(0, note="Primera"), recent.log(48, note="Tercera")
    browser = recent.world.browser(recent.mentor)
    text = browser.get("/mentoring").text
    assert text.index("Primera") < text.index("Segunda") < text.index("Tercera")
    browser.post("/mentoring/sign", {"session": [key(recent, first), key(recent, third)]})
    text = browser.get("/mentoring").text
    assert "Has visado 2 sesiones." in text
    assert [recent.state(one) for one in (first, second, third)] == ["signed", "waiting", "signed"]


def test_a_signature_takes_eight_statements_at_most(recent: Place) -> None:
    recent.world.app.extensions["lms_soon"] = str  # the mail that tells of it leaves elsewhere
    browser, session_id = recent.world.browser(recent.mentor), recent.log()
    marked = {"session": key(recent, session_id)}
    with counted() as sent:
        browser.post("/mentoring/sign", marked)
    assert recent.state(session_id) == "signed"
    assert len(sent) <= 8


def test_marking_nothing_gets_a_sentence(recent: Place) -> None:
    answer = recent.world.browser(recent.mentor).post("/mentoring/sign")
    assert answer.status_code == 422
    assert "No has marcado ninguna sesión." in answer.text


def test_a_session_corrected_after_the_desk_was_opened_is_shown_again(recent: Place) -> None:
    session_id = recent.log()
    shown = key(recent, session_id)
    recent.correct(session_id, minutes=600)
    browser = recent.world.browser(recent.mentor)
    browser.post("/mentoring/sign", {"session": shown})
    assert "1 sesión no se ha visado ahora" in browser.get("/mentoring").text
    assert recent.state(session_id) == "waiting"


@pytest.mark.parametrize("odd", ["x", "~", UNKNOWN, f"{UNKNOWN}~ayer", f"{UNKNOWN}~2026-03-02T09:00:00"])
def test_an_odd_mark_is_a_bad_request(recent: Place, odd: str) -> None:
    assert recent.world.browser(recent.mentor).post("/mentoring/sign", {"session": odd}).status_code == 400


def test_who_is_not_the_mentor_finds_nothing_to_sign_return_or_reverse(recent: Place) -> None:
    world, session_id, signed = recent.world, recent.log(), recent.log(24)
    shown = key(recent, session_id)
    recent.sign(signed)
    away = world.person("senior", federation=world.elsewhere)
    gone = world.person("senior")
    recent.take_role(gone)
    for browser in (
        world.browser(world.person("senior")),
        world.browser(world.person("senior", "registrar")),
        world.browser(recent.trainee),
        world.browser(gone),
        world.browser(away, federation=world.elsewhere),
    ):
        assert browser.post("/mentoring/sign", {"session": shown}).status_code == 404
        assert browser.post(f"/mentoring/sessions/{session_id}/return", {"reason": "No"}).status_code == 404
        assert browser.post(f"/mentoring/sessions/{signed}/reverse", {"reason": "No"}).status_code == 404
    assert (recent.state(session_id), recent.state(signed)) == ("waiting", "signed")


def test_one_session_of_somebody_else_among_the_marked_stops_all(recent: Place) -> None:
    other = recent.pair(recent.trainee, recent.world.person("senior"))
    mine, theirs = recent.log(), recent.log(24, pairing=other)
    data = {"session": [key(recent, mine), key(recent, theirs)]}
    assert recent.world.browser(recent.mentor).post("/mentoring/sign", data).status_code == 404
    assert recent.state(mine) == "waiting"


def test_a_signature_on_ones_own_hours_gets_a_sentence(recent: Place) -> None:
    both = recent.world.person("agent", "senior")
    session_id = recent.log(pairing=recent.pair(both, recent.mentor))
    answer = recent.world.browser(both).post("/mentoring/sign", {"session": key(recent, session_id)})
    assert answer.status_code == 422
    assert "Nadie visa sus propias horas." in answer.text
    assert recent.state(session_id) == "waiting"


def test_a_mentor_whose_role_was_taken_away_signs_nothing(recent: Place) -> None:
    session_id, browser = recent.log(), recent.world.browser(recent.mentor)
    shown = key(recent, session_id)
    recent.take_role(recent.mentor)
    assert browser.post("/mentoring/sign", {"session": shown}).status_code == 404
    assert recent.state(session_id) == "waiting"


def test_a_session_is_returned_from_the_list_with_a_reason(recent: Place) -> None:
    session_id, browser = recent.log(), recent.world.browser(recent.mentor)
    address = f"/mentoring/sessions/{session_id}/return"
    answer = browser.post(address, {"reason": "  "})
    assert answer.status_code == 422
    assert "Escribe el motivo" in answer.text
    assert browser.post(address, {"reason": "Fue el martes"}).location == "/mentoring"
    assert "Fue el martes" in recent.world.browser(recent.trainee).get("/mentoring").text
    again = browser.post(address, {"reason": "Otra vez"})
    assert again.status_code == 422
    assert "ya no espera visado" in again.text


def test_a_returned_session_is_corrected_by_its_author(recent: Place) -> None:
    session_id = recent.log()
    recent.give_back(session_id, "Fue más corta")
    browser, address = recent.world.browser(recent.trainee), f"/mentoring/sessions/{session_id}/correct"
    assert "Fue más corta" in browser.get(address).text
    assert browser.post(address, form(recent, minutes="5000")).status_code == 422
    assert browser.post(address, form(recent, minutes="30")).status_code == 302
    assert (recent.state(session_id), recent.session(session_id).minutes) == ("waiting", 30)
    assert recent.world.browser(recent.mentor).get(address).status_code == 404
    recent.sign(session_id)
    assert "no se edita" in browser.post(address, form(recent)).text
    assert browser.get(address).status_code == 302


def test_a_signature_is_taken_back_on_its_own_page(recent: Place) -> None:
    session_id, browser = recent.log(), recent.world.browser(recent.mentor)
    recent.sign(session_id)
    address = f"/mentoring/sessions/{session_id}/reverse"
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "No tuvo lugar"}).status_code == 302
    page = recent.world.browser(recent.trainee).get(f"/mentoring/sessions/{session_id}").text
    assert "Visado anulado" in page
    assert "No tuvo lugar" in page
    assert "ya se anuló" in browser.post(address, {"reason": "Otra vez"}).text


def test_names_and_notes_are_text_and_never_markup(recent: Place) -> None:
    recent.log(note="<script>alert(1)</script>")
    for person in (recent.trainee, recent.mentor):
        assert "<script>alert" not in recent.world.browser(person).get("/mentoring").text


def test_a_registrar_pairs_and_ends(recent: Place) -> None:
    world, browser = recent.world, recent.world.browser(recent.registrar)
    person, mentor = world.person("agent", name="Ane"), world.person("senior", name="Nerea")
    data = {"person_id": str(person), "mentor_id": str(mentor), "once": new_key()}
    assert [browser.post("/mentoring/pairings", data).status_code for _ in range(2)] == [302, 302]
    assert "Nerea acompaña a Ane" in browser.get("/mentoring/pairings").text
    again = browser.post("/mentoring/pairings", data | {"once": new_key()})
    assert again.status_code == 422
    assert "ya forman pareja" in again.text
    assert browser.post(f"/mentoring/pairings/{recent.pairing}/end").status_code == 302
    assert browser.post(f"/mentoring/pairings/{recent.pairing}/end").status_code == 302
    assert "ya estaba terminada" in browser.get("/mentoring/pairings").text


def test_pairings_are_the_registrars_and_their_federations(recent: Place) -> None:
    world = recent.world
    away = world.browser(world.person("registrar", federation=world.elsewhere), federation=world.elsewhere)
    assert "Rosa Martín" not in away.get("/mentoring/pairings").text
    assert away.post(f"/mentoring/pairings/{recent.pairing}/end").status_code == 404
    data = {"person_id": str(recent.trainee), "mentor_id": str(recent.mentor)}
    assert away.post("/mentoring/pairings", data).status_code == 422
    for person in (recent.trainee, recent.mentor, world.person("admin")):
        assert world.browser(person).get("/mentoring/pairings").status_code == 404


def test_the_statement_lists_ones_own_ledger(recent: Place) -> None:
    first, second = recent.log(minutes=90), recent.log(24, minutes=30)
    recent.sign(first, second)
    recent.reverse(second)
    text = (
        recent.world.browser(recent.trainee)
        .get("/mentoring/statement")
        .text.replace("\xa0", " ")
        .replace("&nbsp;", " ")
    )
    assert "1 h 30 min" in text
    assert "−30 min" in text
    assert "Rosa Martín" not in recent.world.browser(recent.world.person("agent")).get("/mentoring/statement").text


def statements(place: Place, person: UUID, address: str) -> int:
    browser = place.world.browser(person)
    with counted() as sent:
        assert browser.get(address).status_code == 200
    return len(sent)


def test_the_desk_with_200_waiting_takes_few_statements(recent: Place) -> None:
    few = statements(recent, recent.mentor, "/mentoring")
    recent.many(200)
    assert statements(recent, recent.mentor, "/mentoring") <= few + 1 <= 8  # one more: the names


@pytest.mark.parametrize("address", ["/mentoring", "/mentoring/statement", NEW])
def test_ones_own_pages_take_as_many_statements_for_500_entries_as_for_10(recent: Place, address: str) -> None:
    recent.many(10, state="signed")
    few = statements(recent, recent.trainee, address)
    recent.many(490, state="signed")
    assert statements(recent, recent.trainee, address) == few <= 8


def test_somebody_who_mentors_and_is_mentored_stays_within_eight(recent: Place) -> None:
    both = recent.world.person("agent", "senior")
    recent.log(pairing=recent.pair(both, recent.mentor))
    recent.log(24, pairing=recent.pair(recent.trainee, both))
    assert statements(recent, both, "/mentoring") <= 8


def test_the_note_is_read_by_the_two_parties_and_not_by_who_keeps_the_register(recent: Place) -> None:
    session_id = recent.log(1, note="Lo que hablamos queda aquí")
    for person, reads in ((recent.trainee, True), (recent.mentor, True), (recent.registrar, False)):
        page = recent.world.browser(person).get(f"/mentoring/sessions/{session_id}")
        assert page.status_code == 200
        assert ("Lo que hablamos queda aquí" in page.text) == reads
