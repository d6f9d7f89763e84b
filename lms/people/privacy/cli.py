"""`lms retention`: let go of what is too old, or see what would go."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from lms import clock
from lms.db import db, transaction
from lms.people.models import Federation
from lms.people.privacy import copies
from lms.people.privacy import retention as rules


@click.group()
def retention() -> None:
    """What is kept for a time only."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Count what would go; nothing goes.")
@click.option("--federation", "slug", metavar="SLUG", help="Only this one.")
@with_appcontext
def run(dry_run: bool, slug: str | None) -> None:
    """Let go of what federations no longer keep. The worker does it by itself once a day; twice does no harm."""
    wanted = select(Federation.id, Federation.slug).order_by(Federation.slug)
    rows = db.session.execute(wanted.where(Federation.slug == slug) if slug else wanted).all()
    if slug and not rows:
        raise click.ClickException(f"There is no federation {slug!r}.")
    for federation_id, name in rows:
        if dry_run:
            with transaction():
                counts = rules.rehearse(federation_id, now=clock.now())
        else:
            counts = rules.carry_out(federation_id, now=clock.now())
        if counts is None:
            click.echo(f"{name}: done today already.")
            continue
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
        click.echo(f"{name}: {'would go' if dry_run else 'went'}: {told}.")
    if not dry_run:
        click.echo(f"Copies that had lapsed: {copies.forget_expired(clock.now())}.")
