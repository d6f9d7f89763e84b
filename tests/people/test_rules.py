"""Decisions about people, without a database."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from lms.people import rules
from lms.policy import ROLES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ana@Demo.TEST ", "ana@demo.test"), ("ａna@demo.test", "ana@demo.test"), ("ana@demo.test", "ana@demo.test")],
)
def test_an_address_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert rules.normal_email(typed) == kept


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("corta", "short"),
        ("once letras"[:11], "short"),
        ("x" * 257, "long"),
        ("mi amiga Mariana 1971", "personal"),
        ("MARIÁNA siempre gana", "personal"),
        ("soy de lopez.vera y mas", "personal"),
        ("password1234", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("qwertyuiop12", "common"),
        ("cuatro sillas verdes", None),
        ("ñandú-brújula-tejado", None),
    ],
)
def test_a_password_is_judged(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, name="Mariana López", email="lopez.vera@demo.test") == fault


def test_short_words_of_a_name_do_not_forbid_a_password() -> None:
    assert rules.password_fault("cuatro sillas verdes", name="Ana de la O", email="a@b.test") is None


def test_judging_the_longest_password_is_quick_enough_to_not_be_a_weapon() -> None:
    began = process_time()
    rules.password_fault("ab1" * 85, name="", email="a@b.test")
    assert process_time() - began < 2


@pytest.mark.parametrize(
    ("accepted", "withdrawn", "seconds_left", "state"),
    [
        (False, False, 1, "waiting"),
        (False, False, 0, "expired"),
        (True, False, -1, "accepted"),
        (False, True, 1, "withdrawn"),
        (True, True, 1, "accepted"),
    ],
)
def test_an_invitation_is_worth_what_happened_to_it(
    accepted: bool, withdrawn: bool, seconds_left: int, state: str
) -> None:
    expires_at = NOW + timedelta(seconds=seconds_left)
    assert rules.invitation_state(accepted=accepted, withdrawn=withdrawn, expires_at=expires_at, now=NOW) == state


def test_only_an_admin_invites_those_who_decide() -> None:
    assert rules.invitable({"admin"}, ROLES) == list(ROLES)
    assert not rules.GUARDED_ROLES & set(rules.invitable({"registrar"}, ROLES))
    assert "agent" in rules.invitable({"registrar"}, ROLES)
    assert rules.invitable({"agent", "senior"}, ROLES) == []


def test_a_device_is_named_by_what_its_owner_knows() -> None:
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    assert rules.device_name(agent) == "Chrome · Android"
    assert rules.device_name("curl/8") == ""
