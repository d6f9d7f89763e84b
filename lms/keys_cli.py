"""`lms keys`: the master keys, and rotating them."""

import click
from flask.cli import with_appcontext

from lms import clock, rotation
from lms import keys as master
from lms.sealing import Unopenable

UNREADABLE = (
    "The master key cannot be read. Put back the file or the setting from your backup: what is sealed stays as it is."
)


@click.group()
def keys() -> None:
    """The keys that seal what the database must not tell by itself."""


@keys.command()
@with_appcontext
def status() -> None:
    """Say which keys there are, what each seals, and what no key here opens. Exit code 1 if there is any such."""
    present, used = _present(), rotation.uses()
    if not present:
        click.echo("No master key yet: it is made when something is sealed for the first time.")
    for place, key in enumerate(present):
        made = f", made on {key.made_at:%Y-%m-%d}" if key.made_at else ""
        click.echo(
            f"{key.mark.hex()}  {'seals' if place == 0 else 'opens'}{made}: {used.pop(key.mark, 0)} sealed texts"
        )
    for mark, number in used.items():
        click.echo(f"{mark.hex()}  is not here: {number} sealed texts stay shut until it is back")
    if used:
        raise SystemExit(1)


@keys.command()
@with_appcontext
def rotate() -> None:
    """Make a new key and seal everything again with it. Stopped and started again, it goes on where it stopped.

    The old key stays (`lms keys drop`), because backups made before need it.
    """
    now = clock.now()
    _present()
    if master.from_setting():
        click.echo("The keys come from MASTER_KEY: everything is sealed again with its first one.", err=True)
    elif not rotation.begin(now):
        click.echo("An earlier rotation was not finished; it goes on.", err=True)
    again = shut = 0
    try:
        for step in rotation.rewrap(now):
            again, shut = step
            click.echo(f"{again} sealed again …", err=True)
    except Unopenable as refusal:
        raise click.ClickException(UNREADABLE) from refusal
    click.echo(f"{again} sealed again with {_present()[0].mark.hex()}.")
    if shut:
        raise click.ClickException(f"{shut} could not be opened and stay as they were: see `lms keys status`.")


@keys.command()
@with_appcontext
def drop() -> None:
    """Forget old keys that seal nothing any more, an hour after the newest was made. Older backups will not open."""
    _present()
    marks = rotation.droppable(clock.now())
    names = ", ".join(sorted(mark.hex() for mark in marks))
    if not marks:
        click.echo("No key can be dropped: each one seals something, or the newest is less than an hour old.")
    elif master.from_setting():
        click.echo(f"Restart the platform with the new MASTER_KEY; then these can go from it: {names}.")
    else:
        master.drop(marks)
        click.echo(f"Dropped: {names}.")


@keys.command()
def make() -> None:
    """Print a new key for the setting MASTER_KEY; nothing is changed."""
    click.echo(master.fresh())


def _present() -> tuple[master.Key, ...]:
    try:
        return master.present()
    except master.UnreadableKey as error:
        raise click.ClickException(UNREADABLE) from error
