"""Pages: sessions, attendance, waiting lists and calendars of editions."""

from flask import Blueprint

import courses.editions.models  # noqa: F401 (its tables are known from here on)

blueprint = Blueprint("editions", __name__, template_folder="templates")
