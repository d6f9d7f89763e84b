"""Pages: one's own notes and marks in lessons, and search."""

from flask import Blueprint

import courses.study.models  # noqa: F401 (its tables are known)

blueprint = Blueprint("study", __name__, template_folder="templates")

from courses.study import search_views  # noqa: E402, F401 (they hang on the blueprint)
