"""Signing in with another provider's account: what is let in, and every answer that is not."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import func, select, update

from lms import config
from lms.db import db, transaction
from lms.people import queries
from lms.people.entry import provider as providers
from lms.people.entry.models import Identity
from lms.people.models import Federation, Person, SignIn
from tests.people.place import PASSWORD, account, at_once, invited, outbox, sign_in
from tests.people.provider import CLIENT, SECRET, MockProvider, running
from tests.people.test_sign_in import alive, set_up_codes
from tests.statements import counted
from tests.world import Browser, World


@pytest.fixture
def there(world: World) -> Iterator[MockProvider]:
    """A provider for which the app is configured."""
    with running() as one:
        world.app.config.update(OIDC_NAME="Casa", OIDC_ISSUER=one.url, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
        yield one


def way(answer: Any) -> str:
    """Where the page sends to the provider."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    assert found is not None
    return html.unescape(found[1])


def sent_back(one: MockProvider, address: str) -> dict[str, str]:
    """What the provider sends a person back with."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    back = urlsplit(one.authorize(query))
    assert back.path == "/sign-in/return"
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def arrive(browser: Browser, brought: dict[str, str]) -> Any:
    """Come back: the page, then what it sends on."""
    assert browser.get("/sign-in/return", query_string=brought).status_code == 200
    return browser.post("/sign-in/return", brought)


def go(browser: Browser, one: MockProvider, start: str = "/sign-in/provider", **form: str) -> Any:
    """To the provider and back."""
    return arrive(browser, sent_back(one, way(browser.post(start, form))))


def connected(world: World, one: MockProvider, email: str = "ana@demo.test", *roles: str) -> UUID:
    """A person who has connected their account of the provider."""
    person = account(world, email, *(roles or ("agent",)))
    with world.database(), transaction() as session:
        session.add(Identity(person_id=person, issuer=one.url, subject=one.subject, connected_at=datetime.now(UTC)))
    return person


def sign_ins(world: World) -> int:
    with world.database() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_who_has_connected_an_account_signs_in_with_it(world: World, there: MockProvider) -> None:
    connected(world, there)
    browser = world.browser()
    assert "Entrar con Casa" in browser.get("/login").text
    assert go(browser, there, next="/account").location == "/account"
    assert alive(browser)


def test_what_is_asked_of_the_provider_is_a_code_with_pkce_state_and_nonce(world: World, there: MockProvider) -> None:
    asked = parse_qs(urlsplit(way(world.browser().post("/sign-in/provider"))).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/return"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32


def test_without_a_provider_nothing_of_it_is_there(world: World) -> None:
    browser = world.browser(world.person("agent"))
    assert "Con tu cuenta de" not in world.browser().get("/login").text
    assert browser.get("/account/ways-in").status_code == 200
    assert "Conectar" not in browser.get("/account/ways-in").text
    for address in ("/sign-in/provider", "/account/ways-in/connect", "/account/confirm/provider", "/sign-in/return"):
        assert browser.post(address).status_code == 404
    assert browser.get("/sign-in/return").status_code == 404


HOUR = 3600
WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"claims": {"nonce": "of-another-errand"}},
    "no nonce": {"claims": {"nonce": None}},
    "issuer": {"claims": {"iss": "https://elsewhere.test"}},
    "no issuer": {"claims": {"iss": None}},
    "audience": {"claims": {"aud": "another-client"}},
    "audience among others": {"claims": {"aud": [CLIENT, "another-client"]}},
    "party": {"claims": {"azp": "another-client"}},
    "no audience": {"claims": {"aud": None}},
    "expired": {"claims": {"exp": 1_700_000_000}},
    "no end": {"claims": {"exp": None}},
    "of the future": {"claims": {"iat": 4_000_000_000}},
    "no subject": {"claims": {"sub": None}},
    "odd subject": {"claims": {"sub": 7}},
    "long subject": {"claims": {"sub": "s" * 256}},
    "signature": {"algorithm": "another key"},
    "unsigned": {"algorithm": "none"},
    "shared secret": {"algorithm": "HS256"},
    "no token": {"says": b'{"access_token": "x", "token_type": "Bearer"}'},
    "not JSON": {"says": b"<html>"},
    "a list": {"says": b"[]"},
    "not a token": {"says": b'{"access_token": "x", "token_type": "Bearer", "id_token": "a.b"}'},
    "odd type": {"says": b'{"access_token": "x", "token_type": "Bearer", "id_token": 7}'},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_answer_gets_a_sentence_and_signs_nobody_in(world: World, there: MockProvider, fault: str) -> None:
    connected(world, there)
    for name, value in WRONG[fault].items():
        setattr(there, name, value)
    browser, before = world.browser(), sign_ins(world)
    answer = go(browser, there)
    assert answer.status_code == 422
    assert "no es válida" in answer.text
    assert not alive(browser)
    assert sign_ins(world) == before


def test_a_good_answer_with_another_kind_of_key_is_taken(world: World, there: MockProvider) -> None:
    connected(world, there)
    there.algorithm = "ES256"
    assert go(world.browser(), there).status_code == 302


def test_a_provider_that_has_turned_its_keys_is_believed(world: World, there: MockProvider) -> None:
    connected(world, there)
    go(world.browser(), there)
    there.turn_key()
    assert go(world.browser(), there).status_code == 302


def test_a_code_that_comes_twice_opens_once(world: World, there: MockProvider) -> None:
    connected(world, there)
    browser = world.browser()
    brought = sent_back(there, way(browser.post("/sign-in/provider")))
    kept = browser.client.get_cookie("entrepares")
    assert kept is not None
    assert arrive(browser, brought).status_code == 302
    again = browser.post("/sign-in/return", brought)
    assert "ya se usó" in again.text or again.status_code == 400
    thief = world.browser()  # with everything that the browser had kept before it came back
    thief.client.set_cookie("entrepares", kept.value)
    refused = thief.post("/sign-in/return", brought)
    assert refused.status_code == 422
    assert "no ha dado permiso" in refused.text
    assert not alive(thief)


def test_an_answer_to_another_browser_is_refused(world: World, there: MockProvider) -> None:
    connected(world, there)
    brought = sent_back(there, way(world.browser().post("/sign-in/provider")))
    victim = world.browser()
    for begin in (lambda: None, lambda: victim.post("/sign-in/provider")):
        begin()
        answer = arrive(victim, brought)
        assert answer.status_code == 422
        assert "este navegador" in answer.text
        assert not alive(victim)
    assert "POST /token" not in there.asked


def test_an_answer_that_comes_too_late_is_refused(
    world: World, there: MockProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(world, there)
    browser = world.browser()
    brought = sent_back(there, way(browser.post("/sign-in/provider")))
    monkeypatch.setattr(providers, "LASTS", timedelta(seconds=-1))
    assert "este navegador" in arrive(browser, brought).text


def test_an_answer_that_names_another_issuer_is_refused(world: World, there: MockProvider) -> None:
    connected(world, there)
    browser = world.browser()
    brought = sent_back(there, way(browser.post("/sign-in/provider"))) | {"iss": "https://elsewhere.test"}
    assert arrive(browser, brought).status_code == 422
    assert "POST /token" not in there.asked


def test_who_says_no_there_reads_a_sentence_here(world: World, there: MockProvider) -> None:
    browser = world.browser()
    brought = sent_back(there, way(browser.post("/sign-in/provider")))
    answer = arrive(browser, {"state": brought["state"], "error": "access_denied"})
    assert answer.status_code == 422
    assert "no ha dado permiso" in answer.text


def test_a_provider_that_is_down_or_slow_or_broken_gets_a_sentence(
    world: World, there: MockProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(world, there)
    monkeypatch.setattr(providers, "PATIENCE", 0.2)
    browser = world.browser()
    there.hangs.set()
    assert "no responde ahora" in browser.post("/sign-in/provider").text
    there.hangs.clear()
    brought = sent_back(there, way(browser.post("/sign-in/provider")))
    there.hangs.set()
    answer = arrive(browser, brought)
    assert answer.status_code == 503
    assert "no responde ahora" in answer.text
    there.hangs.clear()
    there.status = 500
    assert go(browser, there).status_code in (422, 503)
    world.app.config["OIDC_ISSUER"] = "http://127.0.0.1:9"
    assert "no responde ahora" in browser.post("/sign-in/provider").text
    assert sign_ins(world) == 0


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://elsewhere.test"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_nothing_is_asked_of_an_address_that_is_not_the_issuers_or_secure(
    world: World, there: MockProvider, description: dict[str, Any]
) -> None:
    connected(world, there)
    there.description = description
    browser = world.browser()
    answer = browser.post("/sign-in/provider")
    if answer.status_code == 200:
        answer = arrive(browser, sent_back(there, way(answer)))
    assert answer.status_code == 422
    assert "no es válida" in answer.text
    assert sign_ins(world) == 0


def test_what_a_request_names_is_never_asked(world: World, there: MockProvider) -> None:
    with running() as trap:
        form = {"issuer": trap.url, "iss": trap.url, "next": trap.url, "redirect_uri": trap.url, "code": "x"}
        world.browser().post("/sign-in/provider", form)
        world.browser().post("/sign-in/return", form)
        assert trap.asked == []


def test_coming_back_leads_nowhere_else(world: World, there: MockProvider) -> None:
    connected(world, there)
    assert go(world.browser(), there, next="https://evil.test/").location == "/"


def test_the_page_of_the_return_changes_nothing_and_repeats_nothing_raw(world: World, there: MockProvider) -> None:
    with counted() as statements:
        page = world.browser().get("/sign-in/return", query_string={"code": '"><script>', "state": "s"})
    assert "<script>" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert not [one for one in statements if one.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_link_cannot_sign_anybody_in(world: World, there: MockProvider) -> None:
    """Somebody else's code in a link: the victim's browser began nothing, and the link itself does nothing."""
    connected(world, there)
    victim = world.browser()
    brought = sent_back(there, way(world.browser().post("/sign-in/provider")))
    victim.get("/sign-in/return", query_string=brought)
    assert not alive(victim)
    assert victim.client.post("/sign-in/return", data=brought).status_code == 400  # without the form's token


# ---- accounts and e-mails


def test_an_account_is_never_found_by_its_e_mail(world: World, there: MockProvider) -> None:
    account(world, "ana@demo.test", "agent")
    there.claims = {"email": "ana@demo.test", "email_verified": True}
    answers = []
    for email in ("ana@demo.test", "nadie@demo.test"):
        there.claims = {"email": email, "email_verified": True}
        answers.append(go(world.browser(), there))
    assert [answer.status_code for answer in answers] == [422, 422]
    strip = re.compile(r'name="csrf_token"[^>]*')
    assert strip.sub("", answers[0].text) == strip.sub("", answers[1].text)
    assert "no está conectada" in answers[0].text


def test_a_closed_account_reads_like_one_that_was_never_connected(world: World, there: MockProvider) -> None:
    person = connected(world, there)
    with world.database(), transaction():
        db.session.execute(update(Person).where(Person.id == person).values(active=False))
    assert "no está conectada" in go(world.browser(), there).text


def test_a_person_connects_an_account_and_is_told(world: World, there: MockProvider) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    assert "Conectar" in browser.get("/account/ways-in").text
    assert go(browser, there, "/account/ways-in/connect").location == "/account/ways-in"
    assert "Conectada" in browser.get("/account/ways-in").text
    assert "formas de entrar" in outbox(world.app)[-1].subject
    other = world.browser()
    go(other, there)
    assert alive(other)


def test_connecting_asks_again_who_one_is_when_that_was_long_ago(world: World, there: MockProvider) -> None:
    browser = world.browser(world.person("agent"), confirmed_at=datetime.now(UTC) - timedelta(hours=2))
    assert browser.post("/account/ways-in/connect").location.startswith("/account/confirm")
    assert "Confirmar que soy yo" in browser.get("/account/ways-in").text


def test_connecting_asks_for_the_second_factor_of_who_has_one(world: World, there: MockProvider) -> None:
    person = account(world, "ana@demo.test", "agent")
    set_up_codes(sign_in(world, "ana@demo.test")[0])
    with world.database() as session:
        uniquifier = session.get(Person, person).fs_uniquifier
    browser = world.browser(person, second_factor=False)
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = uniquifier
    assert browser.post("/account/ways-in/connect").location == "/account/second-factor"


def test_an_account_of_the_provider_belongs_to_one_person(world: World, there: MockProvider) -> None:
    connected(world, there, "ana@demo.test")
    account(world, "eva@demo.test", "agent")
    browser, _ = sign_in(world, "eva@demo.test")
    answer = go(browser, there, "/account/ways-in/connect")
    assert "con otra cuenta de aquí" in answer.text
    there.subject = "subject-2"
    go(browser, there, "/account/ways-in/connect")
    there.subject = "subject-3"
    assert "Desconéctala antes" in go(browser, there, "/account/ways-in/connect").text


def test_whoever_signed_in_meanwhile_is_not_connected_with_somebody_elses_errand(
    world: World, there: MockProvider
) -> None:
    for email in ("ana@demo.test", "eva@demo.test"):
        account(world, email, "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    brought = sent_back(there, way(browser.post("/account/ways-in/connect")))
    other, _ = sign_in(world, "eva@demo.test")
    with other.client.session_transaction() as hers, browser.client.session_transaction() as cookie:
        cookie.update({name: hers[name] for name in ("sign_in", "_user_id")})
    assert alive(browser)
    assert arrive(browser, brought).status_code == 422
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0


def test_of_two_who_connect_the_same_account_at_once_one_does(world: World, there: MockProvider) -> None:
    from lms.people.entry import operations

    people = [account(world, f"p{n}@demo.test", "agent") for n in range(4)]
    claim = providers.Claim(there.url, "s", None)

    def connect(person: UUID) -> Any:
        return lambda: operations.connect(person, claim, provider="Casa", now=datetime.now(UTC))

    done = at_once(world, *(connect(person) for person in people))
    assert sorted(str(one) for one in done) == ["None", *["provider-connected-elsewhere"] * 3]


def test_a_person_disconnects_and_that_account_opens_nothing(world: World, there: MockProvider) -> None:
    connected(world, there)
    browser, _ = sign_in(world, "ana@demo.test")
    with world.database() as session:
        identity = session.scalar(select(Identity.id))
    assert browser.post(f"/account/ways-in/{identity}/disconnect").location == "/account/ways-in"
    assert "no está conectada" in go(world.browser(), there).text


def test_the_last_way_in_is_never_disconnected(world: World, there: MockProvider) -> None:
    person = connected(world, there)
    with world.database(), transaction() as session:
        session.execute(update(Person).where(Person.id == person).values(password=None))
        identity = session.scalar(select(Identity.id))
    browser = world.browser()
    go(browser, there)
    browser.post(f"/account/ways-in/{identity}/disconnect")
    assert "única forma de entrar" in browser.get("/account/ways-in").text
    other = world.browser()
    go(other, there)
    assert alive(other)


def test_the_identity_of_somebody_else_is_not_there(world: World, there: MockProvider) -> None:
    connected(world, there)
    with world.database() as session:
        identity = session.scalar(select(Identity.id))
    account(world, "eva@demo.test", "agent")
    browser, _ = sign_in(world, "eva@demo.test")
    assert browser.post(f"/account/ways-in/{identity}/disconnect").status_code == 404


# ---- second factor, and proving again


def test_a_code_of_ones_own_is_still_asked_for(world: World, there: MockProvider) -> None:
    connected(world, there)
    totp = set_up_codes(sign_in(world, "ana@demo.test")[0])
    there.claims = {"amr": ["mfa", "otp"], "acr": "high"}
    browser = world.browser()
    answer = go(browser, there)
    assert answer.location.startswith("/tf-validate")
    assert not alive(browser)
    code = pyotp.TOTP(totp.secret).at(datetime.now(UTC) + timedelta(seconds=30))
    assert browser.post(answer.location, {"code": code}).status_code == 302
    assert alive(browser)


def test_a_role_that_owes_a_second_factor_owes_it_still(world: World, there: MockProvider) -> None:
    connected(world, there, "rosa@demo.test", "registrar")
    with world.database(), transaction():
        db.session.execute(update(Federation).values(second_factor_waived=False))
    there.claims = {"amr": ["mfa"]}
    browser = world.browser()
    go(browser, there)
    assert browser.get("/people").location.startswith("/account/second-factor")


def test_who_has_no_password_confirms_with_the_provider_and_then_chooses_one(world: World, there: MockProvider) -> None:
    person = connected(world, there)
    with world.database(), transaction():
        db.session.execute(update(Person).where(Person.id == person).values(password=None))
    browser = world.browser()
    go(browser, there)
    with world.database(), transaction():
        db.session.execute(update(SignIn).values(confirmed_at=datetime.now(UTC) - timedelta(hours=2)))
    asked = browser.get("/account/confirm?next=/change")
    assert "Confirmar con Casa" in asked.text
    start = "/account/confirm/provider?next=/change"
    there.claims = {"auth_time": 1_700_000_000}
    assert go(browser, there, start).status_code == 422
    there.claims = {}
    assert go(browser, there, start).location == "/change"
    form = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert browser.post("/change", form).location == "/account"
    assert sign_in(world, "ana@demo.test")[1].status_code == 302


def test_nobody_confirms_with_an_account_that_is_not_theirs(world: World, there: MockProvider) -> None:
    connected(world, there)
    browser, _ = sign_in(world, "ana@demo.test")
    there.subject = "subject-2"
    assert "otra cuenta" in go(browser, there, "/account/confirm/provider").text


# ---- invitations


def test_an_invitation_is_accepted_with_the_provider_instead_of_a_password(world: World, there: MockProvider) -> None:
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    browser = world.browser()
    assert "cuenta de Casa" in browser.get(f"/welcome/{token}").text
    answer = go(browser, there, f"/welcome/{token}/provider", name="Nadia")
    assert answer.location == "/account/consent"
    with world.database():
        person = queries.person_at("nueva@demo.test")
        assert person is not None
        assert (person.name, person.password) == ("Nadia", None)
        assert queries.roles_of(person.id, world.here) == {"agent"}
    again = world.browser()
    go(again, there)
    assert alive(again)


def test_an_invitation_for_an_address_with_an_account_is_never_joined_to_the_provider(
    world: World, there: MockProvider
) -> None:
    account(world, "ana@demo.test", "agent")
    _, token = invited(world, "ana@demo.test", "senior", now=datetime.now(UTC))
    answer = go(world.browser(), there, f"/welcome/{token}/provider")
    assert answer.status_code == 422
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0


def test_an_account_of_the_provider_that_is_somebodys_does_not_take_anothers_invitation(
    world: World, there: MockProvider
) -> None:
    connected(world, there, "ana@demo.test")
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    assert "otro correo" in go(world.browser(), there, f"/welcome/{token}/provider").text
    with world.database():
        assert queries.person_at("nueva@demo.test") is None


def test_a_dead_invitation_sends_nobody_to_the_provider(world: World, there: MockProvider) -> None:
    assert world.browser().post("/welcome/nothing/provider").location == "/welcome/nothing"
    assert there.asked == []


# ---- throttling and settings


def test_coming_back_with_guesses_is_throttled(world: World, there: MockProvider) -> None:
    browser = world.browser()
    answers = [browser.post("/sign-in/return", {"state": "x", "code": "y"}).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    elsewhere = world.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.post("/sign-in/return", {"state": "x"}).status_code == 422


@pytest.mark.parametrize(
    "given", [{"OIDC_ISSUER": "https://casa.test"}, {"OIDC_NAME": "Casa"}, {"OIDC_ISSUER": "http://casa.test"}]
)
def test_a_provider_is_configured_wholly_and_over_tls_or_not_at_all(given: dict[str, str], tmp_path: Any) -> None:
    whole = {"OIDC_NAME": "Casa", "OIDC_CLIENT_ID": "c", "OIDC_CLIENT_SECRET": "s"} if "http:" in str(given) else {}
    with pytest.raises(SystemExit):
        config.load({"LMS_HOME": tmp_path, **whole, **given})
