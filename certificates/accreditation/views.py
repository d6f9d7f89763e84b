from flask import Blueprint

blueprint = Blueprint("accreditation", "certificates.accreditation.views", template_folder="templates")
