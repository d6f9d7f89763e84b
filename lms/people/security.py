"""Flask-Security: passwords, second factor, recovery codes, passkeys, reset. Sessions and permissions are ours."""

from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore, user_authenticated

from lms import clock
from lms.db import db
from lms.people import sessions
from lms.people.models import Passkey, Person, Role

COSTS = {
    "normal": {},
    # For tests and load: the same scheme, at its lowest cost.
    "cheap": {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1},
}
SECOND_FACTORS = {"authenticator", "code", "webauthn", "mf_recovery_code"}


def settings(app: Flask) -> dict[str, Any]:
    """Flask-Security's settings; each name without its prefix."""
    secret = app.config["SECRET_KEY"]
    return {
        "PASSWORD_SALT": secret[::-1],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_HASH_OPTIONS": {},
        "PASSWORD_HASH_PASSLIB_OPTIONS": COSTS[app.config["PASSWORD_COST"]],
        "PASSWORD_LENGTH_MIN": 12,
        "RETURN_GENERIC_RESPONSES": True,
        "REGISTERABLE": False,
        "CONFIRMABLE": False,
        "TRACKABLE": False,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TOTP_SECRETS": {"1": secret},
        "TOTP_ISSUER": app.config["SITE_NAME"],
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "WEBAUTHN": True,
        "VERIFY_URL": "/reauthenticate",
        "WAN_VERIFY_URL": "/reauthenticate-passkey",
        "LOGOUT_METHODS": ["POST"],
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "DATETIME_FACTORY": clock.now,
        "API_ENABLED_METHODS": ["session"],
        "CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "STATIC_FOLDER": None,
    }


def init_app(app: Flask) -> None:
    """Attach Flask-Security, with our session rows under it and without its per-request user loading."""
    app.config |= {f"SECURITY_{name}": value for name, value in settings(app).items()}
    app.config["SESSION_PROTECTION"] = None
    datastore = SQLAlchemySessionUserDatastore(db.session, Person, Role, webauthn_model=Passkey)
    security: Any = Security(app, datastore)
    # Flask-Principal would load the person on each request; permissions are lms.policy's.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.login_manager.user_loader(_load_person)  # type: ignore[attr-defined]
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)


def _load_person(uniquifier: str) -> Person | None:
    """The person whom the actor's statement has already brought."""
    person = g.get("person")
    return person if person is not None and person.fs_uniquifier == uniquifier else None


def _signed_in(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: Any) -> None:
    hours = int(current_app.config["SESSION_HOURS"])
    second = not SECOND_FACTORS.isdisjoint(authn_via or [])
    sessions.begin(user, clock.now(), second_factor=second, hours=hours)


def _signed_out(_app: Flask, user: Person | None = None, **_more: Any) -> None:
    sign_in = session.pop("sign_in", None)
    if sign_in is not None and user is not None:
        sessions.end(UUID(sign_in), user.id, clock.now())
        db.session.commit()
