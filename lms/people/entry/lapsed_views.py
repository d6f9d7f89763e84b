"""Sending again what has lapsed."""

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.exceptions import NotFound

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.people.entry import lapsed
from lms.people.entry.views import entry
from lms.policy import declares
from lms.texts import gettext as _
from lms.texts import ngettext


@entry.post("/people/invitations/resend-lapsed")
@declares("invitation.send")
def resend_lapsed() -> Any:
    """A new link to everybody whose invitation ran out."""
    who = actor()
    if who.federation_id is None:
        raise NotFound
    with transaction():
        sent = lapsed.resend_lapsed(who.federation_id, by=who.person_id, now=clock.now())
    if sent:
        flash(ngettext("Sale otra vez %(num)s invitación.", "Salen otra vez %(num)s invitaciones.", sent), "done")
    else:
        flash(_("No había ninguna invitación caducada. No se ha enviado nada."), "info")
    return redirect(url_for("people.invitations"))
