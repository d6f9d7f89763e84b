"""Commands about courses: `lms content import|export` (docs/content.md)."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask.cli import with_appcontext

from assessments.bank import operations as bank
from assessments.competencies.framework import framework
from courses.catalogue import archives, operations, queries
from lms import clock, sheets
from lms.db import transaction
from lms.errors import Refusal


@click.group("content")
def content() -> None:
    """Courses as folders of Markdown (docs/content.md)."""


@content.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FOLDER|ZIP")
@with_appcontext
def content_import(source: Path) -> None:
    """Check a course folder, or a ZIP of one, and publish it; nothing happens when it is already published."""
    try:
        if source.is_dir():
            number, slug = _publish(source), source.resolve().name
        else:
            with TemporaryDirectory() as scratch:
                folder = archives.unpack(source, Path(scratch))
                number, slug = _publish(folder), folder.name
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{slug}: version {number} is published.")


def _publish(folder: Path) -> int:
    now = clock.now()
    with transaction():
        version = operations.import_course(folder, now=now, competencies=framework().by_code)
        bank.import_questions(version, folder, now=now)
        return version.number


@content.command("sheet")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TEXT.md")
@click.argument("target", type=click.Path(path_type=Path), metavar="SHEET.pdf")
@with_appcontext
def content_sheet(text: Path, target: Path) -> None:
    """Make a sheet to print from a text in the dialect of lessons; its first line is `# Title`."""
    try:
        target.write_bytes(sheets.sheet(text.read_text(encoding="utf-8")))
    except (Refusal, UnicodeDecodeError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{target}: {target.stat().st_size} bytes.")


@content.command("export")
@click.argument("slug")
@click.argument("target", type=click.Path(path_type=Path), metavar="FOLDER|ZIP")
@with_appcontext
def content_export(slug: str, target: Path) -> None:
    """Give a course back as it was imported, byte for byte: into a new folder, or a ZIP when TARGET ends in .zip."""
    files = queries.files_of(slug)
    if files is None:
        raise click.ClickException(f"There is no course {slug}.")
    try:
        if target.suffix.lower() == ".zip":
            with target.open("xb") as file:
                archives.pack(slug, files, file)
        else:
            archives.lay_out(files, target)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except FileExistsError as error:
        raise click.ClickException(f"{target} exists already. Choose another name.") from error
    click.echo(f"{slug}: {len(files)} files in {target}.")
