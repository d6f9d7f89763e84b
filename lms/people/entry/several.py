"""Inviting several people at once, and sending again what has lapsed. Call inside `transaction()`."""

from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, insert, select, update

from lms import audit, jobs
from lms.db import db
from lms.errors import Refusal
from lms.ids import new_id, new_key
from lms.people import queries
from lms.people import rules as people_rules
from lms.people.entry import rules
from lms.people.entry.models import OpenRequest
from lms.people.locking import hold
from lms.people.models import Invitation, Person
from lms.people.refusals import RoleNotYours
from lms.policy import ROLES
from lms.texts import gettext as _

MOST_LAPSED = 200  # sent again at once
FAULTS = {
    "unreadable": _l("Línea %(number)s: «%(text)s» no parece un correo."),
    "twice": _l("Línea %(number)s: %(text)s está dos veces."),
    "name": _l("Línea %(number)s: el nombre es demasiado largo o tiene caracteres que no se pueden guardar."),
    "yours": _l("Línea %(number)s: %(text)s es tu propio correo."),
    "waiting": _l("Línea %(number)s: %(text)s ya tiene una invitación en espera para ese papel."),
}


class LinesRefused(Refusal):
    """Some lines are wrong, so nobody was invited. `sentences` name each."""

    code = "lines-refused"
    sentence = _l("No se ha enviado ninguna invitación. Corrige las líneas y envía otra vez.")
    field = "people"

    def __init__(self, sentences: list[str]) -> None:
        super().__init__()
        self.sentences = sentences


def _readable(emails: list[str]) -> set[str]:
    found = set()
    for email in emails:
        try:
            validate_email(email, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            continue
        found.add(email)
    return found


def invite_several(federation_id: UUID, text: str, role: str, *, by: UUID, locale: str, now: datetime) -> int:
    """Invite everybody on a list to a role, or nobody: how many.

    In as many statements as for one. Raises RoleNotYours; LinesRefused, which names each wrong line.
    """
    if role not in people_rules.invitable(queries.roles_of(by, federation_id), ROLES):
        raise RoleNotYours
    lines = rules.read_lines(text)
    if not 1 <= len(lines) <= rules.MOST_LINES:
        raise LinesRefused([_("Escribe entre 1 y %(most)s correos, uno en cada línea.", most=rules.MOST_LINES)])
    emails = [line.email for line in lines]
    hold(federation_id)  # of two alike at once, one is made
    waiting = db.session.scalars(
        select(Invitation.email).where(
            Invitation.federation_id == federation_id,
            Invitation.email.in_(emails),
            Invitation.role == role,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    own = db.session.get_one(Person, by).email
    if wrong := rules.faults(lines, _readable(emails), own, set(waiting)):
        raise LinesRefused([str(FAULTS[why]) % {"number": one.number, "text": one.email[:80]} for one, why in wrong])
    made = [
        {
            "id": new_id(), "federation_id": federation_id, "email": line.email, "name": line.name, "role": role,
            "locale": locale, "invited_by": by, "nonce": new_key(), "sent_at": now,
            "expires_at": now + people_rules.LINK_LASTS,
        }
        for line in lines
    ]  # fmt: skip
    db.session.execute(insert(Invitation), made)
    _send([one["id"] for one in made], "invitation.send", federation_id, by, now, role=role)
    return len(made)


def lapsed(federation_id: UUID, now: datetime) -> list[UUID]:
    """Invitations that ran out without an answer, newest first; not those that somebody asked for themselves."""
    return list(
        db.session.scalars(
            select(Invitation.id)
            .where(
                Invitation.federation_id == federation_id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.unsent.is_(False),
                Invitation.expires_at <= now,
                Invitation.id.not_in(select(OpenRequest.invitation_id)),
            )
            .order_by(Invitation.id.desc())
            .limit(MOST_LAPSED)
        )
    )


def resend_lapsed(federation_id: UUID, *, by: UUID, now: datetime) -> int:
    """A new link for fourteen more days to everybody whose invitation ran out: how many."""
    hold(federation_id)  # sent again by two at once, they get one mail
    ids = lapsed(federation_id, now)
    if ids:
        table = Invitation.__table__
        renewed = update(table).where(table.c.id == bindparam("which")).values(  # type: ignore[arg-type]
            nonce=bindparam("drawn"), sent_at=now, expires_at=now + people_rules.LINK_LASTS
        )  # fmt: skip
        db.session.connection().execute(renewed, [{"which": id_, "drawn": new_key()} for id_ in ids])
        _send(ids, "invitation.resend", federation_id, by, now)
    return len(ids)


def _send(ids: list[UUID], action: str, federation_id: UUID, by: UUID, now: datetime, **facts: str) -> None:
    for id_ in ids:
        audit.record(action, f"invitation:{id_}", federation_id=federation_id, actor_id=by, now=now, **facts)
    jobs.add_all("mail.invitation", now, [{"invitation": id_} for id_ in ids])
