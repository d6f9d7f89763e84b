"""What imports refuse, and the sentences that say so."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal
from lms.people.imports import words


class FileRefused(Refusal):
    """The parent of what is wrong with a whole file."""

    code = "file-refused"
    field = "file"


class FileMissing(FileRefused):
    """Neither a file nor pasted text."""

    code = "file-missing"
    sentence = _l("Elige un archivo o pega las filas en el recuadro.")


class FileEmpty(FileRefused):
    """Not a byte, or nothing but blanks."""

    code = "file-empty"
    sentence = _l("El archivo está vacío. Descarga la plantilla, rellénala y elígela aquí.")


class FileTooLarge(FileRefused):
    """More bytes than we take."""

    code = "file-too-large"
    sentence = _l("El archivo pasa de 10 MB. Divídelo en varios y súbelos uno a uno.")


class FileUnreadable(FileRefused):
    """Bytes that are no text in any way of writing that we know."""

    code = "file-unreadable"
    sentence = _l("No podemos leer este archivo. Guárdalo otra vez como CSV (UTF-8) o como libro de Excel (.xlsx).")


class OldWorkbook(FileRefused):
    """An .xls of before 2007."""

    code = "old-workbook"
    sentence = _l("Es un libro de Excel antiguo (.xls). Ábrelo y guárdalo como .xlsx o como CSV.")


class LockedWorkbook(FileRefused):
    """Encrypted with a password."""

    code = "locked-workbook"
    sentence = _l("El libro tiene contraseña. Quítasela, guárdalo y vuelve a elegirlo.")


class NoWorkbook(FileRefused):
    """A ZIP of something else."""

    code = "no-workbook"
    sentence = _l("Es un archivo comprimido, pero no un libro de Excel (.xlsx). Saca de él la hoja y elige esa.")


class WorkbookWithMacros(FileRefused):
    """It brings programs along."""

    code = "workbook-with-macros"
    sentence = _l("El libro contiene macros. Guárdalo como «Libro de Excel (.xlsx)», sin macros.")


class WorkbookBroken(FileRefused):
    """A workbook that is damaged, or made to do harm."""

    code = "workbook-broken"
    sentence = _l(
        "El libro está dañado o no sigue el formato. Ábrelo en tu programa, guárdalo otra vez como .xlsx y elígelo."
    )


class WorkbookTooLarge(FileRefused):
    """Small outside, huge inside."""

    code = "workbook-too-large"
    sentence = _l("El libro ocupa demasiado al abrirlo. Copia las filas de personas en un libro nuevo y elige ese.")


class QuotesBroken(FileRefused):
    """A quotation mark that is not closed, or text after one."""

    code = "quotes-broken"
    sentence = _l(
        "En la fila %(row)s hay unas comillas sin cerrar o mal puestas. Corrígelas y vuelve a elegir el archivo."
    )


class LineTooLong(FileRefused):
    """A line that cannot be one person's."""

    code = "line-too-long"
    sentence = _l("La fila %(row)s es demasiado larga. Comprueba que cada persona esté en una línea.")


class TooManyRows(FileRefused):
    """More people than we take at once."""

    code = "too-many-rows"
    sentence = _l("Hay más de %(most)s filas. Divide la lista en varios archivos.")


class NoRows(FileRefused):
    """Headings, and nobody beneath."""

    code = "no-rows"
    sentence = _l("No hay ninguna persona debajo de los encabezados. Añade al menos una fila.")


class HeadingRefused(FileRefused):
    """What is wrong with the headings; the fact `column` is one of rules.COLUMNS."""

    def __str__(self) -> str:
        return str(self.sentence) % {"column": words.COLUMNS[self.facts["column"]]}


class HeadingMissing(HeadingRefused):
    """A column that every list needs is not there."""

    code = "heading-missing"
    sentence = _l(
        "Falta la columna «%(column)s». La primera fila tiene que llevar los encabezados: nombre, correo, papel, idioma."
    )


class HeadingTwice(HeadingRefused):
    """Two columns for the same."""

    code = "heading-twice"
    sentence = _l("Hay dos columnas para «%(column)s». Deja una sola.")


class ImportNotWaiting(Refusal):
    """It was used, dropped or has lapsed; or it has findings."""

    code = "import-not-waiting"
    sentence = _l("Esta lista ya no espera: se usó, se descartó o caducó. No se ha cambiado nada.")


class ImportChanged(Refusal):
    """What was true at the rehearsal is not any more: the whole import is refused."""

    code = "import-changed"
    sentence = _l("Algo ha cambiado desde el ensayo, así que no se ha invitado a nadie. Mira qué filas son.")


def fault(code: str, facts: dict[str, object]) -> FileRefused:
    """The refusal with this code, as it was kept."""
    known = {one.code: one for parent in (FileRefused, HeadingRefused) for one in parent.__subclasses__()}
    return known.get(code, FileUnreadable)(**facts)
