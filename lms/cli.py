"""The `lms` command: each topic brings its own commands; here they are put together."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import FlaskGroup, with_appcontext
from flask_migrate import upgrade
from flask_migrate.cli import db as migrations
from sqlalchemy.exc import OperationalError, ProgrammingError

from certificates.register.cli import certificates
from courses.packages.cli import packages
from courses.study import index as search_index
from courses.study.cli import search
from lms import clock, doctor, heads, walk
from lms.app import create_app, settle
from lms.content_cli import content
from lms.db import transaction
from lms.errors import Refusal
from lms.keys_cli import keys
from lms.limits import LARGEST_BODY
from lms.people.cli import federation, user
from lms.people.imports.cli import import_people
from lms.people.messages.cli import mail
from lms.people.privacy.cli import retention


class Commands(FlaskGroup):
    """The commands; a database that is not there, or not of this version, gets a sentence instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            said = " ".join(str(error.orig).split())
            absent = "no such table" in said or "no such column" in said or "does not exist" in said
            todo = "Run lms init-db first." if absent else "Check DATABASE_URL, and whether its server runs."
            raise click.ClickException(f"The database cannot be used: {said}. {todo}") from error


@click.group(cls=Commands, create_app=create_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Entrepares: courses, mentoring and accreditation of peer supporters."""


@main.command("init-db")
@with_appcontext
def init_db() -> None:
    """Create the database, or bring it to this version. Safe to repeat."""
    upgrade()
    if search_index.is_empty():  # courses of before there was a search
        with transaction():
            for _done in search_index.rebuild():
                pass
    click.echo("The database is up to date.")


@main.command("demo")
@click.option("--password", help="One password for all demo accounts; made up when left out.")
@click.option("--scale", type=click.IntRange(1, 100_000), default=1, help="Multiply the trainees, for load.")
@click.option("--if-empty", is_flag=True, help="Do nothing, quietly, when there is already a federation.")
@with_appcontext
def demo(password: str | None, scale: int, if_empty: bool) -> None:
    """Fill an empty database with a federation to look around in."""
    from lms import demo as demonstration

    try:
        demonstration.fill(password, scale, clock.now(), if_empty=if_empty)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True)
@with_appcontext
def run(host: str, port: int, threads: int) -> None:
    """Serve the platform from one process, its worker included."""
    from waitress.server import create_server

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if "lms_huey" in app.extensions:
        from lms import queue

        queue.start(app)
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=1000,
        max_request_body_size=LARGEST_BODY,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    settle()
    click.echo(f"Entrepares listens on http://{host}:{port} (Ctrl+C ends it).")
    server.run()


@main.command("worker")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@with_appcontext
def worker(workers: int) -> None:
    """Do the queue's work in a process of its own: mail, documents."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if "lms_huey" not in app.extensions:
        raise click.ClickException("QUEUE_URL names no queue that a worker could serve.")
    from huey.consumer import Consumer

    Consumer(app.extensions["lms_huey"], workers=workers, periodic=True).run()


main.add_command(retention)
main.add_command(packages)


@main.group("audit")
def audit_group() -> None:
    """The audit trail."""


@audit_group.command("verify")
@click.option("--head", "given", type=click.Path(exists=True, path_type=Path), help="More heads, exported earlier.")
@with_appcontext
def audit_verify(given: Path | None) -> None:
    """Walk every chain, hold kept heads, certificates and hours against it, and name each contradiction. Exit code 1 if any."""
    kept = heads.kept()
    more = _given(given) if given else heads.Kept()
    for chain, found in more.heads.items():
        kept.heads.setdefault(chain, []).extend(found)
    faults = [*kept.faults, *more.faults, *doctor.contradictions(kept.heads)]
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    against = sum(map(len, kept.heads.values()))
    click.echo(f"{len(walk.chains())} chains, no contradiction; held against {against} kept heads.")


def _given(path: Path, keys: Any = None) -> heads.Kept:
    lines = [
        (f"{path.name} line {n}", line) for n, line in enumerate(path.read_bytes().splitlines(), 1) if line.strip()
    ]
    return heads.read(lines, heads.public_keys() if keys is None else keys, alone=len(lines) == 1)


@audit_group.command("head")
@click.option(
    "--check", type=click.Path(exists=True, path_type=Path), help="Check a file of kept heads; no database is needed."
)
@click.option(
    "--key", type=click.Path(exists=True, path_type=Path), help="With --check: the public key to trust (PEM)."
)
@with_appcontext
def audit_head(check: Path | None, key: Path | None) -> None:
    """Print where each chain ends, as a signed line: keep it outside the database."""
    if check is None:
        click.echo(heads.statement(clock.now()))
        return
    try:
        found = _given(check, heads.read_keys([key.read_bytes()]) if key else None)
    except ValueError as error:
        raise click.ClickException("--key: this is no Ed25519 public key in PEM.") from error
    for fault in found.faults:
        click.echo(fault)
    if found.faults or not found.lines:
        sys.exit(1)
    click.echo(f"{len(found.lines)} lines, soundly signed and in order; the last is of {found.last_at}.")


@audit_group.command("keep")
@with_appcontext
def audit_keep() -> None:
    """Sign and keep the heads now, as the worker does each hour."""
    heads.keep(clock.now(), every=timedelta(0))
    click.echo(f"The heads are kept in {heads.folder()}.")


@audit_group.command("key")
@click.option("--rotate", is_flag=True, help="Make a new key that signs from now on.")
@with_appcontext
def audit_key(rotate: bool) -> None:
    """Print the public keys of the kept heads, the newest last: give them to whoever keeps heads for you."""
    if rotate:
        heads.rotate_key(clock.now())
    for pem in heads.public_pems():
        click.echo(pem, nl=False)


@main.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Say in plain words what is configured and what is missing. Exit code 1 if something is."""
    checks = doctor.checks()
    for check in checks:
        click.echo(f"{'✓' if check.ok else '✗'} {check.what}")
    if not all(check.ok for check in checks):
        sys.exit(1)


user.add_command(import_people)
for command in (migrations, certificates, content, federation, keys, mail, search, user):
    main.add_command(command)
