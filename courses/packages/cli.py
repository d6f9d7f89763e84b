"""`lms packages bring`: the same as the page, for packages that are larger than a page takes."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from courses.catalogue.rules import AUDIENCES
from courses.packages import operations
from lms import clock
from lms.errors import Refusal
from lms.i18n import LOCALES
from lms.people import queries as people


@click.group("packages")
def packages() -> None:
    """SCORM packages of a federation."""


@packages.command("bring")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="ZIP")
@click.option("--federation", "slug", required=True, metavar="SLUG", help="Whose it is.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="agent", show_default=True, help="Whom it is for.")
@click.option("--language", type=click.Choice(LOCALES), default="es", show_default=True, help="In which it speaks.")
@click.option("--minutes", type=click.IntRange(1, 6000), default=30, show_default=True, help="How long it takes.")
@click.option("--title", default="", help="The course's title; left out, the package's own.")
@with_appcontext
def bring(file: Path, slug: str, audience: str, language: str, minutes: int, title: str) -> None:
    """Publish a SCORM 1.2 or 2004 package as a course; nothing happens when it is published already."""
    where = people.federation_named(slug)
    if where is None:
        raise click.ClickException(f"There is no federation {slug!r}.")
    try:
        with file.open("rb") as archive:
            package = operations.bring(
                archive, where.id, by=None, now=clock.now(), audience=audience, language=language, minutes=minutes,
                title=title[:120],
            )  # fmt: skip
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"Published: SCORM {package.standard}, {package.files} files.")
