"""What is refused about a plan of self-care, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class PlanStale(Refusal):
    """Another page has written since this one was opened."""

    code = "plan-stale"
    sentence = _l(
        "Tu plan se cambió en otra ventana o en otro aparato. No se ha perdido nada: lo que has escrito sigue aquí."
    )


class PlanEmpty(Refusal):
    """A version of nothing."""

    code = "plan-empty"
    sentence = _l("Todavía no hay nada escrito. Basta una línea: una primera versión con huecos es una versión.")


class ReviewOdd(Refusal):
    """A date that has passed, or is more than a year away."""

    code = "review-odd"
    sentence = _l("Elige un día entre mañana y dentro de un año.")
    field = "review_on"
