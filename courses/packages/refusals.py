"""The refusals of packages: each with its code, a sentence, and what to do."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class PackageRefusal(Refusal):
    """The parent: what is wrong is the file that was chosen."""

    field = "file"


class FileMissing(PackageRefusal):
    """No file was chosen."""

    code = "package-missing"
    sentence = _l("Elige el ZIP del paquete.")


class ManifestMissing(PackageRefusal):
    """There is no imsmanifest.xml where it has to be."""

    code = "manifest-missing"
    sentence = _l(
        "El ZIP no lleva un imsmanifest.xml en su raíz, así que no es un paquete SCORM. Expórtalo de nuevo como SCORM 1.2 o 2004."
    )


class ManifestForbidden(PackageRefusal):
    """The manifest declares a document type or entities, or is larger or deeper than any is."""

    code = "manifest-forbidden"
    sentence = _l(
        "El imsmanifest.xml declara entidades o un DTD, o es enorme. Por seguridad no se lee. Expórtalo de nuevo sin eso."
    )


class ManifestBroken(PackageRefusal):
    """The manifest is no XML, or says nothing that could be opened."""

    code = "manifest-broken"
    sentence = _l("El imsmanifest.xml no se puede leer, o no dice qué hay que abrir. Expórtalo de nuevo.")


class StandardUnknown(PackageRefusal):
    """Neither SCORM 1.2 nor 2004."""

    code = "package-standard-unknown"
    sentence = _l("El paquete no dice ser SCORM 1.2 ni SCORM 2004. Expórtalo en uno de esos dos formatos.")


class LaunchMissing(PackageRefusal):
    """The manifest names a file that is not in the package, or an address elsewhere."""

    code = "package-launch-missing"
    sentence = _l(
        "El manifiesto abre «%(path)s», que no está dentro del ZIP. Expórtalo de nuevo con todos sus archivos."
    )


class TooManyItems(PackageRefusal):
    """More parts than a course has lessons."""

    code = "package-too-many-items"
    sentence = _l("El paquete tiene más de %(most)s partes. Repártelo en varios.")


class NotBrought(PackageRefusal):
    """Another package is replaced only by its federation."""

    code = "package-course-unknown"
    sentence = _l("Ese curso no es un paquete de tu federación. Elige otro, o crea uno nuevo.")
    field = "course"


class NoSeparateAddress(Refusal):
    """There is no origin of their own for packages: they are not run then."""

    code = "packages-no-origin"
    sentence = _l(
        "Esta instalación no tiene una dirección aparte para los paquetes, y sin ella no se abren. "
        "Quien la administra puede ponerla con PACKAGES_URL."
    )


class OpenedElsewhere(Refusal):
    """Another window was opened later: it alone saves."""

    code = "package-opened-elsewhere"
    sentence = _l("Has abierto esta actividad en otra ventana. Lo que hagas en esta ya no se guarda.")


class SessionOver(Refusal):
    """The session of the person, the enrolment or the window has ended."""

    code = "package-session-over"
    sentence = _l("Tu sesión ha terminado. Entra de nuevo y abre otra vez la actividad: lo guardado sigue ahí.")


class NotReadable(Refusal):
    """What the package sent is larger than it may be, or no report."""

    code = "package-report-odd"
    sentence = _l("La actividad ha enviado algo que no se puede guardar. Lo anterior sigue guardado.")
