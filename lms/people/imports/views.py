"""Pages: people from a spreadsheet."""

from flask import Blueprint

imports = Blueprint("imports", __name__, template_folder="templates")
