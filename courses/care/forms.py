"""What comes in: the lines of a plan, and when to look at it again."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from courses.care.rules import LONGEST, SECTIONS
from courses.learning.forms import NEEDED, DateField
from courses.learning.rules import Writing
from lms.forms import Form, no_control_characters
from lms.ids import new_key

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str
LABELS = {
    "well": _l("Cómo estoy cuando estoy bien"),
    "signs": _l("Mis señales"),
    "helps": _l("Qué me ayuda"),
    "people": _l("A quién acudo"),
    "asks": _l("Qué pido a los demás"),
    "limits": _l("Hasta dónde llego y cuándo paro"),
}
HINTS = {
    "well": _l("Tres cosas corrientes, de las que se ven. Sin esto no sabrás de qué te alejas."),
    "signs": _l("Lo que tú u otra persona puede ver o contar: contesto con una palabra, me acuesto pasadas las tres."),
    "helps": _l("Una acción por señal, que dure menos de media hora y se pueda hacer con pocas ganas."),
    "people": _l("Nombre y petición: «llamo a mi prima y le digo: cuéntame algo tuyo»."),
    "asks": _l("Qué sí y qué no, si me notan raro: «pregúntame una vez y espera», «no llames a mi familia»."),
    "limits": _l("Cuántos encuentros en un día, qué condición me hace parar y a quién aviso. Se decide hoy, en frío."),
}


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _count(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _section(name: str) -> TextAreaField:
    return TextAreaField(
        LABELS[name],
        description=HINTS[name],
        filters=[_lines],
        validators=[
            Length(max=LONGEST, message=_l("Aquí caben 4000 letras como mucho. Acórtalo; mientras, sigue aquí.")),
            no_control_characters,
        ],
    )


class PlanForm(Form):
    """The plan. The hidden fields say which page sends it, so that older text never replaces newer text."""

    well = _section("well")
    signs = _section("signs")
    helps = _section("helps")
    people = _section("people")
    asks = _section("asks")
    limits = _section("limits")
    page = HiddenField(default=new_key, validators=[Length(max=64)])
    sequence = HiddenField(default="0")
    base = HiddenField(default="0")

    def said(self, sent: Any) -> dict[str, str]:
        """The sections that were sent: the autosave sends only those that changed."""
        return {name: self[name].data or "" for name in SECTIONS if name in sent}

    def writing(self) -> Writing:
        """Which page sent this, in which order."""
        return Writing(self.page.data or "", _count(self.sequence.data), _count(self.base.data))


class ReviewForm(PlanForm):
    """The plan, kept as a version, with the day on which one wants to look at it again."""

    review_on = DateField(
        _l("Quiero volver a mirarlo el"), format=["%Y-%m-%d", "%d/%m/%Y"], validators=[InputRequired(NEEDED)]
    )
