"""What the authors' desk refuses, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class TextMoved(Refusal):
    """Somebody else has saved this file since the page was opened."""

    code = "text-moved"
    sentence = _l(
        "Alguien ha guardado este texto mientras escribías. Lo tuyo sigue en los cuadros y no se ha perdido nada: compara los dos textos, junta lo que haga falta y guarda."
    )


class TextTooLong(Refusal):
    """More bytes than the checker takes."""

    code = "text-too-long"
    sentence = _l("El texto ocupa %(size)s KB y caben %(most)s. Reparte la lección en dos o acorta el texto.")
    field = "body"


class FileGone(Refusal):
    """It was removed meanwhile."""

    code = "file-gone"
    sentence = _l("Este texto ya no está en el borrador. Puedes recuperarlo en el historial.")


class SlugTaken(Refusal):
    """Another course has this name in its address."""

    code = "slug-taken"
    sentence = _l("Ya hay un curso o un borrador con la dirección «%(slug)s». Elige otra.")
    field = "slug"


class SlugOdd(Refusal):
    """No letters that an address may have."""

    code = "slug-odd"
    sentence = _l("La dirección lleva minúsculas sin acentos, cifras y guiones, por ejemplo «grupos-en-el-barrio».")
    field = "slug"


class NothingToCopy(Refusal):
    """There is no such course for this federation."""

    code = "nothing-to-copy"
    sentence = _l("Ese curso ya no está en el catálogo. Elige otro.")
    field = "source"


class PlaceUnknown(Refusal):
    """The module or lesson was moved or removed meanwhile."""

    code = "place-unknown"
    sentence = _l("Ese módulo o esa lección ya no está ahí. Vuelve a cargar la página para ver cómo está ahora.")


class NameTaken(Refusal):
    """Another module, or another lesson of the module, has this name."""

    code = "name-taken"
    sentence = _l("Ya hay otro elemento con la dirección «%(slug)s». Elige otra.")
    field = "slug"


class DraftFull(Refusal):
    """More files or bytes than a course has."""

    code = "draft-full"
    sentence = _l("El borrador no admite más: %(files)s archivos y %(megabytes)s MB como mucho.")


class DraftFaulty(Refusal):
    """The checker has found something."""

    code = "draft-faulty"
    sentence = _l("No se ha publicado: queda algo por corregir. Nada ha cambiado.")


class DraftChanged(Refusal):
    """Somebody saved while it was being published."""

    code = "draft-changed"
    sentence = _l(
        "Alguien ha guardado un cambio mientras se publicaba. No se ha publicado nada: revisa el borrador y publica otra vez."
    )


class NothingNew(Refusal):
    """The newest version says the same."""

    code = "nothing-new"
    sentence = _l("No hay nada nuevo que publicar: la versión %(number)s dice lo mismo.")


class FileUnknown(Refusal):
    """It is no kind of file that a course has."""

    code = "file-unknown"
    sentence = _l("Este archivo no es de una clase que se admita en un curso. Admitimos %(known)s.")
    field = "file"


class FileBroken(Refusal):
    """It cannot be read to its end."""

    code = "file-broken"
    sentence = _l("No podemos leer esta imagen: el archivo está dañado o incompleto. Expórtala otra vez y súbela.")
    field = "file"


class FileTooLarge(Refusal):
    """More bytes or pixels than we take."""

    code = "file-too-large"
    sentence = _l("El archivo es demasiado grande: %(most)s como mucho. Redúcelo y súbelo de nuevo.")
    field = "file"


class PictureMoves(Refusal):
    """It is an animation."""

    code = "picture-moves"
    sentence = _l("La imagen se mueve. En las lecciones solo van imágenes quietas: sube una de ellas.")
    field = "file"


class DrawingUnsafe(Refusal):
    """An SVG with something that is no drawing."""

    code = "drawing-unsafe"
    sentence = _l("%(why)s Quítalo del dibujo, o expórtalo como PNG.")
    field = "file"


class DescriptionMissing(Refusal):
    """Whoever does not see the picture would learn nothing."""

    code = "description-missing"
    sentence = _l("Escribe qué se ve o qué es: quien no lo ve necesita saberlo.")
    field = "description"


class VersionNotNewer(Refusal):
    """An edition goes forward only, within its course."""

    code = "version-not-newer"
    sentence = _l("Esta edición no puede pasar a esa versión. Vuelve a cargar la página para ver cuál es la más nueva.")


class PlanChanged(Refusal):
    """What was looked at is not what would happen now."""

    code = "plan-changed"
    sentence = _l("Algo ha cambiado desde que abriste esta página. Revisa otra vez qué pasaría y confirma.")


class CaptionsWrong(Refusal):
    """A WebVTT file with more than plain captions."""

    code = "captions-wrong"
    sentence = _l("Los subtítulos no sirven así. Línea %(line)s: %(why)s")
    field = "file"
