"""Pages: the self-care plan."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from courses.care import (
    jobs,  # noqa: F401 (registers what is looked at each minute)
    operations,
    queries,
    rules,
)
from courses.care.forms import LABELS, PlanForm, ReviewForm
from courses.care.refusals import PlanStale
from courses.learning import living
from lms import clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.pages import own_page
from lms.people import sections
from lms.policy import declares
from lms.texts import gettext as _

blueprint = Blueprint("care", __name__, template_folder="templates")
sections.SECTIONS.append(
    sections.Section(
        "person", "care.plan", _l("Mi plan de cuidado"), _l("Señales, apoyos y límites. Solo lo lees tú."),
        shown=lambda who: who.federation_id is not None and who.consented,
    )
)  # fmt: skip


def _way_there(_place: str, _page: Any, address: str) -> Markup:
    """In a lesson: to the plan, and back."""
    there = url_for("care.plan", next=address)
    return Markup('<p><a class="button" href="{}">{}</a></p>').format(there, _("Abrir mi plan de cuidado"))


living.fills("care", _way_there)


def _federation() -> UUID:
    found = actor().federation_id
    if found is None:
        raise NotFound
    return found


@blueprint.route("/care", methods=["GET", "POST"])
@declares("care.write")
def plan() -> Any:
    """Write one's plan: kept as one goes, and with `keep` as a version with today's date."""
    keeps = request.method == "POST" and "keep" in request.form
    form, now, stale = (ReviewForm if keeps else PlanForm)(), clock.now(), False
    if form.validate_on_submit():
        try:
            with transaction():
                found = operations.write(
                    actor().person_id, _federation(), form.said(request.form), writing=form.writing(), now=now
                )
                if isinstance(form, ReviewForm):
                    assert form.review_on.data is not None
                    operations.keep_version(found, form.review_on.data, today=i18n.local(now).date(), now=now)
            if wants_json():
                return jsonify(saved=True)
            flash(_("Tu plan está guardado con la fecha de hoy.") if keeps else _("Tu plan está guardado."), "done")
            return redirect(url_for("care.plan", next=_back()) if _back() != "/" else url_for("care.plan"))
        except Refusal as refusal:
            form.refuse(refusal)
            stale = isinstance(refusal, PlanStale)
    if form.errors and wants_json():
        errors = [str(error) for sentences in form.errors.values() for error in sentences]
        return jsonify(error="not-saved", message=" ".join(errors)), 409 if stale else 422
    return _page(form, stale=stale, now=now)


def _back() -> str:
    return own_page(request.args.get("next"))


def _page(form: PlanForm, *, stale: bool, now: Any) -> Any:
    found = queries.plan(actor().person_id, _federation())
    kept = queries.sections(found)
    if not form.is_submitted():
        for name in rules.SECTIONS:
            form[name].data = kept[name]
        form.base.data = str(found.revision if found else 0)
    elif stale and found is not None:
        # The next sending replaces what is kept: both texts have now been seen.
        form.base.data, form.sequence.data = str(found.revision), "0"
    proposed = getattr(form, "review_on", None)
    review = (proposed.data if proposed else None) or i18n.local(now).date() + rules.USUAL
    page = render_template(
        "care/plan.html", form=form, plan=found, versions=queries.versions(found.id) if found else [], stale=stale,
        kept=kept if stale else {}, labels=LABELS, review=review, review_errors=proposed.errors if proposed else (), back=_back(),
    )  # fmt: skip
    return page, (422 if form.errors else 200)


@blueprint.get("/care/print")
@declares("care.write")
def printed() -> Any:
    """One's plan on a sheet of paper."""
    found = queries.plan(actor().person_id, _federation())
    return render_template("care/sheet.html", sections=queries.sections(found), labels=LABELS, plan=found, version=None)


@blueprint.get("/care/versions/<int(max=100000):number>")
@declares("care.write")
def version(number: int) -> Any:
    """The plan as it stood on a day."""
    found = queries.version(actor().person_id, _federation(), number)
    if found is None:
        raise NotFound
    sections = queries.version_sections(found)
    return render_template("care/sheet.html", sections=sections, labels=LABELS, plan=None, version=found)
