"""Asking for a certificate of completion: one's own, or those of an edition."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for

import certificates.register.jobs  # noqa: F401 (registers the job that is written here)
from certificates.register import completion
from certificates.register.refusals import AlreadyIssued
from certificates.register.views import blueprint
from courses.editions import page_queries
from courses.learning import queries as learning
from lms import audit, clock, jobs
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares, guard
from lms.texts import gettext as _


@blueprint.post("/enrolments/<uuid:enrolment_id>/certificate")
@declares("completion.ask")
def ask_completion(enrolment_id: UUID) -> Any:
    """One's certificate of having completed a course: issued now, or the one that there is."""
    try:
        with transaction():
            enrolment = guard(actor(), "completion.ask", learning.enrolment(enrolment_id))
            certificate_id = completion.issue(
                enrolment.id, by=None, federation_id=enrolment.federation_id, now=clock.now()
            ).id
    except AlreadyIssued as refusal:
        certificate_id = refusal.certificate_id
    except Refusal as refusal:
        flash(str(refusal), "warn")
        return redirect(url_for("learning.edition", enrolment_id=enrolment_id))
    return redirect(url_for("register.certificate", certificate_id=certificate_id))


@blueprint.post("/editions/<uuid:edition_id>/certificates")
@declares("completion.issue")
def issue_completions(edition_id: UUID) -> Any:
    """The certificates of all who have completed an edition."""
    with transaction():
        edition = guard(actor(), "completion.issue", page_queries.edition(edition_id))
        now, by = clock.now(), actor().person_id
        jobs.add("completion.issue", now, edition=edition_id, federation=edition.federation_id, by=by)
        audit.record(
            "edition.certify", f"edition:{edition_id}", federation_id=edition.federation_id, actor_id=by, now=now
        )
    flash(
        _("Los certificados de quienes han completado la edición se están emitiendo. Cada persona recibe un aviso."),
        "done",
    )
    return redirect(url_for("editions.people", edition_id=edition_id))
