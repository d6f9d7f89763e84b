"""Refusals: named, with a sentence for the person; and the pages for whatever else goes wrong."""

from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from lms.db import db
from lms.texts import gettext as _


class Refusal(Exception):
    """What a rule or an operation says when it will not do something.

    `code` is for machines and tests; `sentence` says what is wrong and what to do, with `facts` filled in;
    `field` names the form field that it belongs to, if one.
    """

    code = "refused"
    sentence: Any = _l("No se ha podido hacer. Revisa los datos e inténtalo de nuevo.")
    field: str | None = None

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


# status → (title, what happened, what to do)
PAGES: dict[int, tuple[Any, Any, Any]] = {
    400: (
        _l("No hemos entendido la petición"),
        _l("Algo de lo enviado no se puede leer."),
        _l("Vuelve atrás y prueba otra vez."),
    ),
    404: (
        _l("Esta página no está"),
        _l("La dirección no existe, o no es tuya."),
        _l("Revisa la dirección o empieza desde la página de inicio."),
    ),
    405: (
        _l("Así no se puede"),
        _l("Esta dirección no admite esa acción."),
        _l("Vuelve atrás y usa los botones de la página."),
    ),
    409: (
        _l("No se ha hecho"),
        _l("Otra acción llegó antes."),
        _l("Vuelve a cargar la página para ver cómo está ahora."),
    ),
    413: (_l("Es demasiado grande"), _l("Lo enviado pasa del tamaño permitido."), _l("Envía menos de una vez.")),
    429: (
        _l("Demasiados intentos"),
        _l("Ha habido muchos intentos seguidos desde aquí."),
        _l("Espera un minuto y prueba de nuevo. Tu cuenta no está bloqueada."),
    ),
    500: (
        _l("Algo ha fallado por nuestra parte"),
        _l("No se ha guardado nada a medias."),
        _l("Prueba de nuevo en un momento; si sigue igual, avisa a tu federación."),
    ),
    503: (
        _l("Ahora mismo no podemos atenderte"),
        _l("Hay mucha gente a la vez o la base de datos no responde. No se ha guardado nada a medias."),
        _l("Espera unos segundos y vuelve a intentarlo."),
    ),
}


def wants_json() -> bool:
    """Whether the caller is a script (the page's own fetch, or a `.json` address) rather than a person's browser."""
    return (
        request.headers.get("X-Requested-With") == "fetch"
        or request.path.endswith(".json")
        or request.path.startswith("/api/")
    )


def page(status: int, message: Any = None, code: str = "") -> tuple[Response | str, int]:
    """The error as a page, or as JSON for scripts."""
    title, what, to_do = PAGES.get(status) or PAGES[400 if status < 500 else 500]
    message = str(message or what)
    if wants_json():
        return jsonify(error=code or str(status), message=message, what_to_do=str(to_do)), status
    return render_template("error.html", code=status, title=title, message=message, what_to_do=str(to_do)), status


def init_app(app: Flask) -> None:
    """Register a page for every way in which a request can fail."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Any:
        db.session.rollback()
        return page(409, str(refusal), refusal.code)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        status = 404 if error.code == 403 else error.code
        message = (
            _("La página se abrió en otra sesión. Vuelve a cargarla y envía otra vez.")
            if "CSRF" in str(error)
            else None
        )
        answer = page(status, message)
        headers = {k: v for k, v in error.get_headers() if k.lower() in ("retry-after", "allow")}
        return (*answer, headers)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def unavailable(error: Exception) -> Any:
        current_app.logger.warning("database: %s", type(error).__name__)
        db.session.remove()
        return (*page(503), {"Retry-After": "3"})

    @app.errorhandler(DataError)
    def unreadable(_error: DataError) -> Any:
        db.session.rollback()
        return page(400)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        # The class and the place, never the message: messages carry values, and values may carry names.
        current_app.logger.error("unexpected %s at %s", type(error).__name__, request.endpoint, exc_info=app.debug)
        db.session.remove()
        return page(500)
