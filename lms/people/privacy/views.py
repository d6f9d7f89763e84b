"""Pages: what is held about a person: consent, copy, correction, erasure, who looked."""

from flask import Blueprint

privacy = Blueprint("privacy", __name__, template_folder="templates")
