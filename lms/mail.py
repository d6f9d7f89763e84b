"""Mail: written in the receiver's language, sent by a job, so that a server that is down loses nothing.

A mail leaves at least once: when the server takes it but dies before saying so, it leaves again under the same Message-ID.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template
from flask_mailman import EmailMultiAlternatives, Mail

from lms import clock
from lms.i18n import REGIONS
from lms.jobs import Hopeless, Later
from lms.texts import gettext as _
from lms.texts import speaking

mail = Mail()

# How long mail rests after the server did not answer: twice as long each time, up to the last.
SHORTEST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=15)
LONGEST_SUBJECT = 180


class ServerAway(Later):
    """The mail server can't be reached, hangs, or won't talk to us: all mail waits, and no other work does."""

    kinds = "mail."


class Refused(Hopeless):
    """The server refuses this mail for good (5xx): the address is wrong, or its owner's server won't have it."""


@dataclass(slots=True)
class Rest:
    """Until when this process leaves the server alone, and how often in a row it did not answer."""

    until: Any = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be written from `mail/<template>.subject|txt|html`.

    `mark` makes the Message-ID: the same for every sending of the same mail. `level` is the receiver's discretion: `open`;
    `discreet`, where neither sender, subject nor preview say what it is about; `strict`, where the body doesn't either.
    A `neutral` subject never does, so it is kept. `stop` is the address that ends mails of this group.
    """

    to: str
    locale: str
    template: str
    mark: str
    facts: dict[str, Any] = field(default_factory=dict)
    level: str = "discreet"
    neutral: bool = False
    stop: str | None = None
    timezone: str = "Europe/Madrid"


def init_app(app: Flask) -> None:
    """Attach the mail backend that MAIL_URL names."""
    mail.init_app(app)
    app.extensions["lms_mail_rest"] = Rest()


class Line:
    """A connection to the server, opened for the first letter."""

    def __init__(self) -> None:
        self._backend: Any = None

    def send(self, message: EmailMultiAlternatives) -> None:
        """Hand a mail over."""
        if self._backend is None:
            self._backend = message.get_connection()
            self._backend.open()
        message.connection = self._backend
        message.send()

    def close(self) -> None:
        """Say goodbye. What was taken was taken, whatever the server answers."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with suppress(SMTPException, OSError):
                backend.close()

    def drop(self) -> None:
        """Leave without a goodbye, for which a silent server would make us wait again."""
        backend, self._backend = self._backend, None
        if (left := getattr(backend, "connection", None)) is not None:
            left.close()


class Desk:
    """Where several letters are written at once and then posted in turn, over one connection."""

    def __init__(self) -> None:
        self.line = Line()
        self.written: dict[str, EmailMultiAlternatives] = {}

    def write(self, letter: Letter) -> None:
        """Write a letter ahead of its `post`."""
        self.written[letter.mark] = written(letter)


_desk: ContextVar[Desk | None] = ContextVar("desk", default=None)


@contextmanager
def desk() -> Iterator[Desk]:
    """Until it ends, what is posted goes over one connection."""
    found = Desk()
    token = _desk.set(found)
    try:
        yield found
    finally:
        _desk.reset(token)
        found.line.close()


@contextmanager
def outside() -> Iterator[None]:
    """Outside any request, as letters are written. Inside it, each `written_for` need not step out by itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    # Links lead to BASE_URL: a worker has no request, and a request's own host is whatever its sender wrote.
    with app.app_context(), app.test_request_context(base_url=app.config["BASE_URL"]):
        g.outside = True
        yield


@contextmanager
def written_for(locale: str, timezone: str = "Europe/Madrid") -> Iterator[None]:
    """Everything inside is said for a person of this language and time zone, whoever's request it is."""
    with nullcontext() if g.get("outside") else outside(), speaking(REGIONS.get(locale) or REGIONS["es"]):
        g.timezone = timezone
        yield


def post(letter: Letter) -> None:
    """Write a letter and hand it to the server. Raises ServerAway, Refused, or the fault of a server that says "not now"."""
    rest: Rest = current_app.extensions["lms_mail_rest"]
    if rest.until is not None and clock.now() < rest.until:
        raise ServerAway(rest.until)
    shared = _desk.get()
    message = (shared and shared.written.pop(letter.mark, None)) or written(letter)
    line = shared.line if shared else Line()
    try:
        line.send(message)
    except (SMTPDataError, SMTPRecipientsRefused) as error:
        line.drop()
        code = _code(error)
        if code == 421:
            raise _away(rest) from error
        if 500 <= code < 600:
            raise Refused(f"{code}") from error
        raise
    except (SMTPException, OSError) as error:
        line.drop()
        raise _away(rest) from error
    finally:
        if shared is None:
            line.close()
    rest.until, rest.times = None, 0


def written(letter: Letter) -> EmailMultiAlternatives:
    """The mail as it leaves."""
    strict, discreet = letter.level == "strict", letter.level != "open"
    facts = {"stop": letter.stop, "strict": strict, "discreet": discreet, **letter.facts}
    template = "strict" if strict and not letter.neutral else letter.template
    with written_for(letter.locale, letter.timezone):
        subject = _("Tienes un mensaje nuevo")
        if letter.neutral or not discreet:
            subject = render_template(f"mail/{letter.template}.subject", **facts)
        text = render_template(f"mail/{template}.txt", **facts)
        page = render_template(f"mail/{template}.html", **facts)
    sender = str(current_app.config["MAIL_FROM_DISCREET" if discreet else "MAIL_FROM"])
    host = parseaddr(sender)[1].partition("@")[2] or urlsplit(current_app.config["BASE_URL"]).hostname
    headers = {
        "Message-ID": f"<{letter.mark}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.stop:
        headers |= {"List-Unsubscribe": f"<{letter.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    # split() breaks at every kind of line break: nobody's name adds a header.
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    message = EmailMultiAlternatives(subject, text, from_email=sender, to=[letter.to], headers=headers)
    message.attach_alternative(page, "text/html")
    return message


def _away(rest: Rest) -> ServerAway:
    rest.until = clock.now() + min(SHORTEST_REST * 2 ** min(rest.times, 10), LONGEST_REST)
    rest.times += 1
    return ServerAway(rest.until)


def _code(error: Exception) -> int:
    """The server's answer as a number; of several receivers, there is only ever one."""
    if isinstance(error, SMTPRecipientsRefused):
        return next((code for code, _words in error.recipients.values()), 0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0
