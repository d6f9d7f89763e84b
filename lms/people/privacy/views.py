"""The privacy desk: what one agreed to, a copy of everything, correction, erasure, who looked, how long things are kept."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from werkzeug.exceptions import NotFound

from lms import clock, i18n, once, storage
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries
from lms.people.federations.rules import RETENTION, kept_for
from lms.people.privacy import consents, copies, corrections, erasures, labels, looks, rules
from lms.people.privacy.forms import CorrectionForm, DecideForm, EraseForm, PressForm
from lms.people.privacy.models import Copy
from lms.policy import declares
from lms.texts import gettext as _

privacy = Blueprint("privacy", __name__, template_folder="templates")
LAST_PAGE = 10_000


def here() -> UUID:
    """The federation in which the person acts."""
    found = actor().federation_id
    if found is None:
        raise NotFound
    return found


def page_number() -> int:
    """The page that the address asks for."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


@privacy.get("/account/privacy")
@declares("privacy.read")
def desk() -> str:
    """The doors."""
    return render_template("privacy/desk.html", erasure=erasures.standing(actor().person_id))


@privacy.get("/account/privacy/consents")
@declares("consent.give")
def agreed() -> str:
    """Every purpose with its own yes, given and taken back in the same place; and what was said before."""
    me = actor()
    return render_template(
        "privacy/consents.html",
        purposes=consents.purposes(me.person_id, here()),
        history=consents.history(me.person_id, here()),
        form=DecideForm(formdata=None),
    )


@privacy.post(f"/account/privacy/consents/<any({', '.join(map(repr, rules.PURPOSES))}):kind>")
@declares("consent.give")
def decide(kind: str) -> Any:
    """Say yes to one purpose, or take it back."""
    me, form = actor(), DecideForm()
    if not form.validate_on_submit():
        raise NotFound
    try:
        with transaction():
            if form.decision.data == "withdraw":
                consents.withdraw(me.person_id, here(), kind, now=clock.now())
                said = _("Queda retirado. Puedes volver a darlo aquí mismo.")
            else:
                consents.give(me.person_id, here(), kind, _uuid(form.document.data), now=clock.now())
                said = _("Queda dado. Puedes retirarlo aquí mismo.")
        if kind == rules.NEEDED and form.decision.data == "withdraw":
            said = _(
                "Has retirado tu consentimiento. Tus cursos y tu mentoría quedan en pausa y tu certificado sigue valiendo."
            )
        flash(said, "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("privacy.agreed"))


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFound from None


@privacy.get("/account/privacy/consents/texts/<uuid:document_id>")
@declares("consent.give")
def said(document_id: UUID) -> str:
    """A text as it was when one said yes to it."""
    text = consents.said(actor().person_id, here(), document_id)
    if text is None:
        raise NotFound
    return render_template("privacy/said.html", text=text)


# --- A copy -----------------------------------------------------------------------------------------------------------


@privacy.route("/account/privacy/copy", methods=["GET", "POST"])
@declares("copy.ask")
def copy() -> Any:
    """Ask for a copy of everything, and fetch it when it is ready."""
    me, form = actor(), PressForm()
    if form.validate_on_submit():
        try:
            with transaction():
                copies.ask(me.person_id, me.federation_id, now=clock.now())
            flash(_("Estamos reuniendo tus datos. Te avisamos cuando la copia esté lista."), "done")
        except Refusal as refusal:
            flash(str(refusal), "info")
        return redirect(url_for("privacy.copy"))
    found = copies.of(me.person_id)
    standing = next((one for one in found if one.state != "gone"), None)
    return render_template("privacy/copies.html", standing=standing, days=rules.COPY_DAYS, form=form)


def _own_copy(copy_id: UUID) -> Copy:
    found = copies.one(copy_id)
    if found is None or found.person_id != actor().person_id or found.state != "ready":
        raise NotFound
    return found


@privacy.get("/account/privacy/copies/<uuid:copy_id>")
@declares("copy.read")
def fetch(copy_id: UUID) -> Response:
    """One's copy, piece by piece."""
    found = _own_copy(copy_id)
    if found.expires_at is None or found.expires_at < clock.now():
        raise NotFound
    try:
        source = storage.reading(copies.key(found.id))
        file = source.__enter__()
    except FileNotFoundError:
        raise NotFound from None

    def pieces() -> Any:
        try:
            while piece := file.read(copies.PIECE):
                yield piece
        finally:
            source.__exit__(None, None, None)

    day = i18n.local(found.asked_at).date().isoformat()
    answer = Response(stream_with_context(pieces()), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="entrepares-{day}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@privacy.post("/account/privacy/copies/<uuid:copy_id>/drop")
@declares("copy.read")
def drop(copy_id: UUID) -> Any:
    """Remove one's copy from here before its days are over."""
    with transaction():
        copies.drop(_own_copy(copy_id), now=clock.now())
    flash(_("La copia está borrada de aquí."), "done")
    return redirect(url_for("privacy.copy"))


# --- Correction -------------------------------------------------------------------------------------------------------


@privacy.route("/account/privacy/correct", methods=["GET", "POST"])
@declares("correction.ask")
def correct() -> Any:
    """Where each thing is put right, and a request for what one can't change."""
    me, form = actor(), CorrectionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(me.person_id, form, clock.now()):
                    return redirect(done)
                corrections.ask(me.person_id, here(), form.wish.data or "", now=clock.now())
                once.keep(me.person_id, form, url_for("privacy.correct"))
            flash(_("Tu petición está en tu federación. Verás aquí la respuesta."), "done")
            return redirect(url_for("privacy.correct"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = corrections.of(me.person_id)
    page = render_template("privacy/correct.html", form=form, found=found, states=labels.STATES)
    return page, (422 if form.errors else 200)


# --- Erasure ----------------------------------------------------------------------------------------------------------


@privacy.route("/account/privacy/erase", methods=["GET", "POST"])
@declares("erasure.ask")
def erase() -> Any:
    """What goes, what stays and why; and the step itself."""
    me, form, now = actor(), EraseForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                erasures.ask(me.person_id, me.federation_id, form.word.data or "", now=now)
            flash(_("Está pedido. Hasta la fecha de abajo puedes anularlo con un botón."), "done")
            return redirect(url_for("privacy.erase"))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "privacy/erase.html",
        form=form,
        press=PressForm(formdata=None),
        standing=erasures.standing(me.person_id),
        alone=erasures.alone_in(me.person_id, now),
        word=rules.ERASE_WORD[i18n.current()],
        days=rules.CALL_BACK_DAYS,
        due=rules.erasure_due(now),
    )
    return page, (422 if form.errors else 200)


@privacy.post("/account/privacy/erase/call-back")
@declares("erasure.call-back")
def call_back() -> Any:
    """Stay after all."""
    try:
        with transaction():
            erasures.call_back(actor().person_id, actor().federation_id, now=clock.now())
        flash(_("El borrado está anulado. Todo sigue como estaba."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("privacy.desk"))


# --- Who looked, and how long -----------------------------------------------------------------------------------------


@privacy.get("/account/privacy/looks")
@declares("privacy.read")
def looked() -> str:
    """Who looked at one's record, and when."""
    page = page_number()
    found = looks.of(actor().person_id, page)
    return render_template("privacy/looks.html", found=found[: looks.PAGE], more=len(found) > looks.PAGE, page=page)


@privacy.get("/account/privacy/kept")
@declares("privacy.read")
def kept() -> str:
    """How long each kind of record is kept."""
    federation = queries.federation(here())
    chosen = federation.retention if federation else {}
    months = {kind: kept_for(chosen, kind) for kind in RETENTION}
    return render_template("privacy/kept.html", months=months, kinds=labels.KEPT)


from lms.people.privacy import federation_views as federation_views  # noqa: E402 (they hang on the blueprint)
from lms.people.privacy import jobs as jobs  # noqa: E402 (registers the jobs)
from lms.people.privacy import kinds as kinds  # noqa: E402 (registers the messages)
