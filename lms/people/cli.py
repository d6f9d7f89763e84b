"""`lms federation` and `lms user`: the first steps, before anybody can sign in."""

import re
from zoneinfo import available_timezones

import click
from flask.cli import with_appcontext

from lms import clock
from lms.db import transaction
from lms.errors import Refusal
from lms.i18n import LOCALES
from lms.people import operations, queries
from lms.policy import ROLES


@click.group()
def federation() -> None:
    """Create and list federations."""


@federation.command("create")
@click.argument("slug")
@click.argument("name")
@click.option("--admin", required=True, metavar="EMAIL", help="Who will administer it; they are invited by mail.")
@click.option("--admin-name", required=True, metavar="NAME", help="How the mail greets them.")
@click.option("--locale", type=click.Choice(LOCALES), default="es", show_default=True, help="Language of the mail.")
@click.option("--language", type=click.Choice(LOCALES), default="es", show_default=True, help="The federation's own.")
@click.option("--timezone", default="Europe/Madrid", show_default=True, metavar="ZONE", help="Where its clock stands.")
@with_appcontext
def create(slug: str, name: str, admin: str, admin_name: str, locale: str, language: str, timezone: str) -> None:
    """Create a federation and invite its first admin. SLUG stands in addresses: small letters, figures, hyphens."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", slug):
        raise click.UsageError("SLUG: up to 40 small letters, figures and hyphens, e.g. andalucia.")
    if not 0 < len(name.strip()) <= 120:
        raise click.UsageError("NAME: from 1 to 120 characters.")
    if timezone not in available_timezones():
        raise click.UsageError(f"--timezone: there is no zone {timezone!r}. They are written like America/Bogota.")
    try:
        with transaction():
            if queries.federation_named(slug) is not None:
                raise click.ClickException(f"There is a federation {slug!r} already.")
            now = clock.now()
            made = operations.create_federation(slug, name.strip(), locale=language, timezone=timezone, now=now)
            operations.invite(made.id, admin, admin_name, "admin", by=None, locale=locale, now=now)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"Federation {slug} is there; {admin} has been invited to administer it.")


@federation.command("list")
@with_appcontext
def list_() -> None:
    """List the federations: short name, languages (its own first), time zone, name."""
    for one in queries.federation_list():
        languages = "+".join([one.locale, *(code for code in one.languages if code != one.locale)])
        click.echo(f"{one.slug:24} {languages:8} {one.timezone:24} {one.name}")


@click.group()
def user() -> None:
    """Invite people."""


@user.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="How the mail greets them.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="The role that they get.")
@click.option("--federation", "slug", required=True, metavar="SLUG", help="Where.")
@click.option("--locale", type=click.Choice(LOCALES), default="es", show_default=True, help="Language of the mail.")
@with_appcontext
def invite(email: str, name: str, role: str, slug: str, locale: str) -> None:
    """Invite a person by mail. The link in it lasts fourteen days."""
    try:
        with transaction():
            where = queries.federation_named(slug)
            if where is None:
                raise click.ClickException(f"There is no federation {slug!r}.")
            operations.invite(where.id, email, name, role, by=None, locale=locale, now=clock.now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} has been invited.")
