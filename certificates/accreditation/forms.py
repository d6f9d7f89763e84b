"""What applying and deciding take in. How long a name or a reason may be, operations say."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, InputRequired, Length

from lms.forms import OnceForm, no_control_characters

_l: Any = lazy_gettext  # WTForms' types know only str


class ApplyForm(OnceForm):
    """The name for the certificate, and which scheme it is for."""

    scheme_id = HiddenField(validators=[DataRequired(), Length(max=40)])
    name_kind = RadioField(
        _l("Nombre que figurará en el certificado"),
        description=_l("No se podrá cambiar después de emitirlo, y solo se enseña si tú quieres."),
        choices=[
            SelectChoice("chosen", _l("El nombre que uso aquí")),
            SelectChoice("legal", _l("Mi nombre legal, que está guardado y sellado en mi cuenta")),
        ],
        default="chosen",
        validators=[InputRequired(_l("Elige con qué nombre quieres el certificado."))],
    )


class DecideForm(OnceForm):
    """A member's vote, with reasons."""

    verdict = RadioField(
        _l("Tu voto"),
        choices=[
            SelectChoice("approve", _l("Aprobar la acreditación")),
            SelectChoice("refuse", _l("No aprobarla por ahora")),
        ],
        validators=[InputRequired(_l("Elige si apruebas o no la acreditación."))],
    )
    reasons = TextAreaField(
        _l("Motivos"),
        description=_l(
            "Al menos 20 caracteres. La persona los leerá cuando la decisión sea firme, sin saber quién votó qué. "
            "Habla de las evidencias, no de su salud ni de su vida."
        ),
        validators=[DataRequired(_l("Escribe los motivos de tu decisión.")), no_control_characters],
    )
