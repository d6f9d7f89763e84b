from flask import Blueprint

account = Blueprint("account", "lms.people.views", template_folder="templates")
people = Blueprint("people", "lms.people.views", template_folder="templates")
