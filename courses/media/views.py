"""Pages: sound, video and files of lessons, and voice notes."""

from flask import Blueprint

blueprint = Blueprint("media", __name__, template_folder="templates")
