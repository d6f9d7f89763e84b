"""Setting up an authenticator: a wrong code shows the same drawing again, so that nobody has to scan twice.

Flask-Security would begin anew with another key, which the telephone does not know.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template, request, session, url_for
from flask_security.utils import check_and_get_token_status
from werkzeug.local import LocalProxy

from lms.people import sessions
from lms.people.security_forms import CodeForm
from lms.texts import gettext as _

_security: Any = LocalProxy(lambda: current_app.extensions["security"])


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Flask-Security's view that checks the first code, keeping the key while its token lasts."""

    def two_factor_setup_validate(token: str) -> Any:
        answer = view(token=token)
        begins_anew = getattr(answer, "location", None) == url_for("security.two_factor_setup")
        within = current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        expired, invalid, state = check_and_get_token_status(token, "tf_setup", within)
        if request.method != "POST" or not begins_anew or expired or invalid:
            return answer
        session.pop("_flashes", None)  # what it says stands at the field
        form = CodeForm()
        form.code.errors = [
            _("Ese código no es el que muestra ahora tu aplicación. Escribe el que ves en este momento.")
        ]
        drawn = _security.totp_factory.fetch_setup_values(state["totp_secret"], sessions.current_person())
        page = render_template(
            "security/two_factor_setup.html",
            two_factor_verify_code_form=form,
            chosen_method=state["method"],
            choices=[],
            changing=True,
            state_token=token,
            authr_qrcode=drawn["image"],
            authr_key=drawn["key"],
        )
        return page, 422

    return two_factor_setup_validate
