"""With what one's own account is opened."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from lms import clock
from lms.access import FRESH, actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.people import sessions
from lms.people.entry import operations, queries
from lms.people.entry.views import entry
from lms.policy import declares
from lms.texts import gettext as _


@entry.get("/account/ways-in")
@declares("account.secure")
def ways_in() -> Any:
    """Password, passkeys and the provider's account: which of them open this account."""
    person = sessions.current_person()
    return render_template(
        "entry/ways_in.html",
        person=person,
        passkeys=people.passkeys(person.id),
        identities=queries.identities(person.id),
        fresh=clock.now() - actor().confirmed_at < FRESH,
    )


@entry.post("/account/ways-in/<uuid:identity_id>/disconnect")
@declares("identity.disconnect")
def disconnect(identity_id: UUID) -> Any:
    """That account opens this one no longer."""
    try:
        with transaction():
            if not operations.disconnect(actor().person_id, identity_id, now=clock.now()):
                raise NotFound
        flash(_("Esa cuenta ya no abre la tuya."), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("entry.ways_in"))
