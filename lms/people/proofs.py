"""Proving again who one is: the password, and the code of those who use an authenticator."""

from flask import current_app
from flask_security.utils import verify_password

from lms.people import rules
from lms.people.models import Person
from lms.people.refusals import CodeWrong, PasswordWrong


def uses_codes(person: Person) -> bool:
    """Whether this person has set up an authenticator."""
    return bool(person.tf_totp_secret and person.tf_primary_method)


def check_password(person: Person, password: str) -> None:
    """Raises PasswordWrong. Slow on purpose: call it outside transactions."""
    if not person.password or not verify_password(rules.normal_password(password), person.password):
        raise PasswordWrong


def check_code(person: Person, code: str | None) -> bool:
    """Whether a second factor took part: the code of who uses one, which opens once. Call inside `transaction()`.

    Raises CodeWrong.
    """
    if not uses_codes(person):
        return False
    factory = current_app.extensions["security"].totp_factory
    digits = (code or "").replace(" ", "")
    if not factory.verify_totp(token=digits, totp_secret=person.tf_totp_secret, user=person, window=120):
        raise CodeWrong
    return True
