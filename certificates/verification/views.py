from flask import Blueprint

blueprint = Blueprint("verification", "certificates.verification.views", template_folder="templates")
