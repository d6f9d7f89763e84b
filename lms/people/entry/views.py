"""Pages: ways in beside an invitation: another provider's account, open enrolment."""

from flask import Blueprint

from lms.people.entry.provider import provider_name

entry = Blueprint("entry", __name__, template_folder="templates")
entry.record_once(lambda state: state.app.jinja_env.globals.update(provider_name=provider_name))

from lms.people.entry import lapsed_views, provider_views, ways_in_views  # noqa: E402, F401 (they hang on the blueprint)
