"""Pages: a federation's own identity, bodies, texts and agreements. The other views stand in the files imported below."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries
from lms.people.federations import operations
from lms.people.federations.forms import IdentityForm
from lms.people.models import Federation
from lms.policy import declares, guard
from lms.texts import gettext as _

federations = Blueprint("federations", __name__, template_folder="templates")


class Own:
    """One's own federation, as the policy wants a thing."""

    def __init__(self, row: Federation) -> None:
        self.row, self.federation_id = row, row.id


def here() -> UUID:
    """The federation in which the person acts: every role is held in one."""
    found = actor().federation_id
    assert found is not None
    return found


def own(action: str) -> Federation:
    """The row of one's own federation."""
    row = queries.federation(here())
    return guard(actor(), action, Own(row) if row else None).row


@federations.route("/federation", methods=["GET", "POST"])
@declares("federation.change")
def identity() -> Any:
    """Name, languages and time zone; and the doors to the rest."""
    form = IdentityForm(obj=own("federation.change"))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_identity(
                    here(), name=form.name.data or "", languages=form.languages.data or [], locale=form.locale.data,
                    timezone=form.timezone.data, by=actor().person_id, now=clock.now(),
                )  # fmt: skip
            flash(_("Los datos de la federación están guardados."), "done")
            return redirect(url_for("federations.identity"))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("federations/identity.html", form=form, row=own("federation.change"))
    return page, (422 if form.errors else 200)


from lms.people.federations import (  # noqa: E402 (they hang on the blueprint; kinds registers messages)
    agreement_views,  # noqa: F401
    body_views,  # noqa: F401
    document_views,  # noqa: F401
    draft_views,  # noqa: F401
    kinds,  # noqa: F401
    look_views,  # noqa: F401
    settings_views,  # noqa: F401
)
