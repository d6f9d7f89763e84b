"""`lms certificates`: what is due, issuing it, the list, and whether a file is one of ours."""

import hashlib
import json
import re
import sys
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from certificates.register import names, operations, queries, rules
from certificates.register.models import Certificate
from lms import clock
from lms.db import db
from lms.people.models import Federation, Membership, Person, in_force


@click.group()
def certificates() -> None:
    """Issue certificates, list them, check a file."""


def _federation(slug: str | None) -> Federation:
    """The federation of this slug; without one, the only one there is."""
    found = list(db.session.scalars(select(Federation).order_by(Federation.slug)))
    if slug is None and len(found) == 1:
        return found[0]
    for federation in found:
        if federation.slug == slug:
            return federation
    slugs = ", ".join(federation.slug for federation in found) or "none yet"
    if slug is None:
        raise click.UsageError(f"Say which federation with --federation. There are: {slugs}.")
    raise click.UsageError(f"There is no federation {slug!r}. There are: {slugs}.")


def _registrar(email: str, federation: Federation) -> UUID:
    """The id of the person who issues: a registrar of this federation."""
    person_id = db.session.scalar(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.email == email.strip().lower(),
            Person.active,
            Membership.federation_id == federation.id,
            Membership.role == "registrar",
            in_force(Membership, clock.now()),
        )
    )
    if person_id is None:
        raise click.UsageError(f"{email} is not a registrar of {federation.slug}.")
    return person_id


@certificates.command()
@click.option("--federation", "slug", metavar="SLUG", help="Whose; not needed where there is only one.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def due(slug: str | None, as_json: bool) -> None:
    """List the approved dossiers whose certificate has not been issued."""
    found = queries.due(_federation(slug).id)
    if as_json:
        rows = [
            {
                "dossier": str(one.dossier_id),
                "name": one.name,
                "scheme": rules.localised(one.title, "es"),
                "decided_at": one.decided_at and one.decided_at.isoformat(),
            }
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.dossier_id}  {one.decided_at:%Y-%m-%d}  {one.name}  ({rules.localised(one.title, 'es')})")
    click.echo(f"{len(found)} due.", err=True)


@certificates.command()
@click.option("--federation", "slug", metavar="SLUG", help="Whose; not needed where there is only one.")
@click.option("--by", required=True, metavar="EMAIL", help="The registrar who issues them.")
@with_appcontext
def issue(slug: str | None, by: str) -> None:
    """Issue every certificate that is due. Stopped and started again, it issues each one once.

    Exit code 1 if some could not be issued; they are named.
    """
    federation = _federation(slug)
    person_id = _registrar(by, federation)
    federation_id, waiting = federation.id, len(queries.due_ids(federation.id))
    refused: list[tuple[UUID, str]] = []
    with click.progressbar(length=waiting, label="Issuing", file=sys.stderr) as bar:

        def step(dossier_id: UUID, refusal: str | None) -> None:
            bar.update(1)
            if refusal and refusal != operations.AlreadyIssued.code:
                refused.append((dossier_id, refusal))

        issued = operations.issue_all(federation_id, person_id, clock.now(), each=step)
    click.echo(f"{issued} issued.")
    for dossier_id, code in refused:
        click.echo(f"Not issued: dossier {dossier_id}: {code}.", err=True)
    if refused:
        raise SystemExit(1)


@certificates.command("list")
@click.option("--federation", "slug", metavar="SLUG", help="Only this one's; all without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def list_(slug: str | None, as_json: bool) -> None:
    """List the certificates in the register, oldest first."""
    found = queries.everything(_federation(slug).id if slug else None)
    now = clock.now()
    shown = names.shown(found)
    rows = [
        {
            "federation": one.snapshot["federation"]["slug"],
            "serial": one.serial,
            "code": one.code,
            "status": rules.status(one.state, one.valid_until, now),
            "issued_on": one.snapshot["issued_on"],
            "valid_until": one.snapshot["valid_until"],
            "name": shown[one.id],
        }
        for one in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(row.values()))
    click.echo(f"{len(rows)} certificates.", err=True)


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify(file: Path) -> None:
    """Say whether FILE is the PDF of a certificate in this register, byte for byte, and how that certificate stands.

    Exit code 0: ours, and in force. 1: ours, but not in force. 2: not ours, or changed.
    """
    content = file.read_bytes()
    found = db.session.scalar(select(Certificate).where(Certificate.pdf_digest == hashlib.sha256(content).hexdigest()))
    if found is None:
        named = _named_in(file.name)
        click.echo("Not one of ours: no certificate in this register has a PDF with these bytes.", err=True)
        if named:
            click.echo(f"Its name speaks of {named}, so it may be a changed copy.", err=True)
        raise SystemExit(2)
    status = rules.status(found.state, found.valid_until, clock.now())
    click.echo(f"{found.snapshot['federation']['name']}  {found.serial}  {rules.grouped(found.code)}  {status}")
    if status not in ("in-force", "expiring"):
        raise SystemExit(1)


def _named_in(name: str) -> str | None:
    """The serial of a certificate of ours that a file's name speaks of."""
    match = re.search(r"\d{4}-\d{6}", name)
    if match is None:
        return None
    return db.session.scalar(select(Certificate.serial).where(Certificate.serial == match[0]).limit(1))
