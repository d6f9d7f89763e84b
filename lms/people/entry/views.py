"""Pages: ways in beside an invitation: another provider's account, open enrolment."""

from flask import Blueprint

entry = Blueprint("entry", __name__, template_folder="templates")
