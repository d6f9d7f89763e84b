"""What people are told of talk. Facts are ids and titles; what was said stays where it was said."""

from flask_babel import lazy_gettext as _l

from lms.people.messages.kinds import GROUPS, Facts, Group, Kind, Words, register
from lms.texts import gettext as _

GROUPS["talk"] = Group(_l("Conversaciones"), _l("Respuestas en conversaciones que sigues."), usual="digest")


def _answered(facts: Facts) -> Words:
    """Facts: thread, title."""
    title = facts["title"] or _("una conversación")
    return Words(
        _("Hay respuestas nuevas en «%(title)s»", title=title), (), _("Ver la conversación"), f"/talk/{facts['thread']}"
    )


def _announced(facts: Facts) -> Words:
    """Facts: thread, title, edition (its name)."""
    where = _("Para quienes están en «%(edition)s».", edition=facts["edition"])
    return Words(facts["title"], (where,), _("Leer el anuncio"), f"/talk/{facts['thread']}")


def _hand_asked(facts: Facts) -> Words:
    """To those who teach. Facts: who, edition_id, enrolment, edition (its name)."""
    return Words(
        _("%(who)s te ha escrito en «%(edition)s»", who=facts["who"], edition=facts["edition"]),
        (),
        _("Leer y contestar"),
        f"/editions/{facts['edition_id']}/hand/{facts['enrolment']}",
    )


def _hand_given(facts: Facts) -> Words:
    """To the learner. Facts: who, enrolment, edition (its name)."""
    return Words(
        _("%(who)s te ha escrito", who=facts["who"]),
        (_("Es de quienes imparten «%(edition)s». Contesta cuando te venga bien, o no contestes.", edition=facts["edition"]),),
        _("Leer"),
        f"/learn/{facts['enrolment']}/hand",
    )  # fmt: skip


def _flagged(facts: Facts) -> Words:
    """To those who look after a space. Facts: thread, post (its number)."""
    return Words(
        _("Alguien pide que mires un mensaje"),
        (_("Está en una conversación que cuidas. Si puede hacer daño, retíralo."),),
        _("Ver el mensaje"),
        f"/talk/{facts['thread']}?post={facts['post']}",
    )


def _removed(facts: Facts) -> Words:
    """To the author. Facts: thread, reason."""
    why = (facts["reason"],) if facts["reason"] else ()
    return Words(
        _("Se ha retirado un mensaje tuyo"),
        (*why, _("Si no lo entiendes, pregunta a quien imparte o a tu federación.")),
        _("Ver la conversación"),
        f"/talk/{facts['thread']}",
    )


register(Kind("talk-answered", "talk", _answered))
register(Kind("talk-announced", "learning", _announced))
register(Kind("hand-asked", "learning", _hand_asked, people=("who",)))
register(Kind("hand-given", "learning", _hand_given, people=("who",)))
register(Kind("talk-flagged", "learning", _flagged))
register(Kind("talk-removed", "learning", _removed, texts=("reason",)))
