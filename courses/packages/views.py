"""Pages: SCORM packages that a federation brings."""

from flask import Blueprint

blueprint = Blueprint("packages", __name__, template_folder="templates")
