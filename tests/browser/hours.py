"""Mentoring: a pair, sessions that will not do and sessions that will, and the signatures."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from courses.mentoring.models import Pairing
from tests.browser.pages import Tab
from tests.browser.site import Site

ROSA, MANUEL = "Rosa Molina", "Manuel Cano"
NOTE = "Nos salió bien preguntar primero."
RETURNED_BECAUSE = "Fueron cuatro horas, no tres: ¿lo cambias y te lo viso?"


def ago(days: int) -> str:
    """A day in Madrid, as a date field holds it; in the future if `days` is negative."""
    return (datetime.now(ZoneInfo("Europe/Madrid")) - timedelta(days=days)).date().isoformat()


def pair(site: Site, registrar: Tab, trainee: str) -> None:
    """Two pairs, which began some time ago."""
    registrar.open("/mentoring/pairings")
    for mentor in (ROSA, MANUEL):
        registrar.fill(person_id=trainee, mentor_id=mentor)
        registrar.press("Crear la pareja")
        registrar.sees(f"{mentor} acompaña a {trainee}")
    site.change(Pairing, since=datetime.now(UTC) - timedelta(days=60))


def write(trainee: Tab, *, status: int = 200, says: str = "Sesión apuntada.", **fields: Any) -> None:
    """Fill in the form for a new session and send it."""
    trainee.fill(**fields)
    trainee.press("Apuntar la sesión", status)
    trainee.sees(says)


def log(trainee: Tab, mentor: str, kind: str, day: int, minutes: int) -> None:
    """A session at ten in the morning."""
    trainee.open("/mentoring")
    trainee.follow("Apuntar una sesión")
    write(trainee, pairing_id=mentor, kind=kind, day=ago(day), time="10:00", minutes=str(minutes), note=NOTE)


def log_what_is_wrong(trainee: Tab) -> None:
    """Each fault gets its sentence, and what was typed stays."""
    log(trainee, ROSA, "individual", 9, 180)
    trainee.open("/mentoring/sessions/new")
    right = {"pairing_id": ROSA, "kind": "individual", "day": ago(8), "time": "10:00", "minutes": "60"}
    for wrong, sentence in (
        ({"minutes": "-5"}, "Una sesión dura entre 5 y 720 minutos"),
        ({"minutes": "5000"}, "Una sesión dura entre 5 y 720 minutos"),
        ({"day": ago(-2)}, "Esta sesión todavía no ha terminado."),
        ({"day": ago(9), "time": "11:00"}, "se cruza con otra de 10:00 a 13:00"),
    ):
        typed = right | wrong | {"note": f"Con {wrong}"}
        write(trainee, status=422, says=sentence, **typed)
        for name in ("day", "time", "minutes", "note"):
            trainee.holds(name, typed[name])


def log_and_correct(trainee: Tab, senior: Tab) -> None:
    """The first session comes back with a reason; the trainee mends it, and Rosa signs it alone."""
    senior.open("/")
    senior.follow("Revisar 1 sesión")
    senior.page.locator("summary", has_text="Devolver con un motivo").tap()
    senior.press("Devolver la sesión", status=422)
    senior.sees("Escribe el motivo")
    senior.fill(reason=RETURNED_BECAUSE)
    senior.press("Devolver la sesión")
    senior.sees("La sesión vuelve a quien la apuntó", "Nada espera tu visado")
    trainee.open("/")
    trainee.sees("Lo siguiente para ti")
    trainee.open("/mentoring")
    trainee.sees(RETURNED_BECAUSE, "Devuelta: te toca corregirla")
    trainee.follow("Corregir")
    trainee.fill(minutes="240")
    trainee.press("Guardar la corrección")
    trainee.sees("Sesión corregida", f"Espera a {ROSA}")
    senior.open("/mentoring")
    senior.press("Visar 1 sesión")
    senior.sees("Has visado 1 sesión.")


def log_the_rest(trainee: Tab) -> None:
    """With the 4 h that are signed: 12 h, of three kinds, with two mentors."""
    log(trainee, ROSA, "group", 7, 120)
    log(trainee, ROSA, "observation", 6, 60)
    log(trainee, MANUEL, "individual", 5, 240)
    log(trainee, MANUEL, "observation", 4, 60)


def sign(*seniors: Tab) -> None:
    """Each signs two at once."""
    for senior in seniors:
        senior.open("/mentoring")
        boxes = senior.page.locator("main input[name=session]")
        expect(boxes).to_have_count(2)
        for box in boxes.all():
            box.check()
        senior.press("Visar 2 sesiones")
        senior.sees("Has visado 2 sesiones.")
