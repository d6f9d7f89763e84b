"""Every setting and every command stands in the docs."""

from pathlib import Path

import click
import pytest

from lms import config
from lms.cli import main

DOCS = Path(__file__).parent.parent / "docs"


def commands(group: click.Group, prefix: str = "lms") -> list[str]:
    """Every command with its words, Flask-Migrate's own group left out."""
    found = []
    for name, command in group.commands.items():
        if name == "db":
            continue
        words = f"{prefix} {name}"
        found += commands(command, words) if isinstance(command, click.Group) else [words]
    return found


@pytest.mark.parametrize("name", config.SETTINGS)
def test_a_setting_stands_in_the_docs(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "settings.md").read_text()


@pytest.mark.parametrize("words", commands(main))
def test_a_command_stands_in_the_docs_and_explains_itself(words: str) -> None:
    assert f"`{words}" in (DOCS / "commands.md").read_text()


def test_every_page_of_the_docs_is_reached_from_the_readme() -> None:
    readme = (DOCS.parent / "README.md").read_text()
    pages = {path.relative_to(DOCS.parent).as_posix() for path in DOCS.glob("*.md")}
    assert not [page for page in pages if f"({page})" not in readme]
