"""Pages: sessions, attendance, waiting lists and calendars of editions."""

from flask import Blueprint

blueprint = Blueprint("editions", __name__, template_folder="templates")
