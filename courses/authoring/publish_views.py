"""What the checker says of a draft, and its publication."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from courses.authoring import publishing, queries
from courses.authoring.forms import PressForm
from courses.authoring.views import DRAFT, blueprint, draft_of
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares
from lms.texts import gettext as _


@blueprint.get(f"{DRAFT}/check")
@declares("course.write")
def check(draft_id: UUID) -> Any:
    """All that is wrong, by file and line, with the way to each place."""
    found = draft_of(draft_id)
    checked = publishing.check(found)
    files, _titles = queries.lines(draft_id)
    paths = {file.path: file.id for file in files}
    return render_template(
        "authoring/check.html", draft=found, checked=checked, paths=paths, press=PressForm(formdata=None)
    )


@blueprint.post(f"{DRAFT}/publish")
@declares("course.publish")
def publish(draft_id: UUID) -> Any:
    """Publish a draft as the next version of its course, if nothing is wrong with it."""
    found = draft_of(draft_id)
    checked = publishing.check(found)  # outside the transaction: it takes a while
    try:
        with transaction():
            version, new = publishing.publish(draft_id, checked, by=actor().person_id, now=clock.now())
            number, slug = version.number, checked.read.slug
    except Refusal as refusal:
        flash(str(refusal), "error" if checked.findings else "warn")
        return redirect(url_for("authoring.check", draft_id=draft_id))
    if new:
        flash(
            _("La versión %(number)s está publicada. Las ediciones en marcha siguen con la suya.", number=number),
            "done",
        )
    else:
        flash(_("Las preguntas de la versión %(number)s están al día.", number=number), "done")
    return redirect(url_for("catalogue.course", slug=slug))
