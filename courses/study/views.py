"""Pages: one's own notes and marks in lessons, and search."""

from flask import Blueprint

blueprint = Blueprint("study", __name__, template_folder="templates")
