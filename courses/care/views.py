"""Pages: the self-care plan."""

from flask import Blueprint

blueprint = Blueprint("care", __name__, template_folder="templates")
