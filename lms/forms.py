"""The parent of all forms: CSRF, trimmed text, and the key that makes a double submission harmless."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField, ValidationError
from wtforms.validators import Length

from lms.errors import Refusal
from lms.ids import new_key

_l: Any = lazy_gettext  # the stubs of WTForms know no lazy strings


def trimmed(value: Any) -> Any:
    """Text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def no_control_characters(_form: Any, field: Any) -> None:
    """Refuse text with invisible control characters (line breaks and tabs are fine)."""
    if isinstance(field.data, str) and any(ord(c) < 32 and c not in "\r\n\t" for c in field.data):
        raise ValidationError(_l("Hay caracteres que no se pueden guardar. Bórralos y escribe el texto de nuevo."))


class Form(FlaskForm):
    """A form with CSRF protection. Fields that are not declared cannot be set."""

    class Meta(FlaskForm.Meta):
        """Trim every text field."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, FieldList | FormField):  # they hold fields, not text
                return unbound_field.bind(form=form, **options)
            filters = (*unbound_field.kwargs.get("filters", ()), trimmed)
            return unbound_field.bind(form=form, filters=filters, **options)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or above the form, keeping all that was typed."""
        field = self._fields.get(refusal.field or "")
        if field is not None:
            field.errors = [*field.errors, str(refusal)]
        else:
            self.form_errors.append(str(refusal))


class OnceForm(Form):
    """A form that creates something: its hidden `once` key lets `lms.once` answer a second sending."""

    once = HiddenField(default=new_key, validators=[Length(min=8, max=64)])
