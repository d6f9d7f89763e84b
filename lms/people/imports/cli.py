"""`lms user import`: the same as the page, at once and with a bar."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
from flask.cli import with_appcontext

from lms import clock
from lms.db import transaction
from lms.errors import Refusal
from lms.i18n import LOCALES
from lms.people import queries as people_queries
from lms.people.imports import operations, rehearsal, words
from lms.people.imports.refusals import ImportChanged
from lms.people.imports.rehearsal import Judgement
from lms.policy import ROLES

NAMED = 100  # findings that are printed for people to read; --json gives them all


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--federation", "slug", required=True, metavar="SLUG", help="Where.")
@click.option("--role", type=click.Choice(ROLES), help="The role for rows that name none.")
@click.option("--locale", type=click.Choice(LOCALES), help="The language for rows that name none; the federation's.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--no-mail", is_flag=True, help="Send no invitations now; the page of the import sends them later.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with every finding.")
@with_appcontext
def import_people(
    file: Path, slug: str, role: str | None, locale: str | None, dry_run: bool, no_mail: bool, as_json: bool
) -> None:
    """Invite everybody in a CSV or Excel file (docs/federations.md), or nobody. Exit code 1 if a row is wrong."""
    where = people_queries.federation_named(slug)
    if where is None:
        raise click.ClickException(f"There is no federation {slug!r}.")
    import_id, federation_id, spoken = uuid4(), where.id, locale or where.locale
    try:
        judgement, digest = _judge(import_id, federation_id, file, role or "", spoken, as_json)
        invited = 0
        if not judgement.findings and not dry_run:
            with transaction():
                operations.keep(
                    import_id, federation_id, by=None, digest=digest, role=role or "", locale=spoken,
                    now=clock.now(), judgement=judgement,
                )  # fmt: skip
                operations.queue(import_id, mail=not no_mail, now=clock.now())
            with _bar("Inviting", judgement.rows, as_json) as tell, suppress(ImportChanged):  # said below
                invited = operations.carry_out(import_id, now=clock.now(), tell=tell)
        wrong = _say(import_id, judgement, invited, as_json)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    finally:
        rehearsal.forget(import_id)
    if wrong:
        raise SystemExit(1)


def _judge(
    import_id: UUID, federation_id: UUID, file: Path, role: str, locale: str, quiet: bool
) -> tuple[Judgement, str]:
    with file.open("rb") as content:
        digest, _size = rehearsal.take(import_id, content)
    who = rehearsal.importer(federation_id, None, clock.now())
    with _bar("Reading", None, quiet) as tell:
        return rehearsal.judge(import_id, who, role=role, locale=locale, now=clock.now(), tell=tell), digest


def _bar(label: str, length: int | None, quiet: bool) -> AbstractContextManager[Callable[[int], Any]]:
    """A bar on the screen (none in a file or pipe), moved by calling it with how far the work is."""
    if quiet or length is None:
        return nullcontext(bool)
    return _Moving(label, length)


class _Moving(AbstractContextManager[Callable[[int], Any]]):
    def __init__(self, label: str, length: int) -> None:
        self._bar, self._done = click.progressbar(length=length, label=label), 0

    def __enter__(self) -> Callable[[int], Any]:
        self._bar.__enter__()
        return self._move

    def _move(self, done: int) -> None:
        self._bar.update(done - self._done)
        self._done = done

    def __exit__(self, *what: Any) -> None:
        self._bar.__exit__(*what)


def _say(import_id: UUID, judgement: Judgement, invited: int, as_json: bool) -> int:
    """Print what came of it; how much was found wrong."""
    found = list(rehearsal.findings(import_id))
    if as_json:
        listed = [
            {"row": one.row, "column": one.column, "code": one.code, "value": one.value, "message": words.sentence(one)}
            for one in found
        ]
        click.echo(json.dumps({"rows": judgement.rows, "invited": invited, "findings": listed}, ensure_ascii=False))
        return len(found)
    for one in found[:NAMED]:
        click.echo(f"{one.row}\t{words.COLUMNS[one.column]}\t{words.sentence(one)}\t{one.value}")
    if len(found) > NAMED:
        click.echo(f"… and {len(found) - NAMED} more (--json names them all).")
    if found:
        click.echo(f"{judgement.rows} rows; nobody has been invited.")
    elif invited:
        click.echo(f"{invited} people have been invited.")
    else:
        click.echo(f"{judgement.rows} rows, nothing wrong. Nobody has been invited: this was a rehearsal.")
    return len(found)
