"""Pages: the audit trail, for those who answer for it."""

from flask import Blueprint

from lms.people.trail import jobs as jobs  # registers what is done each hour

trail = Blueprint("trail", __name__, template_folder="templates")
