"""Voice notes: kept encrypted, heard by their owner alone, replaced and removed with their file."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from courses.media import operations, rules, sounds
from courses.media.models import VoiceNote, stored
from lms import rotation, sealing, storage
from lms.db import transaction
from lms.limits import LARGEST_BODY
from tests.learning.conftest import School
from tests.media import files
from tests.media.place import Place, settle

SAID = files.webm()


@pytest.fixture
def place(school: School) -> Place:
    """A learner in a lesson."""
    return settle(school)


def note(place: Place) -> Any:
    """The one that is kept: its id, type, size and length."""
    with place.world.database() as session:
        return session.execute(select(VoiceNote.id, VoiceNote.mime, VoiceNote.size, VoiceNote.seconds)).one_or_none()


def kept(place: Place) -> list[bytes]:
    folder = Path(place.world.app.config["LMS_HOME"]) / "files" / "voice"
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


def test_what_was_said_is_heard_again_and_lies_encrypted(place: Place) -> None:
    browser = place.learns()
    assert place.record(browser, SAID).status_code == 302
    found = note(place)
    assert found is not None
    assert (found.mime, found.size, found.seconds) == ("audio/webm", len(SAID), 3)
    heard = browser.get(f"/voice/{found.id}")
    assert heard.data == SAID
    assert heard.headers["Content-Type"] == "audio/webm"
    assert heard.headers["Content-Disposition"].startswith("attachment")
    assert heard.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in heard.headers["Content-Security-Policy"]
    assert heard.headers["Cache-Control"] == "no-store"
    assert browser.get(f"/voice/{found.id}", headers={"Range": "bytes=1-3"}).data == SAID[1:4]
    [file] = kept(place)
    assert b"webm" not in file
    assert "Lo que has grabado" in browser.get(f"{place.lesson}/voice").text


def test_nobody_else_hears_it(place: Place) -> None:
    place.record(place.learns(), SAID)
    found = note(place)
    assert found is not None
    world = place.world
    for person, federation in (
        (place.mentor, None), (place.other_mentor, None), (world.person("agent"), None), (world.person("registrar"), None),
        (world.person("admin"), None), (world.person("senior", federation=world.elsewhere), world.elsewhere),
    ):  # fmt: skip
        assert world.browser(person, federation).get(f"/voice/{found.id}").status_code == 404
        assert world.browser(person, federation).get(f"{place.lesson}/voice").status_code == 404
        assert place.record(world.browser(person, federation), SAID).status_code == 404
    assert len(kept(place)) == 1


def test_recording_anew_replaces_it_and_removing_it_removes_the_file(place: Place) -> None:
    browser = place.learns()
    place.record(browser, SAID)
    first = note(place)
    place.record(browser, files.ogg())
    second = note(place)
    assert first is not None
    assert second is not None
    assert (second.mime, second.seconds) == ("audio/ogg", 4)
    assert len(kept(place)) == 1
    assert browser.get(f"/voice/{first.id}").status_code == 404
    browser.post(f"{place.lesson}/voice/remove")
    assert (note(place), kept(place)) == (None, [])


NO_RECORDINGS = [
    (b"", "No ha llegado"),
    (b"<html><script>alert(1)</script>", "no es una grabación"),
    (files.PDF, "no es una grabación"),
    (files.picture(), "no es una grabación"),
    (b"RIFF\xff\xff\xff\xffAVI LIST", "no es una grabación"),
    (files.webm(1_000 * (rules.LONGEST_VOICE + 60)), "más de 5 minutos"),
    (files.ogg(rules.LONGEST_VOICE + 60), "más de 5 minutos"),
    (files.webm() + bytes(rules.LARGEST_VOICE), "más de 8 MB"),
]


def test_what_is_no_recording_is_refused_with_a_sentence(place: Place) -> None:
    browser = place.learns()
    place.record(browser, SAID)
    for content, words in NO_RECORDINGS:
        answer = place.record(browser, content, name="voz.webm")
        assert (answer.status_code, words in answer.text) == (422, True), words
        by_script = place.record(browser, content, headers={"X-Requested-With": "fetch"})
        assert (by_script.status_code, words in by_script.get_json()["message"]) == (422, True), words
        assert len(kept(place)) == 1  # what was kept before is still there


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(place: Place) -> None:
    answer = place.record(place.learns(), bytes(LARGEST_BODY))
    assert answer.status_code == 413
    assert kept(place) == []


def test_the_microphone_is_for_the_page_where_one_records_alone(place: Place) -> None:
    browser = place.learns()
    page, lesson = browser.get(f"{place.lesson}/voice"), browser.get(place.lesson)
    assert page.headers.getlist("Permissions-Policy") == ["camera=(), geolocation=(), payment=(), microphone=(self)"]
    assert "microphone=()" in lesson.headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in page.headers["Content-Security-Policy"]
    assert "blob:" not in lesson.headers["Content-Security-Policy"]


def test_a_rotation_of_keys_leaves_it_to_be_heard(place: Place) -> None:
    browser = place.learns()
    place.record(browser, SAID)
    before = kept(place)
    with place.world.database():
        rotation.begin(sealing.clock.now())
        list(rotation.rewrap(sealing.clock.now()))
    found = note(place)
    assert found is not None
    assert browser.get(f"/voice/{found.id}").data == SAID
    assert kept(place) == before


def test_a_file_put_in_the_place_of_another_does_not_open(place: Place) -> None:
    browser = place.learns()
    place.record(browser, SAID)
    found = note(place)
    assert found is not None
    with place.world.database():
        with storage.reading(stored(found.id)) as file:
            content = file.read()
        storage.put(stored(found.id), content[:-1] + bytes([content[-1] ^ 1]))
    assert browser.get(f"/voice/{found.id}").status_code == 409


def test_nothing_stays_when_the_database_refuses(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> bytes:
        raise sealing.Unopenable

    monkeypatch.setattr(operations, "seal", broken)
    assert place.record(place.learns(), SAID).status_code == 422
    assert (note(place), kept(place)) == (None, [])


def test_the_lengths_of_recordings_are_told_from_their_content() -> None:
    assert sounds.seconds(files.wav(2.5)) == 3
    assert sounds.seconds(files.ogg(7)) == 7
    assert sounds.seconds(files.mp4(61)) == 61
    assert sounds.seconds(files.webm(90_500)) == 91
    assert sounds.seconds(files.webm(90_500)[:-3]) == 91  # cut short
    for odd in (files.wav()[:20], files.webm()[:20], b"OggS" + bytes(8), b"\x1aE\xdf\xa3webm" + b"\xff" * 500):
        sounds.seconds(odd)  # whatever it says, it ends


def test_one_recording_stays_of_two_that_come_at_once(place: Place) -> None:
    from tests.learning.together import at_once

    def say(content: bytes) -> UUID:
        from courses.learning.lesson_queries import lesson_page

        enrolment = UUID(place.lesson.split("/")[2])
        with transaction():
            page = lesson_page(enrolment, "modulo-1", "leccion-1")
            assert page is not None
            return operations.keep_voice(page, content, now=sealing.clock.now()).id

    at_once(place.world, [lambda n=n: say(files.ogg(n)) for n in range(1, 5)])
    with place.world.database() as session:
        assert session.scalar(select(func.count()).select_from(VoiceNote)) == 1
        assert len(kept(place)) == 1
