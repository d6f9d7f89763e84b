"""Pages: a federation's own identity, bodies, texts and agreements."""

from flask import Blueprint

federations = Blueprint("federations", __name__, template_folder="templates")
