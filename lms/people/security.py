"""Flask-Security: passwords, second factor, recovery codes, passkeys, reset. Sessions and permissions are ours."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, after_this_request, current_app, g, request, session, url_for
from flask_login import user_logged_out
from flask_login.utils import _user_context_processor
from flask_security import (
    Security,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from flask_security.utils import set_request_attr
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect

from lms import access, audit, clock, jobs
from lms import db as database
from lms.db import db
from lms.pages import own_page
from lms.people import rules, same_drawing, sessions, throttle
from lms.people.adapters import Codes, Mails, Passkeys, Passwords, People, commit_later
from lms.people.messages import operations as messages
from lms.people.models import Passkey, Person, Role
from lms.people.security_forms import FORMS
from lms.people.security_texts import MESSAGES, OurDomain
from lms.people.trail import doors

COSTS = {
    "normal": {},
    # For tests and load: the same scheme, at its lowest cost.
    "cheap": {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1},
}
# What changes or shows a second factor. Whoever has one must have used it in this session.
FACTOR_ENDPOINTS = {
    f"security.{name}"
    for name in (
        "two_factor_setup", "two_factor_setup_validate", "mf_recovery_codes",
        "wan_register", "wan_register_response", "wan_delete",
    )
}  # fmt: skip


def settings(app: Flask) -> dict[str, Any]:
    """Flask-Security's settings; each name without its prefix."""
    secret = app.config["SECRET_KEY"]
    return {
        "PASSWORD_SALT": secret[::-1],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_HASH_OPTIONS": {},
        "PASSWORD_HASH_PASSLIB_OPTIONS": COSTS[app.config["PASSWORD_COST"]],
        "PASSWORD_LENGTH_MIN": rules.PASSWORD_SHORTEST,
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": rules.normal_email, "case_insensitive": False}}],
        "RETURN_GENERIC_RESPONSES": True,
        "JOIN_USER_ROLES": False,
        "REGISTERABLE": False,
        "CONFIRMABLE": False,
        "TRACKABLE": False,
        "RECOVERABLE": True,
        # Its default takes half a second, which would tell that an address has an account.
        "HASHING_SCHEMES": ["hex_sha512"],
        "DEPRECATED_HASHING_SCHEMES": [],
        "RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "CHANGEABLE": True,
        "POST_CHANGE_VIEW": "account.overview",
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "account.second_factor",
        "TOTP_SECRETS": {"1": secret},
        "TOTP_ISSUER": app.config["SITE_NAME"],
        "MULTI_FACTOR_RECOVERY_CODES": True,
        # A dump of the database opens no account.
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            base64.urlsafe_b64encode(hashlib.sha256(f"recovery codes:{secret}".encode()).digest())
        ],
        "WEBAUTHN": True,
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_POST_REGISTER_VIEW": "account.second_factor",
        "WAN_RP_NAME": app.config["SITE_NAME"],
        "FRESHNESS": access.FRESH,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "VERIFY_URL": "/reauthenticate",
        "WAN_VERIFY_URL": "/reauthenticate-passkey",
        "LOGOUT_METHODS": ["POST"],
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "DATETIME_FACTORY": clock.now,
        "API_ENABLED_METHODS": ["session"],
        "CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "EMAIL_PLAINTEXT": False,
        "EMAIL_HTML": False,
        **{f"MSG_{key}": message for key, message in MESSAGES.items()},
    }


def init_app(app: Flask) -> None:
    """Attach Flask-Security, with our session rows under it and without its per-request user loading."""
    app.config |= {f"SECURITY_{name}": value for name, value in settings(app).items()}
    app.config["SESSION_PROTECTION"] = None
    datastore = People(db.session, Person, Role, webauthn_model=Passkey)  # type: ignore[arg-type]
    security: Any = Security(
        app,
        datastore,
        password_util_cls=Passwords,
        mail_util_cls=Mails,
        webauthn_util_cls=Passkeys,
        totp_cls=Codes,
        **FORMS,
    )
    security.i18n_domain = OurDomain(app)
    security.want_json(lambda _request: False)
    security.reauthn_handler(lambda _within, _grace: redirect(_confirm_address()))
    # Flask-Principal would load the person on each request; permissions are lms.policy's.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    # Flask-Login's would load the person for each template; ours ask for the actor.
    app.template_context_processors[None].remove(_user_context_processor)
    app.after_request_funcs[None].remove(app.login_manager._update_remember_cookie)  # type: ignore[attr-defined]
    app.login_manager.user_loader(_load_person)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    for endpoint, view in {"verify": _confirm, "wan_verify": _confirm, "wan_verify_response": _gone}.items():
        app.view_functions[f"security.{endpoint}"] = view
    app.view_functions["security.two_factor_rescue"] = _gone
    checked = "security.two_factor_setup_validate"
    app.view_functions[checked] = same_drawing.kept(app.view_functions[checked])
    throttle.init_app(app)
    doors.init_app(app)
    app.view_functions["security.forgot_password"] = _blind(app.view_functions["security.forgot_password"])
    app.before_request(_prepare)
    app.after_request(_stay_here)
    app.after_request(sessions.note_seen)
    app.teardown_request(_done_writing)
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    for signal in (password_changed, password_reset):
        signal.connect(_password_changed, app)
    for signal in (tf_profile_changed, tf_disabled, wan_registered, wan_deleted):
        signal.connect(_factor_changed, app)
    app.extensions["lms_set_locale"] = sessions.set_locale


def _ours() -> bool:
    return bool(request.endpoint and request.endpoint.startswith("security."))


def _prepare() -> Any:
    """What writes begins as a writer; JSON is not spoken; a second factor is changed only by who has used it."""
    if not _ours():
        return None
    if request.is_json:
        raise BadRequest("forms only")
    if request.method == "POST":
        database.commit()  # closes the snapshot in which the actor was read
        g.writing = database.begin_writing()
    unproven = request.endpoint in FACTOR_ENDPOINTS and g.actor is not None and not g.actor.second_factor
    if unproven and sessions.has_second_factor(sessions.current_person()):
        return redirect(url_for("account.second_factor"))
    return None


def _done_writing(_error: BaseException | None) -> None:
    if token := g.pop("writing", None):
        database.end_writing(token)


def _stay_here(response: Any) -> Any:
    """No redirect of these pages leaves the site, whatever `next` said."""
    if _ours() and response.location:
        host = request.host_url.rstrip("/")
        response.location = own_page(response.location.removeprefix(host) or "/")
    return response


def _confirm_address() -> str:
    back = request.full_path.rstrip("?") if request.method == "GET" else url_for("account.second_factor")
    return url_for("account.confirm", next=request.args.get("next") or back)


def _confirm(**_more: Any) -> Any:
    return redirect(url_for("account.confirm", next=own_page(request.args.get("next"))))


def _blind(view: Callable[[], Any]) -> Callable[[], Any]:
    """Do for an unknown address what is done for a known one, with a job for nobody: the same work, the same time."""

    def forgot_password() -> Any:
        answer = view()
        if request.method == "POST" and not g.get("reset_asked"):
            jobs.add("mail.reset", clock.now(), person=uuid4())
            after_this_request(commit_later)
        return answer

    return forgot_password


def _gone(**_more: Any) -> Any:
    raise NotFound


def _load_person(uniquifier: str) -> Person | None:
    """The person who acts; asked for by Flask-Security's own pages only."""
    if g.get("actor") is None:
        return None
    person = sessions.current_person()
    if person.fs_uniquifier != uniquifier:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", g.actor.confirmed_at.timestamp())
    return person


def _signed_in(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: Any) -> None:
    """A new session row. Flask-Security names no means (None) only where a second factor has just been given."""
    hours = int(current_app.config["SESSION_HOURS"])
    second = authn_via is None or "webauthn" in authn_via
    if authn_via == ["change"] and g.actor is not None:
        second = g.actor.second_factor
    sessions.begin(user, clock.now(), second_factor=second, hours=hours)


def _signed_out(_app: Flask, user: Person | None = None, **_more: Any) -> None:
    sign_in = session.pop("sign_in", None)
    session["left"] = True  # so that a phone which keeps something is told that they left, on purpose
    if sign_in is not None and user is not None:
        sessions.end(UUID(sign_in), user.id, clock.now())
        database.commit()


def _password_changed(_app: Flask, user: Person, **_more: Any) -> None:
    """Whoever else had the old password is out."""
    now = clock.now()
    kept = session.get("sign_in")
    sessions.end_others(user.id, UUID(kept) if kept else None, now)
    audit.record("password.change", f"person:{user.id}", federation_id=None, actor_id=user.id, now=now)


def _factor_changed(_app: Flask, user: Any, method: str | None = None, name: str | None = None, **_more: Any) -> None:
    """Note it, tell the owner, and let the session that proved a new factor count as having used it."""
    now = clock.now()
    if g.actor is not None and (method or (name and request.endpoint == "security.wan_register_response")):
        sessions.raise_to_second_factor(g.actor.sign_in_id)
    audit.record(
        "factor.change", f"person:{user.id}", federation_id=None, actor_id=user.id, now=now, how=request.endpoint
    )
    messages.tell(user.id, "factor-changed", federation_id=None, now=now)
