"""What people's operations refuse, and the sentences that say so."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class EmailTaken(Refusal):
    """Another account has this address."""

    code = "email-taken"
    sentence = _l("Ya hay una cuenta con ese correo.")
    field = "email"


class EmailUnreadable(Refusal):
    """Not an address."""

    code = "email-unreadable"
    sentence = _l("Eso no parece un correo. Escríbelo como nombre@ejemplo.org.")
    field = "email"


class PasswordRefused(Refusal):
    """The parent of what is wrong with a password."""

    code = "password-refused"
    field = "password"


class PasswordTooShort(PasswordRefused):
    """Fewer than twelve characters."""

    code = "password-short"
    sentence = _l("La contraseña es corta. Usa al menos 12 caracteres; varias palabras seguidas valen.")


class PasswordTooLong(PasswordRefused):
    """More than fits."""

    code = "password-long"
    sentence = _l("La contraseña es demasiado larga. Usa como mucho 256 caracteres.")


class PasswordPersonal(PasswordRefused):
    """It contains the name or the address."""

    code = "password-personal"
    sentence = _l("La contraseña contiene tu nombre o tu correo, que otras personas conocen. Elige otra sin ellos.")


class PasswordTooCommon(PasswordRefused):
    """It is among those that are tried first."""

    code = "password-common"
    sentence = _l("Esa contraseña es fácil de adivinar. Prueba con varias palabras que no suelan ir juntas.")


class PasswordWrong(PasswordRefused):
    """Not this person's password."""

    code = "password-wrong"
    sentence = _l("Esa no es tu contraseña. Escríbela otra vez.")


class RoleHeld(Refusal):
    """The person has the role already."""

    code = "role-held"
    sentence = _l("Esta persona ya tiene ese papel.")
    field = "role"


class RoleNotYours(Refusal):
    """Only an admin gives and takes this role, and nobody gives one to themselves."""

    code = "role-not-yours"
    sentence = _l("No puedes dar ni retirar ese papel. Pídeselo a quien administra la federación.")
    field = "role"


class RoleTaken(Refusal):
    """Somebody has taken the role away already."""

    code = "role-taken"
    sentence = _l("Ese papel ya se había retirado. Vuelve a cargar la página para ver cómo está ahora.")


class RoleWasTaken(Refusal):
    """The federation took it away: only the federation gives it back."""

    code = "role-was-taken"
    sentence = _l("La federación retiró antes tu papel, así que solo ella puede devolvértelo. Escríbele.")


class LastAdmin(Refusal):
    """A federation is never left without an admin."""

    code = "last-admin"
    sentence = _l(
        "La federación se quedaría sin nadie que la administre. Da antes ese papel, sin fecha de fin, a otra persona."
    )


class RoleDatesUnsound(Refusal):
    """In the past, backwards, or farther than ten years."""

    code = "role-dates"
    sentence = _l(
        "Esas fechas no valen. El comienzo no puede estar en el pasado, y el fin va después; como mucho, dentro de diez años."
    )
    field = "until"


class RolesApart(Refusal):
    """The ombudsperson takes no part in what they hear about."""

    code = "roles-apart"
    sentence = _l(
        "La defensoría no se junta con administrar, llevar el registro, evaluar ni visar horas. "
        "Dale este papel a otra persona, o retira antes el otro."
    )
    field = "role"


class MemberPaused(Refusal):
    """The account is deactivated in the federation: it has no role that could be given or deactivated."""

    code = "member-paused"
    sentence = _l("Su cuenta está desactivada en esta federación. Reactívala antes de cambiar sus papeles.")


class MemberActive(Refusal):
    """Somebody has reactivated it, or it never was deactivated."""

    code = "member-active"
    sentence = _l("Su cuenta ya está activa en esta federación. No se ha cambiado nada.")


class InvitedOneself(Refusal):
    """One's own address."""

    code = "invited-oneself"
    sentence = _l("Ese es tu propio correo. Escribe el de la persona a la que invitas.")
    field = "email"


class AlreadyInvited(Refusal):
    """An invitation for this address and role is waiting."""

    code = "already-invited"
    sentence = _l(
        "Ya hay una invitación en espera para ese correo y ese papel. Puedes enviarla otra vez desde la lista."
    )
    field = "email"


class InvitationNotWaiting(Refusal):
    """Accepted or withdrawn meanwhile: nothing to resend or withdraw."""

    code = "invitation-not-waiting"
    sentence = _l("Esta invitación ya no está en espera: se ha aceptado o retirado. No se ha cambiado nada.")


class InvitationUnknown(Refusal):
    """No invitation belongs to this link; or a newer link has replaced it."""

    code = "invitation-unknown"
    sentence = _l("Este enlace no es válido. Ábrelo desde el último correo que recibiste.")


class InvitationExpired(Refusal):
    """More than fourteen days old."""

    code = "invitation-expired"
    sentence = _l("Esta invitación ha caducado. Pide a tu federación que te la envíe de nuevo.")


class InvitationWithdrawn(Refusal):
    """The federation took it back."""

    code = "invitation-withdrawn"
    sentence = _l("La federación ha retirado esta invitación. Si crees que es un error, escríbele.")


class InvitationUsed(Refusal):
    """Accepted before."""

    code = "invitation-used"
    sentence = _l("Esta invitación ya se ha usado. Entra con tu correo y tu contraseña.")


class AccountExists(Refusal):
    """The invited address has an account: sign in to accept."""

    code = "account-exists"
    sentence = _l("Entra con tu cuenta para aceptar esta invitación.")


class AnotherPerson(Refusal):
    """Signed in as somebody whom the invitation does not name."""

    code = "another-person"
    sentence = _l("Esta invitación es para otro correo. Cierra la sesión y ábrela de nuevo.")


class TextChanged(Refusal):
    """A newer version was published while the person read."""

    code = "text-changed"
    sentence = _l("El texto ha cambiado mientras lo leías. Esta es la versión nueva: léela antes de aceptar.")


class CodeWrong(Refusal):
    """Not the code that the authenticator shows now."""

    code = "code-wrong"
    sentence = _l("Ese código no es el que muestra ahora tu aplicación. Espera al siguiente y escríbelo.")
    field = "code"


class TimezoneUnknown(Refusal):
    """No such time zone."""

    code = "timezone-unknown"
    sentence = _l("No conocemos esa zona horaria. Elige una de la lista.")
    field = "timezone"
