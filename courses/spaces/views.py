"""Pages: announcements and talk in editions and among agents."""

from flask import Blueprint

blueprint = Blueprint("spaces", __name__, template_folder="templates")
