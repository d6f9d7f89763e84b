"""Observed competence: an assessor's list and form, and what each person sees of their own."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.competencies import operations, queries, wording
from assessments.competencies.forms import ObservationForm
from assessments.competencies.framework import ASKED, HIGHEST, framework, said
from lms import clock, i18n, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people_queries
from lms.people.privacy import sights
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("competencies", __name__, template_folder="templates")

PAGE = 50  # people on a page


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"framework": framework(), "said": said, "wording": wording, "HIGHEST": HIGHEST, "ASKED": ASKED}


@blueprint.get("/competencies")
@declares("competency.read")
def profile() -> str:
    """One's own levels by area, and each observation with its words and who gave them."""
    observed = queries.observations(actor().person_id, _federation())
    names = people_queries.names(one.assessor_id for one in observed)
    levels = queries.newest_levels(observed)
    return render_template("competencies/profile.html", observed=observed, levels=levels, names=names)


@blueprint.get("/competencies/observations/<uuid:observation_id>")
@declares("observation.read")
def observation(observation_id: UUID) -> str:
    """One observation, to the person, who observed, and who keeps the register."""
    one = guard(actor(), "observation.read", queries.observation(observation_id))
    if actor().person_id != one.assessor_id:
        sights.note(one.person_id, "observation")
    names = people_queries.names((one.person_id, one.assessor_id))
    return render_template("competencies/observation.html", one=one, names=names)


@blueprint.get("/competencies/people")
@declares("observation.list")
def people() -> str:
    """Whom an assessor can observe, with when they were last observed."""
    wanted = request.args.get("name", "").strip()[:80]
    found = [
        one
        for one in queries.candidates(_federation())
        if one[0] != actor().person_id and wanted.casefold() in one[1].casefold()
    ]
    page = max(request.args.get("page", 1, type=int), 1)
    shown = found[PAGE * (page - 1) : PAGE * page]
    last = queries.last_observed(_federation(), [id_ for id_, _name in shown])
    more = len(found) > PAGE * page
    return render_template("competencies/people.html", people=shown, last=last, wanted=wanted, page=page, more=more)


@blueprint.route("/competencies/people/<uuid:person_id>/observe", methods=["GET", "POST"])
@declares("observation.record")
def observe(person_id: UUID) -> Response | tuple[str, int]:
    """Record what one saw a person do."""
    form = ObservationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = guard(actor(), "observation.record", queries.candidate(_federation(), person_id))
                if done := once.answer(actor().person_id, form, clock.now()):
                    return redirect(done)
                address = _record(person, form, clock.now())
                once.keep(actor().person_id, form, address)
            flash(_("La observación está guardada. %(name)s ya puede leerla.", name=person.name), "done")
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    person = guard(actor(), "observation.record", queries.candidate(_federation(), person_id))
    today = i18n.local(clock.now()).date()
    if request.method == "GET":
        form.observed_on.data = today
    page = render_template("competencies/observe.html", form=form, person=person, today=today)
    return page, (422 if form.errors else 200)


def _record(person: people_queries.Member, form: ObservationForm, now: datetime) -> str:
    """The address of the observation that the form describes, recorded."""
    recorded = operations.record(
        person.federation_id,
        person.person_id,
        assessor_id=actor().person_id,
        setting=form.setting.data,
        observed_at=_moment(form.observed_on.data, now),
        ratings=form.ratings(),
        now=now,
    )
    return url_for("competencies.observation", observation_id=recorded.id)


def _moment(day: Any, now: datetime) -> datetime:
    """Noon of a day in the assessor's zone; of today, not later than now."""
    noon = i18n.from_local(day, time(12))
    assert isinstance(day, date)
    return min(noon, now) if day == i18n.local(now).date() else noon


def _federation() -> UUID:
    """The federation in which the actor acts: their role says that there is one."""
    found = actor().federation_id
    assert found is not None
    return found
