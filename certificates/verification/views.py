"""Public verification: whoever has a code learns whether the certificate holds, and no more than that.

Nothing is kept of who looked. The actor costs a statement only where somebody is signed in.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from certificates.register import rules
from certificates.verification import frame, queries, throttle, words
from certificates.verification.queries import Answer, Malformed, Unknown
from lms import clock, i18n
from lms.errors import Refusal
from lms.policy import declares

blueprint = Blueprint("verification", __name__, template_folder="templates")


class Empty(Refusal):
    """Nothing was typed."""

    code = "empty-code"
    sentence = _l("Escribe el código del certificado.")


def _fresh(answer: Any, status: int = 200) -> Response:
    """An answer that nobody keeps: a revocation shows at once."""
    response = answer if isinstance(answer, Response) else Response(answer, content_type="text/html; charset=utf-8")
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(typed: str = "", refusal: Refusal | None = None, status: int = 200) -> Response:
    return _fresh(render_template("verification/form.html", typed=typed[:60], refusal=refusal), status)


def _answer(code: str) -> Answer:
    """What there is to say of a code. Raises Malformed, Unknown, TooManyRequests."""
    throttle.ask()
    try:
        return queries.answer(code, clock.now(), i18n.current())
    except (Malformed, Unknown):
        throttle.missed()
        raise


@blueprint.get("/verify")
@declares("certificate.verify")
def form() -> Any:
    """One field; a code leads to its page."""
    typed = request.args.get("code")
    if typed is None:
        return _form()
    code = rules.normalise(typed)
    throttle.ask()
    if not rules.well_formed(code):
        throttle.missed()
        return _form(typed, Malformed() if code else Empty(), 422)
    return _fresh(redirect(url_for("verification.page", code=code)), 302)


@blueprint.get("/verify/<code>")
@declares("certificate.verify")
def page(code: str) -> Any:
    """The named checks of a certificate."""
    kept = rules.normalise(code)
    if kept != code and rules.well_formed(kept):
        return _fresh(redirect(url_for("verification.page", code=kept)), 302)
    try:
        answer = _answer(kept)
    except (Malformed, Unknown) as refusal:
        return _form(code, refusal, refusal.status)
    locale = i18n.current()
    said = words.words(locale)
    tone, headline, meaning = said.verdict(answer.status)
    return _fresh(
        frame.page(
            headline,
            "verification/answer.html",
            locale,
            answer=answer,
            code=rules.grouped(kept),
            w=said.labels,
            another=url_for("verification.form"),
            tone=tone,
            headline=headline,
            meaning=meaning,
            valid_from=answer.valid_from and words.day(answer.valid_from, locale),
            valid_until=answer.valid_until and words.day(answer.valid_until, locale),
            hours=answer.minutes and i18n.hours(answer.minutes),
            sentences=[(check.ok, said.sentence(check)) for check in answer.checks],
        )
    )


@blueprint.get("/verify/<code>.json")
@declares("certificate.verify")
def as_json(code: str) -> Response:
    """The same, for programs: {code, status, valid, checks: [{name, ok, message}], issuer, type, serial, valid_from,
    valid_until?, course_minutes?, name?}; facts are left out where the record was altered."""
    kept = rules.normalise(code)
    try:
        answer = _answer(kept)
    except (Malformed, Unknown) as refusal:
        return _fresh(jsonify(error=refusal.code, message=str(refusal)), refusal.status)
    sentence = words.words(i18n.current()).sentence
    said: dict[str, Any] = {
        "code": kept,
        "status": answer.status,
        "valid": all(check.ok for check in answer.checks),
        "checks": [{"name": one.name, "ok": one.ok, "message": sentence(one)} for one in answer.checks],
    }
    facts = {
        "issuer": answer.issuer,
        "type": answer.type,
        "serial": answer.serial,
        "valid_from": answer.valid_from and answer.valid_from.isoformat(),
        "valid_until": answer.valid_until and answer.valid_until.isoformat(),
        "course_minutes": answer.minutes,
        "name": answer.name,
    }
    return _fresh(jsonify(said | {name: value for name, value in facts.items() if value is not None}))


@blueprint.get("/VERIFY/<code>")
@declares("certificate.verify")
def scanned(code: str) -> Any:
    """The address as the QR code holds it: capitals make a smaller code."""
    return _fresh(redirect(url_for("verification.page", code=code[:60])), 302)
