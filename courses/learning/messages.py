"""What learners are told about their place in an edition. Facts: enrolment (its id), edition (its name)."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _enrolled(facts: Facts) -> Words:
    return Words(
        _("Tienes plaza en «%(edition)s»", edition=facts["edition"]),
        (_("Ve a tu ritmo: guardamos dónde lo dejas."),),
        _("Ir al curso"),
        f"/learn/{facts['enrolment']}",
    )


register(Kind("enrolled", "learning", _enrolled))
