"""Pages: how editions and services are doing."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, template_folder="templates")
