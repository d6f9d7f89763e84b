"""Notes and marks: one's own alone, sealed, kept in the order in which they were written, and still there in the next version."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from courses.learning.models import Edition
from courses.learning.rules import Writing
from courses.study import notes
from courses.study.models import Note, SearchEntry
from lms.db import transaction
from lms.ids import new_id
from lms.people.privacy import copies, erasures
from lms.people.privacy.holdings import Asked, held
from tests.learning.together import at_once
from tests.statements import counted
from tests.study.conftest import Library
from tests.study.test_search import found
from tests.world import NOW, Browser

LESSONS = {
    "01-limites": "Límites que cuidan\n\nDecir que no protege la relación. Otra frase.",
    "02-otra": "Otra lección\n\nAlgo más.",
}
FETCH = {"X-Requested-With": "fetch"}
SECRET = "un volcán por dentro"


class Reader:
    """Somebody in an edition, with a browser."""

    def __init__(self, library: Library, version: UUID) -> None:
        self.library = library
        self.person, self.enrolment = library.reader(version)
        self.browser: Browser = library.world.browser(self.person)
        self.home = f"/learn/{self.enrolment}"
        self.place = f"{self.home}/uno/limites/notes"

    def note(self, words: str = SECRET, status: int = 200, **fields: Any) -> Any:
        """Send a note as the lesson's script does."""
        sent = {"key": str(new_id()), "text": words, "page": "p", "sequence": "1"} | fields
        answer = self.browser.post(self.place, sent, headers=FETCH)
        assert answer.status_code == status, answer.text
        return answer.json

    def notes(self) -> list[dict[str, Any]]:
        """What the lesson's script is given."""
        return self.browser.get(f"{self.place}.json").json["notes"]


@pytest.fixture
def version(library: Library) -> UUID:
    return library.write("un-curso", LESSONS)


@pytest.fixture
def reader(library: Library, version: UUID) -> Reader:
    return Reader(library, version)


def test_a_mark_and_a_note_are_given_back_as_they_were_made(reader: Reader) -> None:
    reader.note("", paragraph="0", start="6", quote="que no protege")
    reader.note()
    mark, note = reader.notes()
    assert (mark["paragraph"], mark["start"], mark["quote"], mark["text"]) == (0, 6, "que no protege", "")
    assert (note["paragraph"], note["quote"], note["text"]) == (None, "", SECRET)


def test_nobody_else_reads_changes_or_takes_a_note(library: Library, version: UUID, reader: Reader) -> None:
    note = reader.note()["id"]
    neighbour = Reader(library, version)
    for browser in (neighbour.browser, library.world.browser(library.world.person("admin", "registrar", "trainer"))):
        assert browser.get(reader.place).status_code == 404
        assert browser.get(f"{reader.home}/notes").status_code == 404
        assert browser.post(reader.place, {"text": "x"}).status_code == 404
        assert browser.post(f"/notes/{note}", {"text": "x"}).status_code == 404
        assert browser.post(f"/notes/{note}/delete").status_code == 404
        assert found(browser, "/search?q=volcan") == []
    neighbour.note("mía", status=404, key=note)
    assert [one["text"] for one in reader.notes()] == [SECRET]
    assert neighbour.notes() == []


def test_a_note_is_sealed_and_bound_to_its_own_row(library: Library, reader: Reader) -> None:
    first, second = reader.note()["id"], reader.note("otra", quote="Decir", paragraph="0", start="0")["id"]
    with library.world.database(), transaction() as session:
        rows = {str(note.id): bytes(note.words) for note in session.scalars(select(Note))}
        assert not any(word in row for row in rows.values() for word in (b"volc", b"Decir", b"otra"))
        session.execute(update(Note).where(Note.id == UUID(second)).values(words=rows[first]))
    assert sorted(one["text"] for one in reader.notes()) == ["", SECRET]  # what was copied there does not open


def test_sent_twice_it_is_there_once_and_an_older_text_never_replaces_a_newer_one(reader: Reader) -> None:
    key = str(new_id())
    reader.note("uno", key=key, sequence="1")
    reader.note("tres", key=key, sequence="3")
    reader.note("dos", status=422, key=key, sequence="2")
    assert [one["text"] for one in reader.notes()] == ["tres"]
    late = reader.browser.post(
        f"/notes/{key}", {"text": "cuatro", "page": "otra", "sequence": "9", "base": "1"}, headers=FETCH
    )
    assert (late.status_code, "otra ventana" in late.json["message"]) == (422, True)
    seen = reader.browser.post(
        f"/notes/{key}", {"text": "cuatro", "page": "otra", "sequence": "9", "base": "2"}, headers=FETCH
    )
    assert seen.status_code == 200
    assert [one["text"] for one in reader.notes()] == ["cuatro"]


def test_of_two_windows_that_save_at_once_one_is_kept_whole(library: Library, reader: Reader) -> None:
    note_id = UUID(reader.note()["id"])

    def save(page: str) -> Any:
        with transaction():
            notes.write(note_id, page * 500, writing=Writing(page, 1, 1), now=NOW)
        return page

    results = at_once(library.world, [lambda page=page: save(page) for page in "abcd"])
    [kept] = [one for one in results if isinstance(one, str)]
    assert [one["text"] for one in reader.notes()] == [kept * 500]


def test_a_form_without_script_writes_changes_and_deletes(reader: Reader) -> None:
    page = reader.browser.get(reader.place).text
    assert "Una nota sobre esta lección" in page
    assert reader.browser.post(reader.place, {"text": " "}).status_code == 422
    assert reader.browser.post(reader.place, {"text": SECRET}).status_code == 302
    [note] = reader.notes()
    stale = reader.browser.post(f"/notes/{note['id']}", {"text": "lo que escribí", "base": "0", "page": "x"})
    assert stale.status_code == 422
    assert "lo que escribí" in stale.text
    assert SECRET in stale.text
    changed = reader.browser.post(f"/notes/{note['id']}", {"text": "cambiada", "base": str(note["revision"])})
    assert changed.location.endswith("/notes")
    assert [one["text"] for one in reader.notes()] == ["cambiada"]
    assert reader.browser.post(f"/notes/{note['id']}/delete", {"from": "course"}).location.endswith("/notes#limites")
    assert reader.notes() == []
    assert "Todavía no hay notas" in reader.browser.get(f"{reader.home}/notes").text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"words": "x" * 10_001}, "10001 caracteres"),
        ({"words": "", "quote": "y" * 1_001, "paragraph": "0", "start": "0"}, "demasiado texto"),
        ({"words": "a\x07b"}, "caracteres"),
        ({"words": ""}, "vacía"),
    ],
)
def test_too_much_too_little_or_unreadable_is_refused_with_a_sentence(
    reader: Reader, sent: dict[str, str], says: str
) -> None:
    assert says in reader.note(status=422, **sent)["message"]
    assert reader.notes() == []


def test_odd_anchors_are_bounded_and_markup_stays_text(reader: Reader) -> None:
    reader.note("<script>x</script>", key="no-id", paragraph="99999999999", start="-4", quote="<b>x</b>")
    page = reader.browser.get(f"{reader.home}/notes").text
    assert "<script>x" not in page
    assert "&lt;b&gt;x" in page


def test_in_a_new_version_a_mark_is_found_by_its_words_or_said_to_be_gone(library: Library, reader: Reader) -> None:
    reader.note("", paragraph="0", start="6", quote="protege  la\nrelación")
    reader.note("Una idea", paragraph="0", start="0", quote="Otra frase")
    newer = library.write("un-curso", {"01-limites": "Límites\n\nEmpieza distinto. Y protege la relación."})
    with library.world.database(), transaction() as session:
        session.execute(update(Edition).values(version_id=newer))
    for address in (reader.place, f"{reader.home}/notes"):
        page = reader.browser.get(address).text
        assert page.count("Ya no está en el texto.") == 1
        assert "Una idea" in page


def test_notes_of_a_lesson_that_is_gone_stay_in_the_list_and_can_be_changed(library: Library, reader: Reader) -> None:
    note = reader.note()["id"]
    newer = library.write("un-curso", {"02-otra": "Otra lección\n\nAlgo más."})
    (library.folder / "un-curso" / "01-uno" / "01-limites.md").unlink()
    newer = library.write("un-curso", {"02-otra": "Otra lección\n\nAlgo más."})
    with library.world.database(), transaction() as session:
        session.execute(update(Edition).values(version_id=newer))
    assert "De una lección que ya no está en el curso" in reader.browser.get(f"{reader.home}/notes").text
    assert reader.browser.get(reader.place).status_code == 404
    assert reader.browser.post(f"/notes/{note}", {"text": " ", "from": "course"}).status_code == 302
    assert reader.browser.post(f"/notes/{note}", {"text": "sigue", "base": "1", "from": "course"}).status_code == 302
    assert "sigue" in reader.browser.get(f"{reader.home}/notes").text
    assert found(reader.browser, "/search?q=sigue") == ["limites"]


def test_a_note_is_found_by_the_search_of_its_writer(reader: Reader) -> None:
    reader.note()
    page = reader.browser.get("/search?q=volcanes").text
    assert "Tu nota" in page
    assert "<mark>volcán</mark>" in page


def test_a_copy_holds_it_no_index_does_and_an_erasure_takes_it(library: Library, reader: Reader) -> None:
    reader.note(SECRET, quote="Decir", paragraph="0", start="0")
    with library.world.database() as session:
        asked = Asked(reader.person, "x@demo.test")
        [holding] = [one for one in held() if one.table.name == "notes"]
        assert [line["words"] for line in copies.lines(holding, asked)] == [f"«Decir» {SECRET}"]
        assert session.scalar(select(SearchEntry.number).where(SearchEntry.text.contains("volc"))) is None
        with transaction():
            erasures.erase(asked, now=NOW)
        assert session.scalar(select(Note.id)) is None


def test_the_lessons_notes_take_three_statements_and_the_courses_list_as_few_with_many_notes(reader: Reader) -> None:
    reader.note()
    reader.browser.get(reader.place)
    with counted() as few:
        reader.browser.get(reader.place, headers=FETCH)
        reader.browser.get(f"{reader.home}/notes")
    for number in range(5):
        reader.note(f"nota {number}")
    with counted() as many:
        reader.browser.get(reader.place, headers=FETCH)
        reader.browser.get(f"{reader.home}/notes")
    assert len(few) == len(many) <= 6, many


def test_the_lesson_itself_still_takes_two_statements(reader: Reader) -> None:
    reader.browser.get(f"{reader.home}/uno/limites")
    with counted() as sent:
        page = reader.browser.get(f"{reader.home}/uno/limites")
    assert (page.status_code, len(sent)) == (200, 2)


def test_a_course_holds_only_so_many_notes(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    monkeypatch.setattr("courses.study.rules.MOST_NOTES", 2)
    reader.note("una")
    reader.note("dos")
    assert "ya 2 notas" in reader.note("tres", status=422)["message"]
    assert len(reader.notes()) == 2
