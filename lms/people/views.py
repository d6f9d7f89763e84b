"""The blueprints of people: one's own account, and the federation's members. Their views stand in the files imported below."""

from flask import Blueprint

from lms.people import jobs as jobs  # registers the mails

account = Blueprint("account", "lms.people.views", template_folder="templates")
people = Blueprint("people", "lms.people.views", template_folder="templates")

from lms.people import account_views, member_views, role_views, welcome_views  # noqa: E402, F401 (they hang on the blueprints)
