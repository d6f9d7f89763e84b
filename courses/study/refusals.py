"""What notes refuse, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class NoteEmpty(Refusal):
    """Neither a mark nor a word."""

    code = "note-empty"
    sentence = _l("La nota está vacía. Escribe algo y guárdala.")
    field = "text"


class NoteTooLong(Refusal):
    """More text than is kept."""

    code = "note-too-long"
    sentence = _l(
        "La nota tiene %(length)s caracteres y se guardan %(most)s como mucho. Acórtala; mientras, sigue aquí."
    )
    field = "text"


class MarkTooLong(Refusal):
    """More marked words than are kept."""

    code = "mark-too-long"
    sentence = _l("Has marcado demasiado texto de una vez. Marca un párrafo o dos.")
    field = "text"


class TooManyNotes(Refusal):
    """More notes than anybody takes."""

    code = "too-many-notes"
    sentence = _l("En este curso tienes ya %(most)s notas y marcas. Borra las que no te sirvan y guarda esta después.")
    field = "text"


class NoteStale(Refusal):
    """Another page has written since this one was opened."""

    code = "note-stale"
    sentence = _l(
        "Esta nota se cambió en otra ventana o en otro aparato. No se ha perdido nada: tu texto sigue en el cuadro."
    )
    field = "text"
