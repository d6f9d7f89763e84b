"""Pages: where a federation's xAPI statements go."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for

from courses.statements import operations, queries, words
from courses.statements import sending as sending  # registers its job and its look each minute
from courses.statements.forms import LrsForm, PressForm
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares
from lms.texts import gettext as _

blueprint = Blueprint("statements", __name__, template_folder="templates")


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # every role is held in one
    return here


@blueprint.route("/federation/lrs", methods=["GET", "POST"])
@declares("lrs.read", POST="lrs.change")
def lrs() -> Any:
    """Where statements go, with which login, and how that stands."""
    form = LrsForm()
    if request.method == "POST" and form.validate():
        try:
            address = operations.fit(form.address.data or "")
            with transaction():
                given = (address, form.name.data or "", form.password.data or "")
                operations.link(_here(), *given, by=actor().person_id, now=clock.now())
            flash(_("Guardado. Desde ahora se envía lo que hagan quienes den su permiso en «Permisos»."), "done")
            return redirect(url_for("statements.lrs"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = queries.standing(_here())
    if request.method == "GET" and found is not None:
        form.address.data = found.link.address
    page = render_template(
        "statements/lrs.html", form=form, found=found, press=PressForm(formdata=None), fault=words.fault(found)
    )
    return page, (422 if form.errors else 200)


@blueprint.post("/federation/lrs/stop")
@declares("lrs.change")
def stop() -> Any:
    """Send nothing more."""
    with transaction():
        operations.unlink(_here(), by=actor().person_id, now=clock.now())
    flash(_("Ya no se envía nada. Lo que esperaba, los números y la contraseña se han borrado de aquí."), "done")
    return redirect(url_for("statements.lrs"))
