from flask import Blueprint

blueprint = Blueprint("quizzes", "assessments.quizzes.views", template_folder="templates")
