"""A populated federation to look around in: `lms demo`. Every deed goes through the operations that people's own go through."""

import secrets
from datetime import datetime

import click
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.db import db, transaction
from lms.demo import classes, crowd, drafts, inbox, people, roads, talk
from lms.errors import Refusal
from lms.people.models import Federation


class NotEmpty(Refusal):
    """The demonstration never mixes with real people."""

    code = "not-empty"
    sentence = _l("La base de datos ya tiene una federación. La demostración solo se crea en una vacía.")


def fill(password: str | None, scale: int, now: datetime, *, if_empty: bool = False) -> None:
    """Make the federation `demo`, its people and everything they have done so far; say how to sign in.

    Raises NotEmpty when there is a federation already (does nothing then, if `if_empty`).
    """
    if db.session.scalar(select(Federation.id).limit(1)) is not None:
        if not if_empty:
            raise NotEmpty
        click.echo("The database has a federation already; nothing was changed. Sign in at /login.")
        return
    password = password or "-".join(secrets.choice(people.WORDS) for _ in range(4))
    with transaction():
        federation_id, accounts = people.fill(password, now)
    with transaction():
        courses = roads.publish(federation_id, now)
    with transaction():
        roads.walk(federation_id, accounts, courses, now)
        drafts.write(federation_id, accounts, now)
        classes.fill(federation_id, accounts, courses, now)
        talk.begin(federation_id, accounts, courses, now)
        inbox.settle(now)
    if scale > 1:
        crowd.fill(federation_id, courses, (scale - 1) * len(people.ACCOUNTS), password, now)
    (current_app.config["LMS_HOME"] / "demo").write_text(f"{now.isoformat()}\n")
    click.echo("A federation to look around in is ready. Accounts, all with the same password:\n")
    for account in people.ACCOUNTS:
        click.echo(f"  {account.login + '@demo.test':24} {account.what}")
    click.echo(f"\n  password: {password}\n")
