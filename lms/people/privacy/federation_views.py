"""The federation's side of privacy: requests for correction, and what retention did or would do."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries
from lms.people.federations.rules import RETENTION, kept_for
from lms.people.privacy import corrections, labels, retention, sights
from lms.people.privacy.forms import AnswerForm, PressForm
from lms.people.privacy.views import here, page_number, privacy
from lms.policy import declares, guard
from lms.texts import gettext as _


@privacy.get("/corrections")
@declares("correction.list")
def requests() -> Any:
    """What people ask to have put right: those that wait first."""
    return _requests(None, None)


def _requests(answered: UUID | None, form: AnswerForm | None) -> Any:
    page = page_number()
    found = corrections.waiting(here(), page)
    shown = found[: corrections.PAGE]
    for one in shown:
        sights.note(one.person_id, "correction")
    return render_template(
        "privacy/requests.html",
        found=shown,
        more=len(found) > corrections.PAGE,
        page=page,
        names=queries.names([id_ for one in shown for id_ in (one.person_id, one.answered_by) if id_]),
        states=labels.STATES,
        answered=answered,
        form=form or AnswerForm(formdata=None),
    )


@privacy.post("/corrections/<uuid:correction_id>/answer")
@declares("correction.answer")
def answer(correction_id: UUID) -> Any:
    """Answer a request."""
    form = AnswerForm()
    guard(actor(), "correction.answer", corrections.one(correction_id))
    if form.validate_on_submit():
        try:
            with transaction():
                found = guard(actor(), "correction.answer", corrections.one(correction_id))
                corrections.answer(
                    found.id, done=form.verdict.data == "done", words=form.answer.data or "", by=actor().person_id,
                    now=clock.now(),
                )  # fmt: skip
            flash(_("Tu respuesta está enviada."), "done")
            return redirect(url_for("privacy.requests"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _requests(correction_id, form), 422


@privacy.get("/retention")
@declares("retention.read")
def retained() -> str:
    """What retention did on the last days, and what each kind's period is."""
    federation = queries.federation(here())
    chosen = federation.retention if federation else {}
    return render_template(
        "privacy/retention.html",
        runs=retention.runs(here()),
        months={kind: kept_for(chosen, kind) for kind in RETENTION},
        kinds=labels.KEPT,
        form=PressForm(formdata=None),
    )


@privacy.post("/retention/rehearse")
@declares("retention.rehearse")
def rehearse() -> Any:
    """Count what would go now; nothing goes."""
    with transaction():
        counts = retention.rehearse(here(), now=clock.now(), by=actor().person_id)
    total = sum(counts.values())
    flash(_("Ensayo hecho: se borrarían %(count)s registros. No se ha borrado nada.", count=total), "done")
    return redirect(url_for("privacy.retained"))
