"""Between a learner and those who teach: a hand, asked for or given."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update

from courses.catalogue.models import Lesson
from courses.editions.models import EditionTrainer
from courses.learning.models import Edition, Enrolment, LessonDone
from lms.audit import AuditEntry
from lms.db import transaction
from tests.spaces.conftest import Talk
from tests.statements import counted


def listed(talk: Talk) -> str:
    return talk.as_(talk.trainer).get(f"/editions/{talk.edition}/hand").text


def fresh(talk: Talk) -> None:
    """Everybody has just enrolled in an edition that has just begun: there is no reason to write to anybody."""
    now = datetime.now(UTC)
    with talk.world.database() as session, transaction():
        session.execute(update(Enrolment).values(enrolled_at=now))
        session.execute(update(Edition).values(begins_on=now.date()))


def test_who_asks_comes_first_and_is_answered(talk: Talk) -> None:
    fresh(talk)
    own = f"/learn/{talk.enrolment}/hand"
    assert "Nadie, que sepamos" in listed(talk)
    assert talk.as_(talk.one).post(own, {"text": "Me he perdido en el módulo 2"}).status_code == 302
    assert "Ha pedido una mano" in listed(talk)
    theirs = f"/editions/{talk.edition}/hand/{talk.enrolment}"
    assert "Me he perdido" in talk.as_(talk.trainer).get(theirs).text
    assert talk.as_(talk.trainer).post(theirs, {"text": "Lo vemos juntas"}).status_code == 302
    assert "Lo vemos juntas" in talk.as_(talk.one).get(own).text
    assert "Nadie, que sepamos" in listed(talk)
    assert (talk.told(talk.trainer), talk.told(talk.one)) == (["hand-asked"], ["hand-given"])


def test_nobody_else_reads_it(talk: Talk) -> None:
    talk.as_(talk.one).post(f"/learn/{talk.enrolment}/hand", {"text": "Solo para quien imparte"})
    thread, post = talk.threads()[0].id, talk.post_ids()[0]
    for person in (talk.other, talk.world.person("registrar", "admin", "senior")):
        reader = talk.as_(person)
        for path in (
            f"/learn/{talk.enrolment}/hand", f"/editions/{talk.edition}/hand/{talk.enrolment}", f"/talk/{thread}",
            f"/talk/posts/{post}/remove", f"/editions/{talk.edition}/hand",
        ):  # fmt: skip
            assert reader.get(path).status_code == 404, path
        assert reader.post(f"/talk/posts/{post}/flag").status_code == 404
        assert reader.post(f"/talk/{thread}", {"text": "x"}).status_code == 404
    assert "Solo para" not in talk.as_(talk.other).get(talk.page).text


def test_that_somebody_was_read_stands_in_the_trail(talk: Talk) -> None:
    talk.as_(talk.trainer).get(f"/editions/{talk.edition}/hand/{talk.enrolment}")
    with talk.world.database() as session:
        found = session.query(AuditEntry).filter_by(action="file.read").one()
        assert (found.subject, found.actor_id) == (f"person:{talk.one}", talk.trainer)


def test_who_paused_or_has_done_everything_is_not_on_the_list(talk: Talk) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=60)
    with talk.world.database() as session, transaction():
        session.execute(update(Enrolment).values(enrolled_at=long_ago))
        session.execute(update(Edition).values(begins_on=long_ago.date()))
        session.execute(update(Enrolment).where(Enrolment.id == talk.enrolment).values(state="paused"))
    page = listed(talk)
    assert "Bea" in page
    assert "Ana" not in page
    with talk.world.database() as session, transaction():
        lesson = session.query(Lesson.id).first()[0]
        session.add(LessonDone(enrolment_id=talk.enrolment_of_other, lesson_id=lesson, done_at=datetime.now(UTC)))
    assert "Bea" not in listed(talk)


def test_without_anybody_who_teaches_what_was_written_stays(talk: Talk) -> None:
    with talk.world.database() as session, transaction():
        session.execute(delete(EditionTrainer))
    answer = talk.as_(talk.one).post(f"/learn/{talk.enrolment}/hand", {"text": "¿Hay alguien?"})
    assert answer.status_code == 422
    assert "¿Hay alguien?" in answer.text
    assert talk.threads() == []


def test_the_list_takes_as_many_statements_for_two_as_for_thirty(talk: Talk) -> None:
    counts = []
    for more in (0, 28):
        people = talk.world.people({f"p{n}": ("agent", talk.world.here) for n in range(more)})
        with talk.world.database() as session, transaction():
            session.add_all(
                Enrolment(
                    federation_id=talk.world.here, edition_id=talk.edition, person_id=person,
                    enrolled_at=datetime.now(UTC) - timedelta(days=50),
                )
                for person in people.values()
            )  # fmt: skip
        with counted() as sent:
            listed(talk)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
