"""Each role's desk: what it needs to answer its one question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from certificates.accreditation import queries as accreditation
from certificates.register import queries as register
from courses.authoring import queries as authoring
from courses.catalogue import queries as catalogue
from courses.learning import queries as learning
from courses.mentoring import queries as mentoring
from lms.home import queries
from lms.home.trainee import agent, meetings
from lms.people import queries as people
from lms.people.federations.rules import review_is_due
from lms.people.messages import delivery
from lms.people.words import role_name
from lms.policy import ROLES, Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """A section of the front page: `home/desks/<name>.html` shows `data`."""

    name: str
    data: Any


def _crisis_due(federation: Any, now: datetime) -> bool:
    """Whether the federation's crisis contacts should be looked at."""
    return review_is_due(people.crisis(federation)[1], now.date())


def _registrar(actor: Actor, federation: Any, now: datetime) -> Any:
    lapsing = register.lapsing(federation, now)
    return SimpleNamespace(
        due=accreditation.due_dossiers(federation, actor.person_id),
        lapsing=lapsing,
        names=people.names(certificate.person_id for certificate in lapsing),
        loose=queries.loose_ends(federation, now),
        crisis_due=_crisis_due(federation, now),
    )


def _senior(actor: Actor, federation: Any, _now: datetime) -> Any:
    waiting = mentoring.waiting_for(actor.person_id, federation)
    return SimpleNamespace(waiting=waiting, names=people.names(session.person_id for session in waiting[:5]))


def _assessor(_actor: Actor, federation: Any, now: datetime) -> Any:
    return SimpleNamespace(unobserved=queries.agents_unobserved(federation, now))


def _trainer(actor: Actor, federation: Any, now: datetime) -> Any:
    return SimpleNamespace(editions=queries.running_editions(federation, actor.person_id, now))


def _author(_actor: Actor, federation: Any, _now: datetime) -> Any:
    return SimpleNamespace(courses=catalogue.published(federation), drafts=authoring.drafts(federation))


def _admin(_actor: Actor, federation: Any, now: datetime) -> Any:
    return SimpleNamespace(
        roles=queries.roles_held(federation, now),
        most=queries.MOST_COUNTED,
        order=ROLES,
        words={role: role_name(role) for role in ROLES},
        open=queries.signed_in_now(federation, now),
        crisis_due=_crisis_due(federation, now),
        mail=delivery.stuck(federation, now),
    )


def _professional(actor: Actor, federation: Any, _now: datetime) -> Any:
    courses = [one for one in learning.progress(actor.person_id, federation) if one.state != "left"]
    return SimpleNamespace(courses=courses, meetings=meetings(courses))


# In the order in which they stand on the page of who holds several roles.
DESKS: dict[str, Callable[[Actor, Any, datetime], Any]] = {
    "agent": agent,
    "senior": _senior,
    "registrar": _registrar,
    "assessor": _assessor,
    "trainer": _trainer,
    "author": _author,
    "professional": _professional,
    "admin": _admin,
}


def desks(actor: Actor, now: datetime) -> list[Desk]:
    """The desks of the roles that the person holds."""
    return [
        Desk(role, gather(actor, actor.federation_id, now)) for role, gather in DESKS.items() if role in actor.roles
    ]
