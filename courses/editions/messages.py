"""What learners are told about the queue, and the few reminders. Facts: ids, names of editions, moments in ISO 8601."""

from datetime import date, datetime

from lms import i18n
from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _offered(facts: Facts) -> Words:
    until = i18n.moment(datetime.fromisoformat(facts["until"]))
    return Words(
        _("Hay una plaza para ti en «%(edition)s»", edition=facts["edition"]),
        (
            _("Te la guardamos hasta el %(until)s. Después pasa a la siguiente persona.", until=until),
            _("Si ahora no te viene bien, puedes dejarla pasar: alguien la espera."),
        ),
        _("Ver la plaza"),
        f"/waiting/{facts['edition_id']}",
    )


def _passed(facts: Facts) -> Words:
    return Words(
        _("La plaza en «%(edition)s» ha pasado a otra persona", edition=facts["edition"]),
        (_("Si todavía te interesa, puedes volver a apuntarte a la lista de espera."),),
        _("Ver la edición"),
        f"/waiting/{facts['edition_id']}",
    )


def _meeting(facts: Facts) -> Words:
    when = i18n.moment(datetime.fromisoformat(facts["starts_at"]))
    return Words(
        _("Encuentro: %(when)s", when=when),
        (_("«%(what)s». El lugar o el enlace están en tu curso.", what=facts["what"]),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


def _cancelled(facts: Facts) -> Words:
    when = i18n.moment(datetime.fromisoformat(facts["starts_at"]))
    return Words(
        _("Se anula el encuentro del %(when)s", when=when),
        (_("«%(what)s». No tienes que hacer nada: no cuenta para nadie.", what=facts["what"]),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


def _moved(facts: Facts) -> Words:
    when = i18n.moment(datetime.fromisoformat(facts["starts_at"]))
    return Words(
        _("Un encuentro cambia: ahora es el %(when)s", when=when),
        (_("«%(what)s». El lugar o el enlace están en tu curso.", what=facts["what"]),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


def _due(facts: Facts) -> Words:
    day = i18n.day(date.fromisoformat(facts["due_on"]))
    return Words(
        _("«%(edition)s»: tu plazo es el %(day)s", edition=facts["edition"], day=day),
        (_("Si te viene mejor otro día, cámbialo en tu curso: no hace falta decir por qué."),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


def _transferred(facts: Facts) -> Words:
    return Words(
        _("Ahora estás en «%(edition)s»", edition=facts["edition"]),
        (_("Lo que hiciste y escribiste ha venido contigo."),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


for _name, _words in {
    "seat-offered": _offered,
    "seat-passed": _passed,
    "meeting-near": _meeting,
    "meeting-cancelled": _cancelled,
    "meeting-moved": _moved,
    "due-near": _due,
    "edition-changed": _transferred,
}.items():
    register(Kind(_name, "learning", _words))
