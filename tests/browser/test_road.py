"""The whole road: a federation accredits one person, each of the six with a phone of their own."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from certificates.register.models import Certificate
from tests.browser import hours, study
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site

TRAINEE, EMAIL = "Inés Campos", "ines@demo.test"
OWN_PASSWORD = "cántaro azul junto al almendro"
REVOKED_BECAUSE = "Lo pide la asamblea de marzo."


@pytest.fixture
def give(site: Site, phone: Callable[..., Tab], database_kind: str) -> Callable[[], Tab]:
    """Gives a person a phone: a light one beside SQLite, a dark one beside PostgreSQL."""
    return lambda: phone(site, color_scheme="light" if database_kind == "sqlite" else "dark")


@pytest.fixture
def staff(site: Site, give: Callable[[], Tab]) -> dict[str, Tab]:
    """Everybody but the trainee, signed in on their desks."""
    tabs = {login: give() for login in site.people}
    for login, own in tabs.items():
        own.sign_in(f"{login}@demo.test", PASSWORD)
        own.sees("Hola, ")
    return tabs


def test_a_federation_accredits_one_person_from_the_invitation_to_the_revocation(
    site: Site, give: Callable[[], Tab], staff: dict[str, Tab], tmp_path: Path
) -> None:
    trainee = give()
    arrive(site, staff["registrar"], trainee, give())
    enrolment = study.enrol(trainee)
    for module in study.MODULES:
        study.read(trainee, enrolment, module)
        study.pass_quiz(site, trainee)

    hours.pair(site, staff["registrar"], TRAINEE)
    hours.log_what_is_wrong(trainee)
    hours.log_and_correct(trainee, staff["senior"])
    hours.log_the_rest(trainee)
    see_whose_turn_it_is(trainee)
    hours.sign(staff["senior"], staff["senior2"])
    observe(staff["assessor"])

    apply(trainee)
    decide(trainee, staff["registrar"], staff["registrar2"])
    issue(site, staff["registrar"])
    certificate = site.rows(select(Certificate))[0]
    visitor = give()
    verify(trainee, visitor, certificate.code, tmp_path)
    revoke(staff["registrar"], trainee, visitor, certificate)


def arrive(site: Site, registrar: Tab, trainee: Tab, stranger: Tab) -> None:
    """The invitation, the link in the mail, a password, the consent, and a desk that says what comes next."""
    registrar.follow("Invitar a una persona")
    registrar.fill(email=EMAIL, name=TRAINEE, role="Agente de apoyo mutuo")
    registrar.press("Enviar invitación")
    registrar.sees(TRAINEE)
    link = site.mails.link(EMAIL)
    trainee.open(link)
    trainee.sees(f"Hola, {TRAINEE}", "Rocío Vega te invita", "Federación Ribera")
    trainee.fill(name="Inés C.", password="inescampos12")
    trainee.press("Crear mi cuenta", status=422)
    trainee.holds("name", "Inés C.")
    trainee.fill(name=TRAINEE, password=OWN_PASSWORD)
    trainee.press("Crear mi cuenta")
    expect(trainee.page).to_have_url(re.compile("/account/consent$"))
    trainee.press("Dar mi consentimiento", status=422)
    trainee.sees("Marca la casilla si estás de acuerdo")
    trainee.page.get_by_role("checkbox").check()
    trainee.press("Dar mi consentimiento")
    trainee.sees("Hola, Inés", "Lo siguiente para ti")
    stranger.open(link, status=410)
    stranger.sees("La invitación ya se ha usado")


def see_whose_turn_it_is(trainee: Tab) -> None:
    """Done, waiting for somebody by name, and one's own turn."""
    trainee.open("/road")
    steps = trainee.page.locator("ol.steps > li")
    expect(steps.filter(has_text="Módulos 1 y 4 del curso")).to_contain_text("Hecho")
    expect(steps.filter(has_text="Comprobaciones de los módulos")).to_contain_text("Hecho")
    expect(steps.filter(has_text="Mentoría")).to_contain_text(re.compile("En espera.*Manuel Cano y Rosa Molina"))
    expect(steps.filter(has_text="Competencia observada")).to_contain_text(re.compile("En espera.*quien evalúa"))
    expect(steps.filter(has_text="Código ético")).to_contain_text(re.compile("Ahora.*tuyo"))
    trainee.sees("2 de 5 requisitos cumplidos")


def observe(assessor: Tab) -> None:
    """Three areas at level 3."""
    assessor.open("/")
    assessor.follow(f"Observar: {TRAINEE}")
    assessor.fill(setting="role-play")
    for area in ("1", "2", "3"):
        assessor.page.locator("summary", has_text=re.compile(rf"^\s*{area}\. ")).tap()
        assessor.fill(**{f"level_{area}_1": "3", f"words_{area}_1": "Preguntó antes de proponer nada."})
    assessor.press("Guardar la observación")
    assessor.sees("La observación está guardada", "Preguntó antes de proponer nada.")


def apply(trainee: Tab) -> None:
    """The last requirement of one's own, and the application."""
    trainee.open("/competencies")
    trainee.sees("Preguntó antes de proponer nada.")
    trainee.open("/road")
    trainee.sees("4 de 5 requisitos cumplidos")
    trainee.follow("Código ético")
    trainee.page.get_by_role("checkbox").check()
    trainee.press("Aceptar este texto")
    trainee.sees("5 de 5 requisitos cumplidos")
    trainee.sees(f"El nombre que usas aquí es {TRAINEE}")
    trainee.press("Pedir la acreditación")
    trainee.sees("Has pedido la acreditación", "Tu expediente está en manos de la federación")


def decide(trainee: Tab, *members: Tab) -> None:
    """Two members, with reasons that the trainee reads afterwards."""
    reasons = ["Cumple cada requisito con evidencias de dos mentoras.", "Las tres áreas observadas llegan al nivel."]
    for member, why in zip(members, reasons, strict=True):
        member.open("/")
        member.follow("Abrir los expedientes")
        member.follow(f"Leer y votar: {TRAINEE}")
        member.sees("Evidencias, como estaban al pedirla", "12 h de 12 h")
        member.fill(verdict="approve", reasons="Sí.")
        member.press("Guardar mi voto", status=422)
        member.holds("reasons", "Sí.")
        member.fill(reasons=why)
        member.press("Guardar mi voto")
        member.sees("Tu voto está guardado")
    trainee.open("/road")
    trainee.sees("Acreditación aprobada")
    trainee.follow("Ver tu expediente")
    trainee.sees(*reasons)


def issue(site: Site, registrar: Tab) -> None:
    """One click; a second one in another tab is told that it has been done."""
    second = registrar.another()
    second.open("/register")
    registrar.open("/dossiers")
    registrar.follow(TRAINEE)
    registrar.press("Emitir el certificado")
    registrar.sees("emitido", TRAINEE)
    second.press("Emitir certificado")
    second.sees("El certificado de este expediente ya está emitido. No se ha emitido otro.")
    second.page.close()
    assert site.rows(select(func.count()).select_from(Certificate)) == [1]


def verify(trainee: Tab, visitor: Tab, code: str, folder: Path) -> None:
    """The PDF, and the public page in two languages: without her name until she wants it there."""
    trainee.open("/")
    trainee.open("/certificates")
    trainee.follow("Agente de apoyo mutuo acreditado")
    with trainee.page.expect_download() as download:
        trainee.page.get_by_role("link", name="Descargar el PDF").tap()
    download.value.save_as(folder / "certificate.pdf")
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF-")

    visitor.open("/")
    visitor.open("/verify")
    visitor.fill(code="ABC")
    visitor.press("Comprobar el certificado", status=422)
    visitor.sees("El código tiene un error al escribirlo")
    visitor.holds("code", "ABC")
    visitor.open("/verify/0000000000000", status=404)
    visitor.fill(code=code.lower())
    visitor.press("Comprobar el certificado")
    visitor.sees("Certificado vigente", "Federación Ribera", "No está revocado.", "El nombre no se muestra")
    visitor.sees_not("Inés", "Campos")
    visitor.tap(visitor.page.get_by_role("link", name="English"))
    visitor.sees("Certificate in force", "Federación Ribera")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    visitor.sees_not("Inés", "Campos")
    assert "Inés" not in json.dumps(facts(visitor, code), ensure_ascii=False)

    trainee.press("Mostrar mi nombre")
    visitor.reload()
    visitor.sees(TRAINEE)
    assert facts(visitor, code)["name"] == TRAINEE
    visitor.tap(visitor.page.get_by_role("link", name="Español"))
    visitor.sees("Certificado vigente", TRAINEE)


def facts(visitor: Tab, code: str) -> dict[str, object]:
    """What the public page tells programs."""
    return visitor.page.request.get(f"/verify/{code}.json").json()


def revoke(registrar: Tab, trainee: Tab, visitor: Tab, certificate: Certificate) -> None:
    """With a reason that the register keeps and nobody else reads."""
    registrar.open("/register")
    registrar.follow(TRAINEE)
    registrar.follow("Revocar")
    registrar.fill(reason=" ")
    registrar.press("Revocar para siempre", status=422)
    registrar.sees("Escribe el motivo")
    registrar.fill(reason=REVOKED_BECAUSE)
    registrar.press("Revocar para siempre")
    registrar.sees("El certificado está revocado", REVOKED_BECAUSE)
    visitor.reload()
    visitor.sees("Certificado revocado", "Está revocado: ya no vale.")
    visitor.sees_not(REVOKED_BECAUSE)
    told = facts(visitor, certificate.code)
    assert (told["status"], told["valid"]) == ("revoked", False)
    assert REVOKED_BECAUSE not in json.dumps(told, ensure_ascii=False)
    trainee.reload()
    trainee.sees("Este certificado está revocado")
    trainee.sees_not(REVOKED_BECAUSE)
