from flask import Blueprint

blueprint = Blueprint("register", "certificates.register.views", template_folder="templates")
