"""Passwords: judged by our rules, hashed by Flask-Security."""

from flask_security.utils import hash_password

from lms.people import refusals, rules

FAULTS: dict[rules.Fault, type[refusals.PasswordRefused]] = {
    "short": refusals.PasswordTooShort,
    "long": refusals.PasswordTooLong,
    "personal": refusals.PasswordPersonal,
    "common": refusals.PasswordTooCommon,
}


def check(password: str, *, name: str, email: str) -> None:
    """Raise the refusal that says what is wrong with this password, if anything is."""
    fault = rules.password_fault(password, name=name, email=email)
    if fault is not None:
        raise FAULTS[fault]


def hashed(password: str) -> str:
    """The argon2 hash of a password. Slow on purpose: call it before the transaction's first statement."""
    return hash_password(rules.normal_password(password))
