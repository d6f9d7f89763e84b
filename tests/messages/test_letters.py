"""What a mail says, and to whom it says it: over a shoulder, in a preview, to a mail program."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from lms import mail
from tests.messages.place import change, choose, tell
from tests.people.place import outbox
from tests.world import World

FIELD = ("Federación", "apoyo mutuo", "Mentoría", "Entrepares", "agente")


def parsed(message: Any) -> Any:
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def letter(world: World, **more: Any) -> Any:
    facts = {"to": "ana@demo.test", "locale": "es", "template": "reset", "mark": "a" * 32}
    with world.database():
        made = mail.Letter(**(facts | {"facts": {"name": "Ana", "link": "https://x.test/"}} | more))
        return parsed(mail.written(made))


def only(world: World) -> Any:
    [sent] = outbox(world.app)
    with world.database():
        return parsed(sent)


def plain(message: Any) -> str:
    return message.get_body(("plain",)).get_content()


def html(message: Any) -> str:
    return message.get_body(("html",)).get_content()


def test_usually_neither_sender_subject_nor_preview_say_what_it_is_about(world: World) -> None:
    tell(world, world.person("agent", name="Ana"), "Dos horas de Mentoría")
    sent = only(world)
    assert (sent["Subject"], sent["From"]) == ("Tienes un mensaje nuevo", "Avisos <no-reply@demo.test>")
    preview = html(sent).partition("<table")[0].partition("<body")[2]
    assert "Ábrelo cuando te venga bien." in preview
    assert "Ana" not in preview
    assert "Dos horas de Mentoría" in plain(sent)


def test_a_strict_mail_says_nothing_anywhere(world: World) -> None:
    ana = world.person("agent", name="Ana de la Vega")
    choose(world, ana, "strict")
    tell(world, ana, "Dos horas de Mentoría")
    sent = only(world)
    everything = f"{sent['Subject']} {sent['From']} {plain(sent)} {html(sent)}"
    assert not [word for word in (*FIELD, "Dos horas", "Ana de la Vega", "crisis") if word in everything]
    assert "http://127.0.0.1:8000/messages" in plain(sent)


def test_an_open_mail_says_it_in_the_subject(world: World) -> None:
    ana = world.person("agent", name="Ana")
    choose(world, ana, "open")
    tell(world, ana)
    sent = only(world)
    assert (sent["Subject"], sent["From"]) == ("Mensajes: Ana", "Entrepares <no-reply@demo.test>")


@pytest.mark.parametrize(("locale", "words"), [("en", "You have a new message"), ("xx", "Tienes un mensaje nuevo")])
def test_it_is_written_in_the_receivers_language(world: World, locale: str, words: str) -> None:
    ana = world.person("agent")
    change(world, ana, locale=locale)
    tell(world, ana)
    assert only(world)["Subject"] == words


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_name_with_a_line_break_adds_no_header_and_no_line(world: World, ending: str) -> None:
    ana = world.person("agent")
    rosa = world.person("senior", name=f"Rosa{ending}Bcc: todas@demo.test")
    choose(world, ana, "open")
    tell(world, ana, who=rosa)
    sent = only(world)
    assert sent["Bcc"] is None
    assert sent["Subject"] == "Mensajes: Rosa Bcc: todas@demo.test"
    assert "\nBcc" not in plain(sent)


def test_a_name_with_markup_is_text_in_the_html(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana, "<img src=x onerror=alert(1)>", who=world.person("senior", name="<b>Rosa</b>"))
    assert "<img src=x" not in html(only(world))
    assert "&lt;b&gt;Rosa" in html(only(world))


def test_an_inviters_name_with_a_line_break_adds_no_header(world: World) -> None:
    facts = {"name": "Ana", "link": "https://x.test/", "inviter": "R\r\nBcc: x@y.test", "federation": "F"}
    sent = letter(world, template="invitation", neutral=True, facts=facts | {"expires_at": None})
    assert sent["Bcc"] is None
    assert sent["Subject"] == "R Bcc: x@y.test te ha enviado una invitación"


def test_every_sending_of_a_mail_has_the_same_message_id_and_another_mail_another(world: World) -> None:
    assert letter(world)["Message-ID"] == letter(world)["Message-ID"] == f"<{'a' * 32}@demo.test>"
    assert letter(world, mark="b" * 32)["Message-ID"] != letter(world)["Message-ID"]


def test_no_answering_machine_answers_and_nothing_is_fetched(world: World) -> None:
    sent = letter(world)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert not [mark for mark in ("<img", "src=", "url(", "@import") if mark in html(sent)]


def test_a_mail_program_can_unsubscribe_by_itself_except_from_security(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana)
    sent = only(world)
    assert sent["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/messages/stop/")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    world.app.extensions["mailman"].outbox = []
    tell(world, ana, kind="password-changed")
    assert only(world)["List-Unsubscribe"] is None


def test_a_security_mail_keeps_its_subject_and_names_no_field(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, "strict", mentoring="inbox")
    tell(world, ana, kind="password-changed")
    sent = only(world)
    assert sent["Subject"] == "Ha cambiado tu contraseña"
    assert not [word for word in FIELD if word in plain(sent) + html(sent)]
