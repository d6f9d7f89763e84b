"""Who is told of what: each deed of the road tells those whom it concerns, and nobody else."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assessments.competencies import operations as competencies
from certificates.accreditation import operations as accreditation
from certificates.register import operations as register
from courses.learning import operations as learning
from courses.mentoring import operations as mentoring
from courses.mentoring.refusals import NotSenior
from lms import mail
from lms.db import db, transaction
from lms.people.messages import kinds
from lms.people.messages.models import Message
from tests.cast import gather
from tests.mentoring.place import LATER, Place
from tests.messages.place import messages
from tests.register import seed
from tests.world import NOW, World


@pytest.fixture
def place(world: World) -> Place:
    made = Place(world)
    with world.database(), transaction() as session:
        session.execute(Message.__table__.delete())  # that they were paired
    return made


def told(world: World) -> set[tuple[UUID, str]]:
    """(who, what) of every message."""
    with world.database():
        return {(row.person_id, row.kind) for row in db.session.execute(select(Message.person_id, Message.kind))}


def subjects(world: World, person: UUID) -> list[str]:
    """What a person's messages say, newest first."""
    page = world.browser(person).get("/messages").text
    return [part.partition("<")[0] for part in page.split('<p class="row-title">')[1:]]


def test_a_pairing_is_told_to_both(world: World) -> None:
    place = Place(world)
    assert told(world) == {(place.trainee, "pairing-made"), (place.mentor, "pairing-made")}
    assert subjects(world, place.trainee) == ["Rosa Martín te acompaña desde ahora"]
    assert subjects(world, place.mentor) == ["Desde ahora acompañas a Luis Ortega"]
    with world.database(), transaction():
        mentoring.end_pairing(place.pairing, by=place.registrar, now=LATER)
    assert subjects(world, place.mentor)[0] == "Tu pareja de mentoría con Luis Ortega ha terminado"


def test_a_session_is_told_to_the_mentor_and_what_becomes_of_it_to_its_author(place: Place) -> None:
    session = place.log()
    assert told(place.world) == {(place.mentor, "session-written")}
    place.correct(session)  # while it waits: it is read as it stands then
    assert len(messages(place.world, place.mentor)) == 1
    place.give_back(session, "Falta la fecha")
    place.correct(session)
    place.sign(session)
    place.reverse(session)
    assert subjects(place.world, place.mentor) == [
        "Luis Ortega ha corregido la sesión que devolviste",
        "Luis Ortega ha anotado una sesión contigo",
    ]
    assert subjects(place.world, place.trainee) == [
        "Rosa Martín ha retirado el visado de una sesión",
        "Rosa Martín ha visado una sesión tuya",
        "Rosa Martín te ha devuelto una sesión con una nota",
    ]
    assert "Falta la fecha" not in str([message.facts for message in messages(place.world, place.trainee)])


def test_many_sessions_signed_at_once_are_one_message_for_each_person(place: Place) -> None:
    other = place.world.person("agent", name="Eva")
    pairing = place.pair(other, place.mentor)
    place.sign(*place.many(10), place.log(500, pairing))
    assert subjects(place.world, place.trainee) == ["Rosa Martín ha visado 10 sesiones tuyas"]
    assert subjects(place.world, other)[0] == "Rosa Martín ha visado una sesión tuya"


def test_what_is_refused_tells_nobody(place: Place) -> None:
    session = place.log()
    before = told(place.world)
    with pytest.raises(NotSenior):
        place.sign(session, by=place.trainee)
    assert told(place.world) == before


def test_an_observation_is_told_to_whom_was_observed(world: World) -> None:
    ana, observer = world.person("agent"), world.person("assessor", name="Rosa")
    with world.database(), transaction():
        competencies.record(
            world.here, ana, assessor_id=observer, setting="role-play", observed_at=NOW, ratings=[("1.1", 3, "", ())], now=NOW
        )  # fmt: skip
    assert subjects(world, ana) == ["Rosa ha anotado una observación de tu práctica"]


def test_a_place_in_an_edition_is_told_once(world: World) -> None:
    cast = gather(world)
    ana = world.person("agent")
    for _twice in range(2):
        with world.database(), transaction():
            learning.enrol(ana, cast.ids["edition_id"], federation_id=world.here, now=NOW)
    assert subjects(world, ana) == ["Tienes plaza en «Primavera»"]


def test_an_application_is_told_to_the_registrars_and_the_decision_to_the_applicant(world: World) -> None:
    ana = world.person("agent", "registrar", name="Ana")
    first, second = world.person("registrar"), world.person("registrar")
    world.person("registrar", federation=world.elsewhere)
    with world.database(), transaction() as session:
        scheme = seed.scheme(session, world.here).scheme_id
        dossier = accreditation.apply(ana, world.here, scheme, "Ana", now=NOW).id
    assert told(world) == {(first, "dossier-applied"), (second, "dossier-applied")}
    for member in (first, second):
        with world.database(), transaction():
            vote: dict[str, Any] = {"verdict": "refuse", "reasons": "No está completo todavía.", "now": NOW}
            accreditation.decide(dossier, member_id=member, federation_id=world.here, **vote)
    assert subjects(world, ana) == ["Hay una decisión sobre tu solicitud"]


def test_the_holder_is_told_of_each_act_and_no_reason_leaves_by_mail(world: World) -> None:
    ana, registrar = world.person("agent"), world.person("registrar")
    certificate = seed.issued(world, ana, registrar)
    for act in (register.suspend, register.reinstate, register.revoke):
        with world.database(), transaction():
            act(certificate.id, by=registrar, federation_id=world.here, reason="Motivo reservado", now=NOW)
    assert subjects(world, ana) == [
        "Tu certificado ya no está en vigor",
        "Tu certificado vuelve a estar en vigor",
        "Tu certificado está en pausa",
        "Tu certificado está listo",
    ]
    with world.database():
        mails = [sent.message().as_string() for sent in world.app.extensions["mailman"].outbox]
    assert len(mails) == 4
    assert not [text for text in mails if "Motivo reservado" in text]


FACTS = {
    "who": "", "session": "1", "count": "3", "side": "mentor", "dossier": "1", "certificate": "1", "enrolment": "1",
    "edition": "Primavera", "observation": "1", "role": "agent", "device": "Firefox · Android", "what": "x", "starts_at": "2026-03-02T09:00:00+00:00", "until": "2026-03-02T09:00:00+00:00", "due_on": "2026-03-02",
}  # fmt: skip


def test_every_kind_says_something_in_each_language_and_leads_somewhere(world: World) -> None:
    with world.database():
        for name in set(kinds.KINDS) - {"test", "announcement", "talk-announced"}:  # these say what somebody wrote
            said = []
            for locale in ("es", "en"):
                with mail.written_for(locale):
                    words = kinds.KINDS[name].words
                    assert words is not None
                    said.append(words(defaultdict(lambda: "1", FACTS)))
            assert said[0].subject != said[1].subject, name
            assert said[0].path.startswith("/"), name
