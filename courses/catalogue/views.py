from flask import Blueprint

blueprint = Blueprint("catalogue", "courses.catalogue.views", template_folder="templates")
