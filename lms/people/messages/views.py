"""Pages: what the platform tells a person, and how."""

from flask import Blueprint

messages = Blueprint("messages", __name__, template_folder="templates")
