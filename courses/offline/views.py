"""Pages: modules kept on the phone, and what was done there."""

from flask import Blueprint

blueprint = Blueprint("offline", __name__, template_folder="templates")
