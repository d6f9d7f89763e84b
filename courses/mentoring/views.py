from flask import Blueprint

blueprint = Blueprint("mentoring", "courses.mentoring.views", template_folder="templates")
