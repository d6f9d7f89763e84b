"""The pages: what they show, how many statements they take, and that bad input gets a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select

from courses.editions import attendance, calendars, jobs
from courses.editions.models import Reminder
from courses.editions.operations import Plan, cancel, plan
from courses.learning.models import Edition, Enrolment, Meeting
from lms import i18n
from lms.db import transaction
from lms.ids import new_id
from lms.people.messages.models import Discretion
from tests.editions.conftest import Class
from tests.learning.together import at_once
from tests.statements import counted
from tests.world import NOW, Browser


@pytest.fixture
def wide(room: Class) -> UUID:
    """An edition with seats for everybody."""
    return room.edition(room.course(modules=1, lessons=1), seats=99)


def at(room: Class, edition: UUID, starts_at: datetime, **more: Any) -> UUID:
    """A meeting at this moment, without the rules that hold for plans."""
    with room.deed() as session:
        meeting = Meeting(
            id=new_id(), federation_id=room.world.here, edition_id=edition, what="Escucha", starts_at=starts_at,
            minutes=60, **more,
        )  # fmt: skip
        session.add(meeting)
        return meeting.id


def statements(browser: Browser, path: str) -> int:
    with counted() as sent:
        answer = browser.get(path)
    assert answer.status_code == 200, path
    return len(sent)


def test_pages_take_few_statements_however_many_seats(room: Class, wide: UUID) -> None:
    now = datetime.now(UTC)
    (ana,) = room.agents("ana")
    enrolment, registrar = room.enrol(ana, wide), room.world.person("registrar")
    own, keeper = room.world.browser(ana), room.world.browser(registrar)
    meeting = at(room, wide, now)
    pages = {
        "home": (own, f"/learn/{enrolment}"),
        "seat": (own, f"/enrolments/{enrolment}"),
        "waiting": (own, f"/waiting/{wide}"),
        "calendar": (own, "/account/calendar"),
        "desk": (own, "/"),
        "edition": (keeper, f"/editions/{wide}"),
        "people": (keeper, f"/editions/{wide}/people"),
        "settings": (keeper, f"/editions/{wide}/settings"),
        "meeting": (keeper, f"/editions/{wide}/meetings/{meeting}"),
        "code": (keeper, f"/editions/{wide}/meetings/{meeting}/code"),
    }
    own.get("/")  # a version that has been read once is kept
    few = {name: statements(*page) for name, page in pages.items()}
    others = room.agents(*(f"n{number}" for number in range(12)))
    with room.deed() as session:
        session.execute(
            insert(Enrolment),
            [
                {"id": new_id(), "federation_id": room.world.here, "edition_id": wide, "person_id": one, "enrolled_at": NOW}
                for one in others
            ],
        )  # fmt: skip
    for number in range(6):
        at(room, wide, now + timedelta(days=number))
    assert {name: statements(*page) for name, page in pages.items()} == few
    assert max(few.values()) <= 8, few


def test_a_course_home_shows_what_comes_what_is_missing_and_a_pause(room: Class, wide: UUID) -> None:
    (ana,) = room.agents("ana")
    enrolment, browser = room.enrol(ana, wide), room.world.browser(ana)
    soon = datetime.now(UTC) + timedelta(days=2)
    at(room, wide, soon, place="Calle Mayor 3", link="https://video.demo.test/x")
    page = browser.get(f"/learn/{enrolment}").text
    for words in ("Próximo encuentro", "Calle Mayor 3", "https://video.demo.test/x", "0 de 1 lecciones"):
        assert words in page
    stranger = room.world.browser(room.agents("bea")[0])
    assert "Calle Mayor 3" not in stranger.get("/courses/un-curso").text + stranger.get(f"/waiting/{wide}").text
    assert "Próximo encuentro" in browser.get("/").text
    assert "El curso está en pausa" in browser.post(f"/enrolments/{enrolment}/pause", follow_redirects=True).text
    assert "Próximo encuentro" not in browser.get("/").text
    browser.post(f"/enrolments/{enrolment}/resume")
    left = browser.post(f"/enrolments/{enrolment}/leave", follow_redirects=True).text
    assert "Dejaste esta edición" in left
    assert "Calle Mayor 3" not in left


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(room: Class, wide: UUID) -> None:
    (ana,) = room.agents("ana")
    enrolment = room.enrol(ana, wide)
    registrar, own = room.world.browser(room.world.person("registrar")), room.world.browser(ana)
    good = {"what": "Escuchar bien", "day": "2026-12-01", "time": "18:00", "minutes": "90", "setting": "online"}
    for change, words in (
        ({"day": "2020-01-01"}, "queda fuera"),
        ({"time": "mañana"}, "Escribe la hora como"),
        ({"minutes": "9" * 30}, "Escribe"),
        ({"link": "javascript:alert(1)"}, "empieza por https://"),
        ({"setting": "luna"}, ""),
    ):
        page = registrar.post(f"/editions/{wide}", good | change)
        assert page.status_code == 422, change
        assert words in page.text
        assert "Escuchar bien" in page.text
    settings = {
        "name": "Otoño", "begins_on": "2026-01-01", "ends_on": "2026-12-31", "seats": "0", "offer_hours": "48",
        "setting": "online",
    }  # fmt: skip
    assert registrar.post(f"/editions/{wide}/settings", settings).status_code == 422
    assert (
        registrar.post(f"/editions/{wide}/settings", settings | {"seats": "3", "ends_on": "2025-01-01"}).status_code
        == 422
    )
    assert (
        registrar.post(f"/editions/{wide}/rule", {"lessons": "10", "quizzes": "0", "attendance": "0"}).status_code
        == 422
    )
    assert own.post(f"/enrolments/{enrolment}/day", {"due_on": "1999-01-01"}).status_code == 422
    assert own.post(f"/enrolments/{enrolment}/transfer", {"edition": str(wide)}).status_code == 422
    assert own.post("/attend/%00%ff").status_code in (400, 404, 422)
    with room.world.database() as session:
        assert session.scalars(select(Meeting)).all() == []
        assert session.scalars(select(Edition.seats)).all() == [99]


def test_a_registrar_arranges_an_edition_in_the_browser(room: Class, wide: UUID) -> None:
    registrar, teacher = room.world.person("registrar"), room.world.person("trainer", name="Rosa Díaz")
    browser, theirs = room.world.browser(registrar), room.world.browser(teacher)
    assert theirs.get(f"/editions/{wide}").status_code == 404
    page = browser.post(f"/editions/{wide}/trainers", {"trainer": str(teacher)}, follow_redirects=True).text
    assert "Rosa Díaz" in page
    assert theirs.get(f"/editions/{wide}").status_code == 200
    assert theirs.get(f"/editions/{wide}/settings").status_code == 404
    room.course("segundo", modules=1, lessons=1)
    offered = browser.get(f"/editions/{wide}/settings").text
    other = offered.split('id="needs"')[1].split("</select>")[0].split('value="')[2].split('"')[0]
    assert "Dejar de pedirlo" in browser.post(f"/editions/{wide}/needs", {"needs": other}, follow_redirects=True).text
    mine = browser.get(f"/editions/{wide}/settings").text
    address = next(part.split('"')[0] for part in mine.split('action="') if "/needs/" in part.split('"')[0])
    assert "Dejar de pedirlo" not in browser.post(address, follow_redirects=True).text
    assert theirs.post(address).status_code == 404
    rule = {"lessons": "80", "quizzes": "0", "attendance": "50", "usual": "y"}
    assert "Regla n.º 1" in browser.post(f"/editions/{wide}/rule", rule, follow_redirects=True).text


def test_the_code_of_the_room_is_scanned_and_pressed(room: Class, wide: UUID) -> None:
    (ana,) = room.agents("ana")
    enrolment, teacher = room.enrol(ana, wide), room.teacher(wide)
    now = datetime.now(UTC)
    meeting, other = at(room, wide, now), at(room, wide, now + timedelta(days=3))
    screen = room.world.browser(teacher)
    shown = screen.get(f"/editions/{wide}/meetings/{meeting}/code")
    assert "<svg" in shown.text
    assert screen.get(f"/editions/{wide}/meetings/{other}/code").status_code == 404  # nobody arrives there now
    with room.world.database():
        code = attendance.code(meeting, now)
    phone = room.world.browser(ana)
    with counted() as sent:
        assert "Estoy aquí" in phone.get(f"/attend/{code}").text
    assert not [one for one in sent if one.startswith(("INSERT", "UPDATE"))]
    assert "Tu asistencia está apuntada" in phone.post(f"/attend/{code}", follow_redirects=True).text
    assert "ya constaba" in phone.post(f"/attend/{code}", follow_redirects=True).text
    assert "Con el código de la sala" in screen.get(f"/editions/{wide}/meetings/{meeting}").text
    corrected = {f"mark-{enrolment}": "excused"}
    assert "Correcciones" in screen.post(f"/editions/{wide}/meetings/{meeting}", corrected, follow_redirects=True).text
    assert screen.post(f"/editions/{wide}/meetings/{meeting}", {f"mark-{new_id()}": "present"}).status_code == 422


# --- Calendars --------------------------------------------------------------------------------------------------------


def test_a_calendar_is_discreet_dated_in_its_zone_and_says_what_is_cancelled(room: Class, wide: UUID) -> None:
    (ana,) = room.agents("ana")
    room.enrol(ana, wide)
    browser, nobody = room.world.browser(ana), room.world.browser()
    starts_at = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    with room.deed():
        given = Plan("Escucha", starts_at.date(), starts_at, 90, "in-person", "Calle Mayor 3", "")
        meeting = plan(wide, given, federation_id=room.world.here, by=ana, now=NOW).id
    browser.post("/account/calendar")
    with room.world.database():
        whole, one = calendars.token(ana), calendars.token(ana, wide)
        other = calendars.token(ana, new_id())
    answer = nobody.get(f"/calendar/{whole}.ics")
    assert answer.content_type.startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "Encuentro"
    assert "Calle" not in answer.text
    assert event["dtstart"].params["tzid"] == "Europe/Madrid"
    assert event.decoded("dtstart").isoformat() == "2026-12-01T18:00:00+01:00"
    assert len(Calendar.from_ical(nobody.get(f"/calendar/{one}.ics").data).walk("VEVENT")) == 1
    assert Calendar.from_ical(nobody.get(f"/calendar/{other}.ics").data).walk("VEVENT") == []
    with room.deed() as session:
        cancel(meeting, federation_id=room.world.here, by=ana, now=NOW)
        session.add(Discretion(person_id=ana, level="open"))
    (event,) = Calendar.from_ical(nobody.get(f"/calendar/{whole}.ics").data).walk("VEVENT")
    assert (str(event["status"]), str(event["summary"]), event["sequence"]) == ("CANCELLED", "Escucha · Otoño", 1)
    assert str(event["location"]) == "Calle Mayor 3"
    # Another address kills the old one; none, both.
    browser.post("/account/calendar")
    assert nobody.get(f"/calendar/{whole}.ics").status_code == 404
    with room.world.database():
        newer = calendars.token(ana)
    assert newer is not None
    assert nobody.get(f"/calendar/{newer}.ics").status_code == 200
    assert nobody.get(f"/calendar/{newer[:-2]}.ics").status_code == 404
    browser.post("/account/calendar/drop")
    assert nobody.get(f"/calendar/{newer}.ics").status_code == 404


# --- Reminders --------------------------------------------------------------------------------------------------------


def test_people_are_reminded_once_and_never_in_a_pause(room: Class, wide: UUID) -> None:
    ana, bea, carla = room.agents("ana", "bea", "carla")
    enrolments = {person: room.enrol(person, wide) for person in (ana, bea, carla)}
    at(room, wide, NOW + timedelta(hours=23))
    at(room, wide, NOW + timedelta(hours=24))
    at(room, wide, NOW + timedelta(hours=25))
    with room.deed() as session:
        session.get(Enrolment, enrolments[bea]).state = "paused"
        session.get(Enrolment, enrolments[ana]).due_on = NOW.date() + timedelta(days=7)
        session.get(Enrolment, enrolments[carla]).due_on = NOW.date() + timedelta(days=1)
    room.study(enrolments[carla])  # who is done hears of no date

    def look() -> None:
        with room.world.database():
            jobs.remind(NOW)

    at_once(room.world, [lambda: jobs.remind(NOW)] * 2)
    look()
    enrolled = ["enrolled"]
    assert sorted(room.told(ana)) == ["due-near", *enrolled, "meeting-near", "meeting-near"]
    assert room.told(bea) == enrolled
    assert sorted(room.told(carla)) == [*enrolled, "meeting-near", "meeting-near"]
    with room.world.database() as session:
        assert len(session.scalars(select(Reminder)).all()) == 6
    with room.deed() as session:
        session.get(Enrolment, enrolments[ana]).due_on = NOW.date() + timedelta(days=3)
    look()
    assert room.told(ana).count("due-near") == 2  # a date that was moved is another date
    browser = room.world.browser(ana)
    inbox = browser.get("/messages").text
    with room.world.database(), room.world.app.test_request_context():
        assert i18n.day(NOW.date() + timedelta(days=3)) in inbox


def test_two_windows_that_plan_the_same_meeting_plan_one(room: Class, wide: UUID) -> None:
    browser = room.world.browser(room.teacher(wide))
    sent = {"what": "Uno", "day": "2026-12-01", "time": "18:00", "minutes": "90", "setting": "online", "once": "k" * 22}
    for _again in range(2):
        assert browser.post(f"/editions/{wide}", sent).status_code == 302
    with room.world.database() as session, transaction():
        assert len(session.scalars(select(Meeting)).all()) == 1
