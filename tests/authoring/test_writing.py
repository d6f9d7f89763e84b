"""A text is written in the browser: kept as one types, never lost when two write, and its history can be gone back in."""

import re

from sqlalchemy import select

from courses.authoring import rules
from courses.authoring.models import DraftChange
from lms.db import db
from tests.authoring.conftest import FETCH, FILES, LESSON, Desk
from tests.statements import counted

PATH = "01-escucha/01-escuchar.md"


def test_a_field_and_the_text_are_kept_and_the_rest_is_not_touched(desk: Desk) -> None:
    address = desk.file()
    sent = desk.sheet(desk.browser, address) | {
        "notice": "Hay\r\nuna pérdida.",
        "body": "## Antes\r\n\r\nOtro párrafo.",
    }
    assert desk.browser.post(address, sent).status_code == 302
    assert desk.files()[PATH] == LESSON.replace("reflection:", "notice: Hay una pérdida.\nreflection:").replace(
        "Un p", "Otro p"
    )
    assert {path: text for path, text in desk.files().items() if path != PATH} == {
        path: text for path, text in FILES.items() if path != PATH
    }
    assert "Otro párrafo." in desk.browser.get(address).text


def test_one_page_writes_in_its_own_order_whatever_arrives_first(desk: Desk) -> None:
    address = desk.file()
    sheet = desk.sheet(desk.browser, address)
    later = desk.browser.post(address, sheet | {"sequence": "2", "body": "Lo segundo."}, headers=FETCH)
    earlier = desk.browser.post(address, sheet | {"sequence": "1", "body": "Lo primero."}, headers=FETCH)
    assert (later.status_code, earlier.status_code) == (200, 409)
    assert "Lo segundo." in desk.files()[PATH]


def test_the_second_of_two_sees_both_texts_and_decides(desk: Desk) -> None:
    address = desk.file()
    mine, theirs = desk.sheet(desk.browser, address), desk.sheet(desk.other, address)
    assert desk.other.post(address, theirs | {"body": "El texto de otra persona."}).status_code == 302
    told = desk.browser.post(address, mine | {"sequence": "1", "body": "Mi texto."}, headers=FETCH)
    assert told.status_code == 409
    assert "otra" not in told.get_json()["message"]
    assert "no se ha perdido nada" in told.get_json()["message"]

    page = desk.browser.post(address, mine | {"sequence": "2", "body": "Mi texto."})
    assert page.status_code == 422
    assert "El texto de otra persona." in page.text
    assert "Mi texto.</textarea>" in page.text
    assert "<del>" in page.text
    assert "El texto de otra persona." in desk.files()[PATH]

    seen = dict(re.findall(r'name="(page|sequence|base)" type="hidden" value="([^"]*)"', page.text))
    assert desk.browser.post(address, seen | {"body": "Los dos."}).status_code == 302
    assert "Los dos." in desk.files()[PATH]
    # What the other one wrote is in the history, and comes back.
    with desk.world.database():
        rows = db.session.scalars(select(DraftChange).order_by(DraftChange.number))
        kept = {row.content.decode().splitlines()[-1]: row.number for row in rows}
    assert [*kept] == ["Un párrafo.", "El texto de otra persona.", "Los dos."]
    assert (
        desk.browser.post(f"{address}/restore", {"number": str(kept["El texto de otra persona."])}).status_code == 302
    )
    assert "El texto de otra persona." in desk.files()[PATH]


def test_what_one_page_goes_on_writing_is_one_entry_of_the_history(desk: Desk) -> None:
    address = desk.file()
    sheet = desk.sheet(desk.browser, address)
    for number in range(1, 5):
        desk.browser.post(address, sheet | {"sequence": str(number), "body": f"Vez {number}."}, headers=FETCH)
    again = desk.sheet(desk.browser, address)
    desk.browser.post(address, again | {"body": "Otro día."})
    history = desk.browser.get(f"{address}/history").text
    assert history.count(">Escrito<") == 2
    assert "Como estaba al empezar" in history
    assert re.search(r"<del>.*4\..*<ins>", history, re.S)


def test_sending_the_same_again_changes_nothing(desk: Desk) -> None:
    address = desk.file()
    sent = desk.sheet(desk.browser, address) | {"body": "## Antes\r\n\r\nUn párrafo.", "title": "Escuchar"}
    assert desk.browser.post(address, sent, headers=FETCH).get_json() == {"saved": True}
    with desk.world.database():
        assert db.session.scalars(select(DraftChange)).all() == []


def test_a_removed_lesson_goes_with_its_variants_and_comes_back(desk: Desk) -> None:
    address = desk.file()
    desk.browser.post(f"{desk.address}/beside", {"side": f"{address[-36:]} plain es"})
    assert "01-escucha/01-escuchar.plain.md" in desk.files()
    desk.browser.post(f"{desk.address}/remove", {"path": "01-escucha/01-escuchar"})
    assert sorted(desk.files()) == ["01-escucha/02-callar.md", "01-escucha/module.md", "course.md"]
    history = desk.browser.get(f"{desk.address}/history").text
    forms = re.findall(r'action="([^"]+/restore)".*?name="number" value="(\d+)"', history, re.S)
    for where, number in forms:
        desk.browser.post(where, {"number": number})
    assert desk.files()[PATH] == LESSON
    assert len(forms) == 2


def test_lessons_and_modules_change_places_with_all_that_belongs_to_them(desk: Desk) -> None:
    desk.browser.post(f"{desk.address}/beside", {"side": f"{desk.file()[-36:]} lesson en"})
    desk.browser.post(f"{desk.address}/order", {"move": "01-escucha/02-callar 0"})
    desk.browser.post(f"{desk.address}/add", {"title": "Después de todo"})
    desk.browser.post(f"{desk.address}/order", {"move": "02-despues-de-todo 0"})
    assert sorted(desk.files()) == [
        "01-despues-de-todo/module.md",
        "02-escucha/01-callar.md",
        "02-escucha/02-escuchar.en.md",
        "02-escucha/02-escuchar.md",
        "02-escucha/module.md",
        "course.md",
    ]
    desk.browser.post(f"{desk.address}/rename", {"path": "02-escucha/02-escuchar", "slug": "oir"})
    assert "02-escucha/02-oir.en.md" in desk.files()
    taken = desk.browser.post(f"{desk.address}/rename", {"path": "02-escucha/02-oir", "slug": "callar"})
    assert taken.status_code == 422
    assert "«callar»" in taken.text


def test_a_head_that_cannot_be_read_is_written_as_a_whole(desk: Desk) -> None:
    address = desk.file()
    broken = LESSON.replace("minutes: 20", "minutes 20").replace("title", "tittle")
    sheet = desk.sheet(desk.browser, f"{address}?whole=1")
    desk.browser.post(address, sheet | {"text": broken})
    assert desk.files()[PATH] == broken
    page = desk.browser.get(address).text
    assert 'name="text"' in page
    assert 'name="title"' not in page


def test_the_look_is_safe_and_names_what_is_wrong(desk: Desk) -> None:
    address = desk.file()
    evil = (
        "## A\n\n<script>alert(1)</script>\n\n[aquí](javascript:alert(1))\n\n![x](https://evil.test/a.png)\n\n"
        "<img src=x onerror=alert(1)>\n\nBien **dicho**."
    )
    shown = desk.browser.post(f"{address}/preview", {"body": evil}, headers=FETCH).text
    assert "<strong>dicho</strong>" in shown
    assert not re.search(r"<script|javascript:|evil\.test/a\.png\"|<img[^>]+onerror", shown)
    for line in (12, 14, 16, 18):
        assert f"Línea {line}:" in shown
    assert desk.files()[PATH] == LESSON


def test_a_text_of_brackets_is_kept_and_answered_quickly_with_a_sentence(desk: Desk) -> None:
    address = desk.file(PATH)
    sheet = desk.sheet(desk.browser, address)
    assert desk.browser.post(address, sheet | {"body": "[" * 200_000}).status_code == 302
    assert "demasiado largo" in desk.browser.get(f"{address}?look=1").text
    beyond = desk.browser.post(address, desk.sheet(desk.browser, address) | {"body": "[" * 250_000})
    assert (beyond.status_code, "Reparte" in beyond.text) == (422, True)
    assert desk.browser.post(address, sheet | {"body": "[" * 1_000_000}).status_code == 413
    assert f"[{'[' * 1000}" in desk.files()[PATH]


def test_questions_are_written_and_looked_at(desk: Desk) -> None:
    module = desk.file("01-escucha/module.md")
    early = desk.browser.post(f"{desk.address}/beside", {"side": f"{module[-36:]} questions en"})
    assert early.status_code == 409  # there is nothing yet to translate
    made = desk.browser.post(f"{desk.address}/beside", {"side": f"{module[-36:]} questions es"})
    body = "## escuchar-01 · single\ncompetency: 3.1\n\n¿Qué haces?\n\n- [x] Escuchar.\n  > Sí.\n- [ ] Hablar.\n  > No."
    shown = desk.browser.post(f"{made.location}/preview", {"body": body, "draw": "9"}, headers=FETCH).text
    assert "¿Qué haces?" in shown
    assert "Escuchar. <span" in shown
    assert "Línea 5:" in shown  # more are drawn than there are
    desk.browser.post(made.location, desk.sheet(desk.browser, made.location) | {"body": body, "draw": "1"})
    english = desk.browser.post(f"{desk.address}/beside", {"side": f"{module[-36:]} questions en"}).location
    assert "Escuchar." in desk.browser.get(english).text  # the Spanish ones, to write over
    said = body.replace("Escuchar.", "Listening.").replace("escuchar-01", "hearing-01")
    shown = desk.browser.post(f"{english}/preview", {"body": said, "title": "Check"}, headers=FETCH).text
    assert "Listening. <span" in shown
    assert "questions.md no hay ninguna pregunta «hearing-01»" in shown


def test_pages_take_few_statements_however_much_there_is(desk: Desk) -> None:
    for title in ("Uno", "Dos", "Tres"):
        desk.browser.post(f"{desk.address}/add", {"title": title, "folder": "01-escucha"})
    address = desk.file()
    sheet = desk.sheet(desk.browser, address)
    desk.browser.post(address, sheet | {"body": "Otro."})
    for page in (
        "/author", desk.address, address, f"{address}?look=1", f"{address}/history", f"{desk.address}/history",
        f"{desk.address}/pictures", f"{desk.address}/check",
    ):  # fmt: skip
        desk.browser.get(page)
        with counted() as sent:
            assert desk.browser.get(page).status_code == 200
        assert len(sent) <= 6, (page, sent)


def test_an_entry_goes_on_only_for_its_own_page_and_a_while() -> None:
    from datetime import timedelta

    from tests.world import NOW

    same = {"by_same": True, "sent_page": "p", "now": NOW + timedelta(minutes=5)}
    assert rules.goes_on("write", "p", NOW, **same)
    assert not rules.goes_on("write", "otra", NOW, **same)
    assert not rules.goes_on("restore", "p", NOW, **same)
    assert not rules.goes_on("write", "p", NOW, **same | {"by_same": False})
    assert not rules.goes_on("write", "p", NOW, **same | {"now": NOW + timedelta(minutes=11)})
    assert not rules.goes_on("write", "p", NOW, **same | {"now": NOW - timedelta(minutes=1)})
