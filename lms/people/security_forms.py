"""Flask-Security's forms with our labels; what it does with them stays its own."""

from typing import Any

from flask_babel import lazy_gettext
from flask_login import current_user
from flask_security.forms import (
    ChangePasswordForm,
    EqualToLocalize,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    email_required,
    password_required,
    valid_user_email,
)
from flask_security.forms import EmailValidation as IsEmail
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.webauthn import WebAuthnRegisterForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, Length

from lms.db import db

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts

EMAIL = _l("Correo")
PASSWORD = _l("Contraseña")
NEW_PASSWORD = _l("Contraseña nueva")
AGAIN = _l("La misma contraseña otra vez")
CODE = _l("Código de seis cifras")
RULES = _l("Al menos 12 caracteres. Varias palabras que no suelan ir juntas funcionan bien.")


class SignInForm(LoginForm):
    """Address and password. Sessions end by themselves: there is no "remember me"."""

    email = EmailField(EMAIL, validators=[email_required, IsEmail(verify=False)])
    password = PasswordField(PASSWORD, validators=[password_required, Length(max=256)])
    remember = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # the page has its own link for a forgotten password


class ForgottenForm(ForgotPasswordForm):
    """The address to which a link goes, if it has an account."""

    email = EmailField(EMAIL, validators=[email_required, IsEmail(verify=False), valid_user_email])


class NewPasswordForm(ResetPasswordForm):
    """A new password, twice."""

    password = PasswordField(NEW_PASSWORD, description=RULES, validators=[password_required])
    password_confirm = PasswordField(
        AGAIN, validators=[EqualToLocalize("password", message="RETYPE_PASSWORD_MISMATCH"), password_required]
    )


class ChangedPasswordForm(ChangePasswordForm):
    """The present password, and a new one twice."""

    password = PasswordField(_l("Contraseña actual"), validators=[password_required])
    new_password = PasswordField(NEW_PASSWORD, description=RULES, validators=[password_required])
    new_password_confirm = PasswordField(
        AGAIN, validators=[EqualToLocalize("new_password", message="RETYPE_PASSWORD_MISMATCH"), password_required]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not current_user.password:  # who has none yet has just proved in another way who they are
            self.password.validators = []


class CodeForm(TwoFactorVerifyCodeForm):
    """What the authenticator shows now."""

    code = StringField(CODE, validators=[DataRequired(_l("Escribe el código.")), Length(max=12)])


class RecoveryForm(MfRecoveryForm):
    """One of the codes kept for the day without the telephone."""

    code = StringField(
        _l("Código de recuperación"), validators=[DataRequired(_l("Escribe el código.")), Length(max=40)]
    )

    def validate(self, **kwargs: Any) -> bool:
        """Of two who bring the same code at the same moment, the second finds it gone: the row is held until the commit."""
        self.code.data = (self.code.data or "").strip().lower()
        if self.user is not None:
            db.session.refresh(self.user, ["mf_recovery_codes"], with_for_update=True)
        return super().validate(**kwargs)


class FactorForm(TwoFactorSetupForm):
    """Begin with an authenticator, or stop using one."""

    setup = RadioField(
        _l("Qué quieres hacer"),
        choices=[
            SelectChoice("authenticator", _l("Usar una aplicación de códigos")),
            SelectChoice("disable", _l("Dejar de usar códigos")),
        ],
        default="authenticator",
        validate_choice=False,
    )


class RescueForm(TwoFactorRescueForm):
    """Never shown: who lost the telephone uses a recovery code."""

    help_setup = RadioField(choices=[SelectChoice("recovery_code", "")], validate_choice=False)


class WhichForm(TwoFactorSelectForm):
    """Which second factor, of several."""

    which = RadioField(_l("Cómo quieres confirmar que eres tú"))


class PasskeyForm(WebAuthnRegisterForm):
    """A name for a new passkey, and what it is for."""

    name = StringField(
        _l("Nombre de la llave"),
        description=_l("Para reconocerla después: «Mi teléfono», «Llave azul»."),
        validators=[DataRequired(_l("Ponle un nombre, para reconocerla después."))],
    )
    usage = RadioField(
        _l("Para qué"),
        choices=[
            SelectChoice("first", _l("Entrar sin contraseña")),
            SelectChoice("secondary", _l("Confirmar que soy yo después de la contraseña")),
        ],
        default="first",
    )


FORMS = {
    "login_form": SignInForm,
    "forgot_password_form": ForgottenForm,
    "reset_password_form": NewPasswordForm,
    "change_password_form": ChangedPasswordForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryForm,
    "two_factor_setup_form": FactorForm,
    "two_factor_rescue_form": RescueForm,
    "two_factor_select_form": WhichForm,
    "wan_register_form": PasskeyForm,
}
