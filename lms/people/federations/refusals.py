"""What a federation's operations refuse, and the sentences that say so."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class LogoRefused(Refusal):
    """The parent of what is wrong with a logo."""

    code = "logo-refused"
    field = "logo"


class LogoMissing(LogoRefused):
    """No file came, or an empty one."""

    code = "logo-missing"
    sentence = _l("Elige el archivo del logotipo. El que había sigue como estaba.")


class LogoDrawing(LogoRefused):
    """An SVG, which may carry a script."""

    code = "logo-svg"
    sentence = _l(
        "Un archivo SVG puede llevar programas dentro y no se admite. Ábrelo con un programa de dibujo, expórtalo como PNG "
        "y sube ese archivo. El logotipo que había sigue como estaba."
    )


class LogoUnknown(LogoRefused):
    """Not a picture of a kind that we read."""

    code = "logo-unknown"
    sentence = _l(
        "Ese archivo no es una imagen PNG, JPEG o WebP, aunque su nombre lo diga. Guárdala como PNG y súbela."
    )


class LogoBroken(LogoRefused):
    """Truncated or damaged."""

    code = "logo-broken"
    sentence = _l("La imagen está dañada o incompleta y no se puede leer. Vuelve a exportarla y súbela de nuevo.")


class LogoMoves(LogoRefused):
    """An animation."""

    code = "logo-animated"
    sentence = _l("La imagen tiene movimiento. Guarda un solo fotograma como PNG y súbelo.")


class LogoTooLarge(LogoRefused):
    """More bytes or pixels than a logo needs."""

    code = "logo-large"
    sentence = _l(
        "La imagen es demasiado grande. Redúcela a unos 1000 puntos de lado y 4 MB como mucho, y súbela de nuevo."
    )


class LogoNarrow(LogoRefused):
    """Too small or too stretched to be recognised."""

    code = "logo-narrow"
    sentence = _l(
        "La imagen es demasiado pequeña o demasiado alargada. Usa una de al menos 24 puntos de lado y que no sea más de "
        "seis veces más larga que ancha."
    )


class ColourUnreadable(Refusal):
    """Not a colour."""

    code = "colour-unreadable"
    sentence = _l("Eso no es un color. Escríbelo como #0b5660, con seis cifras de 0 a 9 o letras de a a f.")


class ColourTooPale(Refusal):
    """It cannot be read where it would be used. `field` is set by whoever raises it."""

    code = "colour-pale"
    sentence = _l(
        "Con ese color el texto no se lee bien: su contraste es %(ratio)s a 1 y hace falta %(least)s a 1. El color más "
        "parecido que sí se lee es %(nearest)s."
    )


class DefaultNotOffered(Refusal):
    """The federation's own language is not among those that it offers."""

    code = "default-not-offered"
    sentence = _l("El idioma de la federación tiene que estar entre los que ofrece. Márcalo también, o elige otro.")
    field = "locale"


class MonthsBeyond(Refusal):
    """Kept for too short or too long. `field` is set by whoever raises it."""

    code = "months-beyond"
    sentence = _l("Escribe un número de meses de %(floor)s a %(ceiling)s.")


class BodyNameTaken(Refusal):
    """An open association or service has this name."""

    code = "body-name-taken"
    sentence = _l("Ese nombre ya está en uso en esta lista. Escribe uno que los distinga.")
    field = "name"


class BodyClosed(Refusal):
    """It was closed meanwhile."""

    code = "body-closed"
    sentence = _l("Ya consta su cierre y no se puede cambiar. Si reabre, añade uno nuevo con el mismo nombre.")


class AssociationUnknown(Refusal):
    """Not an open association of this federation."""

    code = "association-unknown"
    sentence = _l("Elige una asociación abierta de la lista, o ninguna.")
    field = "association"


class FederationUnknown(Refusal):
    """No federation of this install has that short name."""

    code = "federation-unknown"
    sentence = _l(
        "Aquí no hay ninguna federación con ese nombre corto. Pídeselo a su administración y cópialo tal cual."
    )
    field = "slug"


class AgreementWithOneself(Refusal):
    """The other is oneself."""

    code = "agreement-with-oneself"
    sentence = _l("Ese es el nombre corto de tu federación. Escribe el de la otra.")
    field = "slug"


class AgreementStands(Refusal):
    """The same is proposed or in force."""

    code = "agreement-stands"
    sentence = _l("Ese acuerdo ya está propuesto o en vigor. Está en la lista de esta página.")
    field = "slug"


class AgreementEnded(Refusal):
    """Somebody else came first."""

    code = "agreement-ended"
    sentence = _l("Este acuerdo ya había cambiado: alguien lo aceptó o lo terminó antes. Así está ahora.")


class AgreementTwoPeople(Refusal):
    """The same person on both sides."""

    code = "agreement-two-people"
    sentence = _l("Lo propusiste tú en la otra federación. Lo tiene que aceptar otra persona de esta administración.")


class DraftMoved(Refusal):
    """The same writer has saved in another window."""

    code = "draft-moved"
    sentence = _l(
        "Guardaste este borrador en otra ventana mientras escribías aquí. Abajo está lo guardado; lo tuyo sigue en el formulario. "
        "Junta los dos y guarda: se quedará lo que haya en el formulario."
    )


class DraftNotThere(Refusal):
    """Nothing is being written."""

    code = "draft-not-there"
    sentence = _l("Este borrador ya no está: se publicó o se descartó. Así está ahora el texto.")


class VersionMoved(Refusal):
    """Somebody else has published."""

    code = "version-moved"
    sentence = _l(
        "Mientras escribías, otra persona publicó la versión %(version)s. Tu borrador está entero. Compara los dos y decide."
    )


class TextEmpty(Refusal):
    """A language is missing. `language` is its code."""

    code = "text-empty"
    sentence = _l(
        "Falta el título o el texto en uno de los idiomas que ofrece la federación (%(language)s). Escríbelo, o deja de "
        "ofrecer ese idioma. El borrador está guardado y lo publicado sigue como estaba."
    )


class TextFaulty(Refusal):
    """The Markdown will not do. `line` counts from 1."""

    code = "text-faulty"
    sentence = _l("%(language)s, línea %(line)s: %(fault)s")
