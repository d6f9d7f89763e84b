"""A federation's authors and a course that they write."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.authoring import operations
from courses.authoring.models import DraftFile
from lms.db import db, transaction
from tests.world import NOW, Browser, World

LESSON = """---
title: Escuchar
minutes: 20
competencies: [3.1]
reflection: ¿Qué te ayuda a escuchar?
alternative: Escribe tres señales de que alguien escucha.
sources:
  - S1
---
## Antes

Un párrafo.
"""
FILES = {
    "course.md": "---\ntitle: Un curso\naudience: agent\nhours: 2\nsummary: Corto.\n---\nTexto.\n",
    "01-escucha/module.md": "---\ntitle: Escucha\nhours: 2\noutcomes:\n  - Escucho sin interrumpir.\n---\n",
    "01-escucha/01-escuchar.md": LESSON,
    "01-escucha/02-callar.md": LESSON.replace("Escuchar", "Callar"),
}
FETCH = {"X-Requested-With": "fetch"}


@dataclass(frozen=True)
class Desk:
    """A draft, and the browsers of two who write on it."""

    world: World
    id: UUID
    author: UUID
    browser: Browser
    other: Browser

    @property
    def address(self) -> str:
        """Of the draft."""
        return f"/author/{self.id}"

    def file(self, path: str = "01-escucha/01-escuchar.md") -> str:
        """The address of a file."""
        with self.world.database():
            found = select(DraftFile.id).where(DraftFile.draft_id == self.id, DraftFile.path == path)
            return f"{self.address}/files/{db.session.scalars(found).one()}"

    def files(self) -> dict[str, str]:
        """What the draft says."""
        with self.world.database():
            rows = db.session.scalars(select(DraftFile).where(DraftFile.draft_id == self.id))
            return {row.path: bytes(row.content).decode() for row in rows}

    def sheet(self, browser: Browser, address: str) -> dict[str, str]:
        """An open page's hidden fields."""
        return dict(re.findall(r'name="(page|sequence|base)" type="hidden" value="([^"]*)"', browser.get(address).text))


def begun(world: World, files: dict[str, Any] | None = None) -> Desk:
    """A draft with these files."""
    author = world.person("author")
    kept = {path: text.encode() for path, text in (files or FILES).items()}
    with world.database(), transaction():
        draft_id = operations.begin(world.here, "un-curso", kept, by=author, now=NOW).id
    return Desk(world, draft_id, author, world.browser(author), world.browser(world.person("author")))


@pytest.fixture
def desk(world: World) -> Desk:
    """A draft with two lessons and two authors."""
    return begun(world)
