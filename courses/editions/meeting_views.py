"""A meeting: who came, from the list or with the code of the room."""

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from courses.editions import attendance, operations, page_queries, rules
from courses.editions.forms import MeetingForm
from courses.editions.models import ATTENDANCE
from courses.editions.page_queries import EditionPage
from courses.editions.refusals import CodeUnknown
from courses.editions.views import blueprint, planned, taught
from courses.learning.models import Meeting
from lms import clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.policy import declares
from lms.texts import gettext as _

MEETING = "/editions/<uuid:edition_id>/meetings/<uuid:meeting_id>"


def _found(edition_id: UUID, meeting_id: UUID) -> tuple[EditionPage, Meeting]:
    edition = taught(edition_id)
    meeting = page_queries.meeting(edition_id, meeting_id)
    if meeting is None:
        raise NotFound
    return edition, meeting


def _here(edition_id: UUID, meeting_id: UUID) -> str:
    return url_for("editions.meeting", edition_id=edition_id, meeting_id=meeting_id)


def _marks() -> dict[UUID, str]:
    """What the list says: {enrolment: present | absent | excused}; whoever is left open is left out."""
    found = {}
    for name, value in request.form.items():
        if name.startswith("mark-") and value in ATTENDANCE:
            try:
                found[UUID(name.removeprefix("mark-"))] = value
            except ValueError:
                continue
    return found


@blueprint.route(MEETING, methods=["GET", "POST"])
@declares("edition.teach")
def meeting(edition_id: UUID, meeting_id: UUID) -> Any:
    """The list of a meeting; POST notes it."""
    now, refused, marks = clock.now(), None, {}
    if request.method == "POST":
        marks = _marks()
        try:
            with transaction():
                edition, _meeting = _found(edition_id, meeting_id)
                attendance.note(meeting_id, marks, federation_id=edition.federation_id, by=actor().person_id, now=now)
            flash(_("La lista está guardada. Puedes corregirla cuando haga falta."), "done")
            return redirect(_here(edition_id, meeting_id))
        except Refusal as refusal:
            refused = refusal
    edition, found = _found(edition_id, meeting_id)
    changes = page_queries.changes(meeting_id)
    page = render_template(
        "editions/meeting.html",
        edition=edition,
        meeting=found,
        people=page_queries.attending(found),
        marks=marks,
        changes=changes,
        names=people.names({one.by for one in changes}),
        refused=refused,
        listed=found.cancelled_at is None and now >= found.starts_at - rules.BEFORE,
        door_open=rules.door_open(found.starts_at, found.minutes, now),
    )
    return page, (422 if refused else 200)


@blueprint.route(f"{MEETING}/change", methods=["GET", "POST"])
@declares("edition.teach")
def change_meeting(edition_id: UUID, meeting_id: UUID) -> Any:
    """Change a meeting."""
    form, now = MeetingForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                edition, _meeting = _found(edition_id, meeting_id)
                operations.change(
                    meeting_id, planned(form), federation_id=edition.federation_id, by=actor().person_id, now=now
                )
            flash(_("El encuentro está cambiado."), "done")
            return redirect(_here(edition_id, meeting_id))
        except Refusal as refusal:
            form.refuse(refusal)
    edition, found = _found(edition_id, meeting_id)
    if request.method == "GET":
        there = i18n.local(found.starts_at)
        form = MeetingForm(formdata=None, obj=found, data={"day": there.date(), "time": there.time()})
    page = render_template("editions/change_meeting.html", edition=edition, meeting=found, form=form)
    return page, (422 if form.errors else 200)


@blueprint.post(f"{MEETING}/cancel")
@declares("edition.teach")
def cancel_meeting(edition_id: UUID, meeting_id: UUID) -> Any:
    """Cancel a meeting."""
    try:
        with transaction():
            edition, _meeting = _found(edition_id, meeting_id)
            operations.cancel(meeting_id, federation_id=edition.federation_id, by=actor().person_id, now=clock.now())
        flash(_("El encuentro está anulado. Sigue en los calendarios, como anulado."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(_here(edition_id, meeting_id))


@blueprint.get(f"{MEETING}/code")
@declares("edition.teach")
def code(edition_id: UUID, meeting_id: UUID) -> str:
    """The code of the room, for a big screen: a new one each half minute."""
    edition, found = _found(edition_id, meeting_id)
    now: datetime = clock.now()
    if found.cancelled_at is not None or not rules.door_open(found.starts_at, found.minutes, now):
        raise NotFound
    path = url_for("editions.arrive", code=attendance.code(meeting_id, now))
    address = f"{str(current_app.config['BASE_URL']).rstrip('/')}{path}"
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=8, border=2, dark="#06282d", light="#fff", svgclass="room-code", lineclass=None, omitsize=True
    )
    return render_template(
        "editions/code.html", edition=edition, meeting=found, drawn=Markup(drawn), refresh=rules.STEP, address=address
    )


@blueprint.route("/attend/<string(maxlength=300):code>", methods=["GET", "POST"])
@declares("meeting.arrive")
def arrive(code: str) -> Any:
    """Where a scanned code leads: one button, which says that one is there."""
    refused, who = None, actor()
    if request.method == "POST":
        try:
            with transaction():
                if who.federation_id is None:
                    raise CodeUnknown
                enrolment_id, new = attendance.arrive(
                    code, person_id=who.person_id, federation_id=who.federation_id, now=clock.now()
                )
            flash(_("Tu asistencia está apuntada.") if new else _("Tu asistencia ya constaba: no cambia nada."), "done")
            return redirect(url_for("learning.edition", enrolment_id=enrolment_id))
        except Refusal as refusal:
            refused = refusal
    return render_template("editions/arrive.html", code=code, refused=refused), (422 if refused else 200)
