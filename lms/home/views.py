"""Each role's desk, and the page for visitors."""

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms import clock
from lms.home.desks import desks
from lms.policy import declares

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@declares("desk.read")
def index() -> str | Response:
    """The visitor's page, or one's own desk."""
    actor = g.actor
    if actor is None:
        return render_template("home/visitor.html")
    if actor.owes_second_factor:
        return redirect(url_for("account.second_factor"))
    if not actor.consented:
        return redirect(url_for("account.consent"))
    return render_template("home/desk.html", desks=desks(actor, clock.now()))
