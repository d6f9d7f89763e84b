"""Each role's desk, and the page for visitors."""

from flask import Blueprint, render_template

from lms.policy import declares

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@declares("desk.read")
def index() -> str:
    """The visitor's page, or one's own desk."""
    return render_template("home/visitor.html")
