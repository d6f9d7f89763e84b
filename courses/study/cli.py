"""Commands about the search: `lms search rebuild`."""

import click
from flask.cli import with_appcontext

from courses.study import index
from lms.db import transaction


@click.group("search")
def search() -> None:
    """The search in courses and texts."""


@search.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Index everything that is published anew, in one step; whoever searches meanwhile finds what there was."""
    done = 0
    with transaction():
        with click.progressbar(index.rebuild(), label="Indexing", length=index.published()) as steps:
            for done in steps:  # noqa: B007 (said at the end)
                pass
    click.echo(f"{done} courses and texts are indexed.")
