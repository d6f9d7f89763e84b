from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from certificates.register import operations, rules
from certificates.register.models import Certificate
from lms.db import db, transaction
from tests.register.seed import REASON, act, issued, quiet_jobs
from tests.tamper import tamper
from tests.world import Browser, World

NAME = "Lucía Núñez Peña"


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


@pytest.fixture
def registrar(world: World) -> UUID:
    return world.person("registrar")


@pytest.fixture
def certificate(world: World, registrar: UUID) -> Certificate:
    return issued(world, world.person("agent"), registrar, name=NAME, now=datetime.now(UTC))


def page(world: World, code: str, browser: Browser | None = None) -> Any:
    return (browser or world.browser()).get(f"/verify/{code}")


def as_json(world: World, code: str) -> dict[str, Any]:
    return world.browser().get(f"/verify/{code}.json").json


def failed(answer: dict[str, Any]) -> list[str]:
    return [check["name"] for check in answer["checks"] if not check["ok"]]


def test_a_certificate_in_force_passes_every_check(world: World, certificate: Certificate) -> None:
    answer = page(world, certificate.code)
    assert answer.status_code == 200
    assert answer.text.count("<span>Sí</span>") == 5
    for words in ("Certificado vigente", "Federación here", "Agente de apoyo mutuo acreditado", certificate.serial):
        assert words in answer.text
    said = as_json(world, certificate.code)
    assert [check["name"] for check in said["checks"]] == [
        "known",
        "not-revoked",
        "not-suspended",
        "in-force",
        "intact",
    ]
    assert failed(said) == []
    assert (said["code"], said["status"], said["valid"]) == (certificate.code, "in-force", True)
    assert said["issuer"] == "Federación here"
    assert said["type"] == "Agente de apoyo mutuo acreditado"
    assert (said["valid_from"], said["valid_until"]) == (
        certificate.snapshot["issued_on"],
        certificate.snapshot["valid_until"],
    )


def test_it_answers_in_english_too(world: World, certificate: Certificate) -> None:
    browser = world.browser()
    said = browser.get(f"/verify/{certificate.code}.json", headers={"Accept-Language": "en"}).json
    assert said["type"] == "Accredited peer support agent"


@pytest.mark.parametrize(
    ("deed", "status", "check"),
    [(operations.revoke, "revoked", "not-revoked"), (operations.suspend, "suspended", "not-suspended")],
)
def test_a_revocation_or_suspension_shows_without_its_reason(
    world: World, certificate: Certificate, registrar: UUID, deed: Callable[..., Any], status: str, check: str
) -> None:
    act(world, deed, certificate.id, registrar)
    said = as_json(world, certificate.code)
    assert (said["status"], said["valid"], failed(said)) == (status, False, [check])
    for text in (page(world, certificate.code).text, str(said)):
        assert REASON not in text
        assert NAME not in text
    act(world, operations.revoke if deed is operations.suspend else _nothing, certificate.id, registrar)


def _nothing(*_args: Any, **_more: Any) -> None:
    pass


def test_what_has_ended_is_said_to_have_ended(world: World, registrar: UUID) -> None:
    old = issued(world, world.person("agent"), registrar, now=datetime.now(UTC) - timedelta(days=1000))
    said = as_json(world, old.code)
    assert (said["status"], failed(said)) == ("expired", ["in-force"])
    assert "Certificado caducado" in page(world, old.code).text


def test_what_ends_within_ninety_days_is_in_force_and_said_to_end_soon(world: World, registrar: UUID) -> None:
    soon = issued(world, world.person("agent"), registrar, now=datetime.now(UTC) - timedelta(days=700))
    said = as_json(world, soon.code)
    assert (said["status"], said["valid"]) == ("expiring", True)


def test_a_revocation_is_seen_at_once_by_another_process(
    world: World, certificate: Certificate, registrar: UUID, make_app: Callable[..., Flask]
) -> None:
    other = Browser(make_app())
    assert other.get(f"/verify/{certificate.code}.json").json["valid"] is True
    act(world, operations.revoke, certificate.id, registrar)
    answer = other.get(f"/verify/{certificate.code}.json")
    assert answer.json["status"] == "revoked"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Certificado revocado" in other.get(f"/verify/{certificate.code}").text


def test_the_name_shows_only_when_the_holder_chose_so(world: World, certificate: Certificate) -> None:
    address = f"/verify/{certificate.code}"
    for browser in (world.browser(), world.browser(world.person("agent"))):
        assert NAME not in browser.get(address).text
        assert NAME not in browser.get(f"{address}.json").text
        assert "name" not in browser.get(f"{address}.json").json
    with world.database(), transaction():
        operations.show_name(certificate.id, person_id=certificate.person_id, show=True, now=datetime.now(UTC))
    assert NAME in page(world, certificate.code).text
    assert as_json(world, certificate.code)["name"] == NAME
    with world.database(), transaction():
        operations.show_name(certificate.id, person_id=certificate.person_id, show=False, now=datetime.now(UTC))
    assert NAME not in page(world, certificate.code).text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates SET snapshot = :snapshot WHERE code = :code",
        "UPDATE certificates SET digest = 'x' WHERE code = :code",
        "UPDATE register_acts SET digest = 'x' WHERE act = 'issue'",
        "DELETE FROM register_acts WHERE act = 'issue'",
        "UPDATE certificates SET valid_until = '2090-01-01 00:00:00' WHERE code = :code",
        "UPDATE certificates SET serial = '2026-000099' WHERE code = :code",
    ],
)
def test_an_edited_record_is_not_intact_and_none_of_its_facts_are_shown(
    app: Flask, world: World, certificate: Certificate, statement: str
) -> None:
    import json

    forged = json.dumps(certificate.snapshot | {"federation": {"slug": "here", "name": "Federación falsa"}})
    values = {"code": certificate.code} if ":code" in statement else {}
    tamper(app, statement, **values, **({"snapshot": forged} if ":snapshot" in statement else {}))
    said = as_json(world, certificate.code)
    assert (said["status"], said["valid"], failed(said)) == ("altered", False, ["intact"])
    assert "issuer" not in said
    text = page(world, certificate.code).text
    assert "no es de fiar" in text
    assert "falsa" not in text


def test_even_a_forger_who_counts_the_fingerprint_again_is_found_by_the_registers_own_act(
    app: Flask, world: World, certificate: Certificate
) -> None:
    import json

    from lms.audit import fingerprint

    forged = certificate.snapshot | {"holder": {"name": "Otra persona", "locale": "es"}}
    tamper(
        app,
        "UPDATE certificates SET snapshot = :snapshot, digest = :digest WHERE code = :code",
        snapshot=json.dumps(forged),
        digest=fingerprint(forged),
        code=certificate.code,
    )
    assert failed(as_json(world, certificate.code)) == ["intact"]


def test_an_unknown_code_is_told_so_with_what_to_do(world: World) -> None:
    code = rules.public_code(12345)
    answer = page(world, code)
    assert answer.status_code == 404
    assert "No conocemos" in answer.text
    assert "pregunta a la federación" in answer.text
    answer = world.browser().get(f"/verify/{code}.json")
    assert (answer.status_code, answer.json["error"]) == (404, "unknown-code")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_code_with_a_typing_error_is_told_so(world: World, certificate: Certificate) -> None:
    code = certificate.code
    wrong = code[:4] + ("2" if code[4] != "2" else "3") + code[5:]
    for answer in (page(world, wrong), world.browser().get(f"/verify?code={wrong}")):
        assert answer.status_code == 422
        assert "error al escribirlo" in answer.text
        assert "I, L, O ni U" in answer.text
        assert f'value="{wrong}"' in answer.text
    answer = world.browser().get(f"/verify/{wrong}.json")
    assert (answer.status_code, answer.json["error"]) == (422, "malformed-code")


@pytest.mark.parametrize(
    "typed", ["x", "'; --", "%F0%9F%99%82", "a/b", "../etc/passwd", "0" * 3000, "%3Cscript%3Ealert(1)%3C/script%3E"]
)
def test_odd_input_is_answered_with_a_sentence(world: World, typed: str) -> None:
    answer = world.browser().get(f"/verify?code={typed}")
    assert answer.status_code == 422
    assert "error al escribirlo" in answer.text
    assert "<script>alert" not in answer.text
    assert world.browser().get(f"/verify/{typed}").status_code in (404, 422)
    assert world.browser().get(f"/verify/{typed}.json").status_code in (404, 422)


def test_an_empty_field_is_answered_with_a_sentence(world: World) -> None:
    answer = world.browser().get("/verify?code=++")
    assert (answer.status_code, "Escribe el código" in answer.text) == (422, True)
    assert world.browser().get("/verify").status_code == 200


def test_what_people_type_leads_to_the_page(world: World, certificate: Certificate) -> None:
    typed = rules.grouped(certificate.code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = world.browser().get("/verify", query_string={"code": typed})
    assert answer.location == f"/verify/{certificate.code}"
    assert page(world, rules.grouped(certificate.code)).location == f"/verify/{certificate.code}"
    assert as_json(world, rules.grouped(certificate.code).lower())["valid"] is True


def test_the_address_in_the_qr_leads_to_the_page(world: World, certificate: Certificate) -> None:
    assert world.browser().get(f"/VERIFY/{certificate.code}").location == f"/verify/{certificate.code}"


def test_guessing_is_held_up_and_a_known_code_is_not(world: World, certificate: Certificate) -> None:
    browser = world.browser()
    for _ in range(60):
        assert page(world, certificate.code, browser).status_code == 200
    answers = [page(world, rules.public_code(number), browser).status_code for number in range(40)]
    assert answers[:30] == [404] * 30
    assert answers[30:] == [429] * 10


def test_nothing_of_it_is_indexed_or_kept(world: World, certificate: Certificate) -> None:
    answer = page(world, certificate.code)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    front = world.browser().get("/verify")
    assert "noindex" not in front.text
    assert "X-Robots-Tag" not in front.headers


def test_the_page_takes_one_statement(app: Flask, world: World, certificate: Certificate) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    browser = world.browser()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", hear)
    try:
        assert page(world, certificate.code, browser).status_code == 200
        assert browser.get(f"/verify/{certificate.code}.json").status_code == 200
    finally:
        with app.app_context():
            event.remove(db.engine, "before_cursor_execute", hear)
    assert len(heard) == 2


def test_the_frame_that_visitors_share_carries_nothing_from_one_to_the_next(
    app: Flask, world: World, certificate: Certificate, registrar: UUID
) -> None:
    with world.database(), transaction():
        operations.show_name(certificate.id, person_id=certificate.person_id, show=True, now=datetime.now(UTC))
    other = issued(world, world.person("agent"), registrar, name="Otra Persona", now=datetime.now(UTC))
    for code in (certificate.code, other.code, certificate.code):
        answer = app.test_client().get(f"/verify/{code}")
        assert (NAME in answer.text) == (code == certificate.code)
        assert "[[" not in answer.text
        assert "csrf_token" not in answer.text


def test_a_visitor_gets_no_cookie_and_still_chooses_the_language(
    app: Flask, world: World, certificate: Certificate
) -> None:
    client = app.test_client()
    answers = [client.get(f"/verify/{certificate.code}{query}") for query in ("", "?lang=en", "?lang=xx", "")]
    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None] * 4
    assert ['<html lang="en"' in answer.text for answer in answers] == [False, True, False, False]


def test_who_is_signed_in_sees_their_own_frame_and_visitors_do_not(world: World, certificate: Certificate) -> None:
    browser = world.browser(world.person("agent"))
    assert "Cerrar sesión" in page(world, certificate.code, browser).text
    assert "Cerrar sesión" not in page(world, certificate.code).text


def test_an_address_with_more_in_it_is_no_way_in(world: World, certificate: Certificate) -> None:
    text = world.browser().get(f"/verify/{certificate.code}?x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in text
