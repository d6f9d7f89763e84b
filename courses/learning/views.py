from flask import Blueprint

blueprint = Blueprint("learning", "courses.learning.views", template_folder="templates")
