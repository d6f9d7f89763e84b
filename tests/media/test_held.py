"""What is held of voices and sharing goes along in the copy, and goes with the person."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from courses.care import operations as care
from courses.learning.models import Edition
from courses.media.models import ReflectionAnswer, SharedReflection, VoiceNote
from lms import clock
from lms.db import transaction
from lms.people.models import Person
from lms.people.privacy import copies, erasures, retention
from lms.people.privacy.holdings import Asked
from tests.learning.conftest import School
from tests.media import files
from tests.media.place import Place, settle

SECRET = "Aquel martes en la cocina"
PLAN = "Cuando dejo de salir con la perra"


@pytest.fixture
def place(school: School) -> Place:
    """A learner who has written, spoken, shared, been answered and planned."""
    place = settle(school)
    learner = place.learns()
    learner.post(place.lesson, {"text": SECRET, "page": "p", "sequence": "1", "base": "0"})
    place.record(learner, files.ogg())
    learner.post(f"{place.lesson}/share", {"way": "both", "reader_id": str(place.mentor)})
    with place.world.database() as session:
        shared = session.scalar(select(SharedReflection.id))
    place.accompanies().post(f"/shared/{shared}", {"text": "Te leo."})
    with place.world.database(), transaction():
        now = clock.now()
        plan = care.write(place.learner, place.world.here, {"signs": PLAN}, writing=None, now=now)
        care.keep_version(plan, now.date() + timedelta(days=30), today=now.date(), now=now)
    return place


def copy(place: Place, person: object) -> zipfile.ZipFile:
    with place.world.database() as session, place.world.app.test_request_context():
        file = io.BytesIO()
        found = session.get_one(Person, person)
        copies.write(file, Asked(found.id, found.email), clock.now())
        file.seek(0)
        return zipfile.ZipFile(file)


def test_the_copy_has_the_sound_itself_what_was_shared_and_the_plan_opened(place: Place) -> None:
    archive = copy(place, place.learner)
    [sound] = [name for name in archive.namelist() if name.startswith("files/voice/")]
    assert archive.read(sound) == files.ogg()
    learning, plan = json.loads(archive.read("learning.json")), json.loads(archive.read("care.json"))
    assert learning["tables"]["shared_reflections"][0]["text"] == SECRET
    assert learning["tables"]["shared_reflections"][0]["reader_id"] == "Rosa"
    assert learning["tables"]["reflection_answers"][0]["text"] == "Te leo."
    assert plan["tables"]["care_plans"][0]["content"] == {"Mis señales": PLAN}
    assert plan["tables"]["care_versions"][0]["content"] == {"Mis señales": PLAN}


def test_the_readers_copy_has_nothing_of_the_others(place: Place) -> None:
    archive = copy(place, place.mentor)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert SECRET.encode() not in everything
    assert not [name for name in archive.namelist() if name.startswith("files/voice/")]


def test_erased_nothing_of_it_is_left(place: Place) -> None:
    world = place.world
    with world.database(), transaction():
        erasures.ask(place.learner, world.here, "BORRAR", now=clock.now())
        erasure = erasures.standing(place.learner).id
    with world.database():
        erasures.carry_out(erasure, now=datetime.now(UTC) + timedelta(days=60))
    with world.database() as session:
        for table in (VoiceNote, SharedReflection, ReflectionAnswer):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
    assert not list((Path(world.app.config["LMS_HOME"]) / "files" / "voice").iterdir())


def test_a_mentor_who_is_erased_leaves_the_learner_the_answers(place: Place) -> None:
    world = place.world
    with world.database(), transaction():
        erasures.ask(place.mentor, world.here, "BORRAR", now=clock.now())
        erasure = erasures.standing(place.mentor).id
    with world.database():
        erasures.carry_out(erasure, now=datetime.now(UTC) + timedelta(days=60))
        shared = world.database
    with world.database() as session:
        shared = session.scalar(select(SharedReflection.id))
    page = place.learns().get(f"/shared/{shared}").text
    assert "Te leo." in page
    assert "Rosa" not in page


def test_what_is_too_old_goes_with_its_file(place: Place) -> None:
    world = place.world
    with world.database(), transaction() as session:
        edition = session.scalar(select(Edition))
        edition.begins_on = edition.begins_on.replace(year=2019)
        edition.ends_on = edition.ends_on.replace(year=2020)
    later = datetime.now(UTC) + timedelta(days=365 * 6)
    with world.database():
        counts = retention.carry_out(world.here, now=later)
    assert counts is not None
    assert counts["reflections"] == 3  # the text, the voice, what was shared
    assert not list((Path(world.app.config["LMS_HOME"]) / "files" / "voice").iterdir())
