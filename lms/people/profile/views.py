"""Pages: how a person is called, and how they read."""

from flask import Blueprint

profile = Blueprint("profile", __name__, template_folder="templates")
