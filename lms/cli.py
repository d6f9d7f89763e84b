"""The `lms` command: each topic brings its own commands; here they are put together."""

import click
from flask.cli import FlaskGroup, with_appcontext
from flask_migrate import upgrade
from flask_migrate.cli import db as migrations

from lms.app import create_app


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Entrepares: courses, mentoring and accreditation of peer supporters."""


main.add_command(migrations)


@main.command("init-db")
@with_appcontext
def init_db() -> None:
    """Create the database, or bring it to this version. Safe to repeat."""
    upgrade()
    click.echo("The database is up to date.")
