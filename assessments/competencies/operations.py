"""Observations are recorded, once and for good."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert

import assessments.competencies.messages  # noqa: F401 (registers what is told here)
from assessments.competencies import rules
from assessments.competencies.framework import HIGHEST, LOWEST, framework
from assessments.competencies.models import Observation, Rating
from courses.mentoring import queries as mentoring
from lms import audit
from lms.db import db
from lms.errors import Refusal
from lms.people import queries as people
from lms.people.messages.operations import tell


class OwnObservation(Refusal):
    """Nobody rates themselves."""

    code = "observation-own"
    sentence = _l("Nadie valora su propia actuación. Pide a otra persona examinadora que te observe.")


class NothingRated(Refusal):
    """An observation rates at least one competency."""

    code = "observation-empty"
    sentence = _l("Falta valorar al menos una competencia. Elige un nivel en la que hayas observado.")


class ObservedInFuture(Refusal):
    """What has not happened cannot have been observed."""

    code = "observation-future"
    sentence = _l("La fecha es posterior a hoy. Pon el día en que viste la actuación.")
    field = "observed_on"


class SettingUnknown(Refusal):
    """An observation is of a role-play or of an encounter."""

    code = "setting-unknown"
    sentence = _l("Elige si lo viste en una simulación o en un encuentro.")
    field = "setting"


class RatingUnsound(Refusal):
    """A rating names an unknown or repeated competency, or a level or an indicator that there is not."""

    code = "rating-unsound"
    sentence = _l("La valoración de %(codes)s no se puede guardar. Revisa el nivel y el texto de esa competencia.")


class NotObservable(Refusal):
    """Observed are those who have the role of agent or senior agent in the federation."""

    code = "not-observable"
    sentence = _l("Esa persona no es agente en tu federación en este momento. Revisa a quién observaste.")


class NotAssessor(Refusal):
    """The role of assessor ended, or was never there."""

    code = "not-assessor"
    sentence = _l(
        "Ahora mismo no tienes el papel de persona examinadora en esta federación, y la observación no se ha guardado."
    )


class ObservedByMentor(Refusal):
    """For one candidate the mentor is not the assessor."""

    code = "observation-by-mentor"
    sentence = _l("Has acompañado a esta persona en mentoría, así que la tiene que valorar otra persona examinadora.")


def record(
    federation_id: UUID,
    person_id: UUID,
    *,
    assessor_id: UUID,
    setting: str,
    observed_at: datetime,
    ratings: Sequence[tuple[str, int, str, Sequence[int]]],
    now: datetime,
) -> Observation:
    """Note what an assessor saw a person do: (competency code, level 0–4, words, positions of indicators seen) each.

    `setting` is `role-play` or `encounter`.
    Raises OwnObservation, SettingUnknown, ObservedInFuture, NothingRated, RatingUnsound; NotAssessor, NotObservable,
    ObservedByMentor as things stand in the federation at this moment.
    """
    used = framework()
    rated = [rules.Rated(code, level, words, tuple(seen)) for code, level, words, seen in ratings]
    if assessor_id == person_id:
        raise OwnObservation
    if setting not in rules.SETTINGS:
        raise SettingUnknown
    if observed_at > now:
        raise ObservedInFuture
    if not rated:
        raise NothingRated
    known = {code: used.indicator_count(code) for code in used.by_code}
    if wrong := rules.faults(rated, known, LOWEST, HIGHEST):
        raise RatingUnsound(codes=", ".join(wrong))
    _entitled(federation_id, person_id, assessor_id, now)
    observation = Observation(
        federation_id=federation_id,
        person_id=person_id,
        assessor_id=assessor_id,
        setting=setting,
        observed_at=observed_at,
        recorded_at=now,
        framework=used.version,
    )
    db.session.add(observation)
    db.session.flush()
    db.session.execute(
        insert(Rating),
        [
            {
                "observation_id": observation.id,
                "competency": one.code,
                "level": one.level,
                "words": one.words,
                "indicators": list(one.indicators),
            }
            for one in rated
        ],
    )
    audit.record(
        "observation.record",
        f"observation:{observation.id}",
        federation_id=federation_id,
        actor_id=assessor_id,
        now=now,
        person=person_id,
        setting=setting,
        levels={one.code: one.level for one in rated},
    )
    about = {"who": assessor_id, "observation": observation.id}
    tell(person_id, "observation-recorded", federation_id=federation_id, now=now, **about)
    return observation


def _entitled(federation_id: UUID, person_id: UUID, assessor_id: UUID, now: datetime) -> None:
    if not people.holds(assessor_id, federation_id, "assessor", now=now):
        raise NotAssessor
    if rules.OBSERVED_ROLES.isdisjoint(people.roles_of(person_id, federation_id, now)):
        raise NotObservable
    if assessor_id in mentoring.mentors_ever(person_id):
        raise ObservedByMentor
