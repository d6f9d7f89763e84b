"""`lms mail`: whether mail leaves, and another try for what did not."""

import sys

import click
from flask.cli import with_appcontext

from lms import clock
from lms.db import transaction
from lms.people.messages import delivery


@click.group()
def mail() -> None:
    """Mail that waits, was given up, or was given back."""


@mail.command("status")
@with_appcontext
def status() -> None:
    """Say how many mails wait for the server, were given up, or were given back. Exit code 1 if any."""
    found = delivery.status(clock.now())
    since = f", the oldest since {found.oldest:%Y-%m-%d %H:%M} UTC" if found.oldest else ""
    click.echo(f"{found.waiting} mails wait for the server{since}.")
    click.echo(f"{found.given_up} mails were given up.")
    click.echo(f"{found.returned} messages were given back by the receiver's server; they are in the inbox.")
    for fault, count in sorted(found.faults.items()):
        click.echo(f"  {fault}: {count}")
    if found.waiting or found.given_up or found.returned:
        sys.exit(1)


@mail.command("retry")
@with_appcontext
def retry() -> None:
    """Try everything again that waits, was given up or was given back; the worker sends it within a minute."""
    with transaction():
        count = delivery.retry(clock.now())
    click.echo(f"{count} mails will be tried again.")
