"""Pages: the audit trail, for those who answer for it."""

from flask import Blueprint

trail = Blueprint("trail", __name__, template_folder="templates")
