"""Pages: one's own notes and marks in lessons, and search."""

from flask import Blueprint

import courses.study.models  # noqa: F401 (its tables are known)
from courses.study import rules

blueprint = Blueprint("study", __name__, template_folder="templates")


@blueprint.app_template_filter("headings")
def headings(html: str) -> tuple[tuple[str, str], ...]:
    """The headings of a lesson: (id, words)."""
    return rules.headings(html)


from courses.study import note_views, search_views  # noqa: E402, F401 (they hang on the blueprint)
