"""Mail: written in the receiver's language, sent by a job, so that a server that is down loses nothing."""

from typing import Any

from flask import Flask, current_app, render_template
from flask_mailman import EmailMultiAlternatives, Mail

from lms.i18n import REGIONS
from lms.texts import speaking

mail = Mail()


def init_app(app: Flask) -> None:
    """Attach the mail backend that MAIL_URL names."""
    mail.init_app(app)


def send(to: str, template: str, locale: str, **facts: Any) -> None:
    """Render `mail/<template>.subject|txt|html` in `locale` and send it. Raises what the backend raises."""
    # Links lead to BASE_URL: a worker has no request, and a request's own host is whatever its sender wrote.
    with (
        current_app.test_request_context(base_url=current_app.config["BASE_URL"]),
        speaking(REGIONS.get(locale, locale)),
    ):
        subject = " ".join(render_template(f"mail/{template}.subject", **facts).split())
        text = render_template(f"mail/{template}.txt", **facts)
        page = render_template(f"mail/{template}.html", **facts)
    message = EmailMultiAlternatives(subject, text, to=[to])
    message.attach_alternative(page, "text/html")
    message.send()
