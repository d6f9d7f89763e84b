"""Pages: writing a course in the browser."""

from flask import Blueprint

blueprint = Blueprint("authoring", __name__, template_folder="templates")
