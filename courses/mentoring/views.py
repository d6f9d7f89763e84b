"""Mentoring: one's hours, the senior agent's desk, one session, the registrar's pairings, the statement of hours."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from courses.mentoring import forms, operations, queries, refusals, rules
from courses.mentoring.labels import FORMAT_LABELS, KIND_LABELS
from courses.mentoring.models import MentoringSession, Pairing
from lms import clock, i18n, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.people.privacy import sights
from lms.policy import declares, guard
from lms.texts import gettext as _
from lms.texts import ngettext

blueprint = Blueprint("mentoring", __name__, template_folder="templates", url_prefix="/mentoring")


@blueprint.context_processor
def _labels() -> dict[str, Any]:
    return {"session_kinds": KIND_LABELS, "session_formats": FORMAT_LABELS}


def _federation() -> UUID:
    found = actor().federation_id
    if found is None:
        raise NotFound
    return found


@blueprint.get("")
@declares("hours.read")
def index() -> Any:
    """One's own hours and sessions; for a senior agent, what waits for them."""
    return _desk()


def _desk(refusal: Refusal | None = None, marked: Collection[UUID] = (), returning: Any = None) -> Any:
    """The page of `index`, with what was refused: `marked` sessions of a sign-off, or `returning` (session id, form)."""
    me, here = actor(), _federation()
    own: dict[str, Any] = {}
    if me.has("agent"):
        own = {
            "balance": queries.balance(me.person_id, here),
            "unsettled": queries.waiting_of(me.person_id, here),
            "settled": queries.settled_of(me.person_id, here),
            "pairings": queries.pairings_of(me.person_id, here),
        }
    waiting = queries.waiting_for(me.person_id, here, queries.SHOWN + 1) if me.has("senior") else []
    signed = queries.settled_by(me.person_id, here) if me.has("senior") else []
    sessions = [*waiting, *signed, *own.get("unsettled", ()), *own.get("settled", ())]
    page = render_template(
        "mentoring/index.html",
        own=own,
        waiting=waiting[: queries.SHOWN],
        more_waiting=len(waiting) > queries.SHOWN,
        signed=signed,
        names=_names(*sessions, *own.get("pairings", ())),
        federations=_federations([one.federation_id for one in waiting if one.mentor_federation_id]),
        chosen_key=forms.chosen_key,
        refusal=refusal,
        marked=marked,
        returning=returning or (None, None),
    )
    return page, (422 if refusal or returning else 200)


@blueprint.post("/sign")
@declares("hours.sign")
def sign() -> Any:
    """Sign the sessions that were marked, as they were shown."""
    try:
        marked = forms.chosen(request.form.getlist("session"))
    except (ValueError, OverflowError):
        raise BadRequest from None
    try:
        with transaction():
            me = actor()
            signed = operations.sign(
                list(marked), by=me.person_id, federation_id=_federation(), now=clock.now(), seen=marked
            )
            # Guarded here, where all of it can still be undone, so that those signed need not be read twice.
            for session in signed:
                guard(me, "hours.sign", session)
            if missed := set(marked) - {session.id for session in signed}:
                found = queries.parties(missed)
                for session_id in missed:
                    guard(me, "hours.sign", found.get(session_id))
    except Refusal as refusal:
        return _desk(refusal, marked)
    if signed:
        flash(ngettext("Has visado %(num)s sesión.", "Has visado %(num)s sesiones.", len(signed)), "done")
    if missed:
        flash(
            ngettext(
                "%(num)s sesión no se ha visado ahora: ya no esperaba, o cambió después de abrir la lista. Mírala de nuevo.",
                "%(num)s sesiones no se han visado ahora: ya no esperaban, o cambiaron después de abrir la lista. Míralas de nuevo.",
                len(missed),
            ),
            "warn",
        )
    return redirect(url_for("mentoring.index"))


@blueprint.post("/sessions/<uuid:session_id>/return")
@declares("hours.return")
def return_session(session_id: UUID) -> Any:
    """Give a session back with a reason, without leaving the list."""
    form = forms.ReasonForm()
    try:
        with transaction():
            guard(actor(), "hours.return", queries.session(session_id))
            if form.validate():
                reason = form.reason.data or ""
                operations.return_session(session_id, by=actor().person_id, reason=reason, now=clock.now())
    except Refusal as refusal:
        if refusal.field is None:
            return _desk(refusal)
        form.refuse(refusal)
    if form.errors:
        return _desk(returning=(session_id, form))
    flash(_("La sesión vuelve a quien la apuntó, con tu motivo."), "done")
    return redirect(url_for("mentoring.index"))


@blueprint.route("/sessions/new", methods=["GET", "POST"])
@declares("hours.log")
def new_session() -> Any:
    """Write a session: today, an hour, the last person and kind unless told otherwise."""
    me, now = actor(), clock.now()
    pairings = queries.pairings_of(me.person_id, _federation())
    form = forms.NewSessionForm(data=_likely(pairings, now))
    names = _names(*pairings)
    form.pairing_id.choices = forms.choices((one.id, _with(one, names)) for one in pairings)
    if form.validate_on_submit():
        try:
            with transaction():
                pairing = guard(me, "hours.log", queries.pairing(UUID(form.pairing_id.data)))
                if done := once.answer(me.person_id, form, now):
                    return redirect(done)
                session = operations.log_session(pairing, author_id=me.person_id, now=now, **form.content())
                once.keep(me.person_id, form, url_for("mentoring.index"))
                mentor_id = session.mentor_id
            flash(_("Sesión apuntada. Ahora espera a %(name)s.", name=names[mentor_id]), "done")
            return redirect(url_for("mentoring.index"))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("mentoring/write.html", form=form, session=None, pairings=pairings, names=names)
    return page, (422 if form.errors else 200)


def _with(pairing: Pairing, names: dict[UUID, str]) -> str:
    """The mentor's name, with the dates of a pairing that has ended."""
    name = names[pairing.mentor_id]
    return f"{name} ({i18n.day(pairing.since)} – {i18n.day(pairing.until)})" if pairing.until else name


def _likely(pairings: list[Pairing], now: Any) -> dict[str, Any]:
    """What the form proposes."""
    last = queries.last_session_of(actor().person_id, _federation()) if pairings and request.method == "GET" else None
    began = i18n.local(now - timedelta(minutes=60))
    known = {pairing.id for pairing in pairings if pairing.until is None}
    return {
        "pairing_id": str(last.pairing_id) if last and last.pairing_id in known else None,
        "day": began.date(),
        "time": began.time().replace(minute=began.minute // 15 * 15, second=0, microsecond=0),
        "minutes": "60",
        "kind": last.kind if last else "individual",
        "format": last.format if last else "in-person",
    }


@blueprint.get("/sessions/<uuid:session_id>")
@declares("hours.see")
def session(session_id: UUID) -> Any:
    """One session: its facts, its state, what happened to it and what can be done."""
    found = guard(actor(), "hours.see", queries.session(session_id))
    if actor().person_id not in (found.person_id, found.mentor_id):
        sights.note(found.person_id, "session")
    entries = queries.entries_of(session_id)
    return render_template(
        "mentoring/session.html",
        session=found,
        entries=entries,
        names=_names(found),
        correctable=found.state in rules.CORRECTABLE,
        chosen_key=forms.chosen_key,
    )


@blueprint.route("/sessions/<uuid:session_id>/correct", methods=["GET", "POST"])
@declares("hours.correct")
def correct(session_id: UUID) -> Any:
    """Write one's session anew, while it is not signed."""
    found = guard(actor(), "hours.correct", queries.session(session_id))
    if request.method == "GET" and found.state not in rules.CORRECTABLE:
        flash(str(refusals.NotCorrectable()), "warn")
        return redirect(url_for("mentoring.session", session_id=session_id))
    form = forms.CorrectionForm(data=_written(found))
    if form.validate_on_submit():
        try:
            with transaction():
                found = guard(actor(), "hours.correct", queries.session(session_id))
                operations.correct_session(found, author_id=actor().person_id, now=clock.now(), **form.content())
            flash(_("Sesión corregida. Vuelve a esperar el visado."), "done")
            return redirect(url_for("mentoring.session", session_id=session_id))
        except Refusal as refusal:
            form.refuse(refusal)
            found = guard(actor(), "hours.correct", queries.session(session_id))
    page = render_template("mentoring/write.html", form=form, session=found, pairings=[], names=_names(found))
    return page, (422 if form.errors else 200)


def _written(session: MentoringSession) -> dict[str, Any]:
    """A session as the form shows it."""
    began = i18n.local(session.starts_at)
    return {
        "day": began.date(),
        "time": began.time(),
        "minutes": str(session.minutes),
        "kind": session.kind,
        "format": session.format,
        "competencies": ", ".join(session.competencies),
        "note": session.note,
    }


@blueprint.route("/sessions/<uuid:session_id>/reverse", methods=["GET", "POST"])
@declares("hours.reverse")
def reverse(session_id: UUID) -> Any:
    """Take a signed session back, with a reason."""
    form = forms.ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                guard(actor(), "hours.reverse", queries.session(session_id))
                reason = form.reason.data or ""
                operations.reverse(session_id, by=actor().person_id, reason=reason, now=clock.now())
            flash(_("Visado anulado: las horas se han restado y el registro lo dice."), "done")
            return redirect(url_for("mentoring.session", session_id=session_id))
        except Refusal as refusal:
            form.refuse(refusal)
    found = guard(actor(), "hours.reverse", queries.session(session_id))
    page = render_template("mentoring/reverse.html", form=form, session=found, names=_names(found))
    return page, (422 if form.errors else 200)


@blueprint.get("/statement")
@declares("hours.read")
def statement() -> Any:
    """One's own hours, line by line, to be printed."""
    me, here = actor(), _federation()
    lines = queries.ledger(me.person_id, here)
    return render_template(
        "mentoring/statement.html",
        balance=queries.balance(me.person_id, here),
        lines=lines,
        names=people.names({entry.mentor_id for entry, _starts_at in lines}),
        today=i18n.local(clock.now()),
    )


@blueprint.route("/pairings", methods=["GET", "POST"])
@declares("pairing.list", POST="pairing.create")
def pairings() -> Any:
    """Who accompanies whom; a new pairing."""
    me, here, now = actor(), _federation(), clock.now()
    form = forms.PairingForm()
    form.person_id.choices = forms.choices([("", _("Elige a quién se acompaña")), *people.with_role(here, "agent")])
    form.mentor_id.choices = _mentors(here, now)
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(me.person_id, form, now):
                    return redirect(done)
                mentor, _at, theirs = form.mentor_id.data.partition("@")
                there = UUID(theirs) if theirs else None
                person_id, mentor_id = UUID(form.person_id.data), UUID(mentor)
                operations.pair(here, person_id, mentor_id, mentor_federation_id=there, by=me.person_id, now=now)
                once.keep(me.person_id, form, url_for("mentoring.pairings"))
            flash(_("Pareja creada. Ya puede apuntar sesiones."), "done")
            return redirect(url_for("mentoring.pairings"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = queries.pairings(here)
    page = render_template(
        "mentoring/pairings.html",
        form=form,
        pairings=found,
        names=_names(*found),
        federations=_federations([one.mentor_federation_id for one in found]),
    )
    return page, (422 if form.errors else 200)


def _mentors(here: UUID, now: datetime) -> list[Any]:
    """Who may accompany: the federation's senior agents, then those of federations that it recognises, by federation."""
    own = people.with_role(here, "senior")
    known = {person_id for person_id, _name in own}
    others = [
        (
            f"{one.person_id}@{one.federation_id}",
            _("%(name)s, de %(federation)s", name=one.name, federation=one.federation),
        )
        for one in queries.recognised_seniors(here, now)
        if one.person_id not in known
    ]
    return forms.choices([("", _("Elige quién acompaña")), *own, *others])


def _federations(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of other federations, where there are any."""
    known = {id_ for id_ in ids if id_}
    return people.federation_names(known) if known else {}


@blueprint.post("/pairings/<uuid:pairing_id>/end")
@declares("pairing.end")
def end_pairing(pairing_id: UUID) -> Any:
    """End a pairing."""
    try:
        with transaction():
            guard(actor(), "pairing.end", queries.pairing(pairing_id))
            operations.end_pairing(pairing_id, by=actor().person_id, now=clock.now())
        flash(_("Mentoría terminada. Lo apuntado antes se puede visar todavía."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("mentoring.pairings"))


def _names(*things: Any) -> dict[UUID, str]:
    """The names of both sides of sessions and pairings, in one statement."""
    return people.names({id_ for thing in things for id_ in (thing.person_id, thing.mentor_id)})
