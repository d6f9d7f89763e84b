from flask import Blueprint

blueprint = Blueprint("competencies", "assessments.competencies.views", template_folder="templates")
