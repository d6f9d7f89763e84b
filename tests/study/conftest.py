"""Courses with texts of one's own, editions of them, and people who read."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from courses.catalogue import operations as catalogue
from lms.db import transaction
from tests.learning.conftest import School
from tests.world import NOW, World

HEAD = "---\ntitle: {title}\nminutes: 10\nreflection: ¿Qué piensas?\nalternative: Otra cosa.\n---\n{text}\n"


@dataclass(frozen=True)
class Library(School):
    """A school whose lessons say what a test wants them to say."""

    def write(self, slug: str, lessons: dict[str, str], *, title: str = "Un curso", audience: str = "agent") -> UUID:
        """Publish a course of one module, "uno", with these lessons: {file's name: title, a blank line, text}."""
        module = self.folder / slug / "01-uno"
        module.mkdir(parents=True, exist_ok=True)
        (self.folder / slug / "course.md").write_text(
            f"---\ntitle: {title}\naudience: {audience}\nhours: 2\nsummary: Resumen.\n---\nTexto.\n"
        )
        (module / "module.md").write_text("---\ntitle: Módulo\nhours: 1\noutcomes:\n  - Sé algo.\n---\n")
        for name, words in lessons.items():
            heading, _blank, text = words.partition("\n\n")
            plain = ".plain." in name
            (module / f"{name}.md").write_text(words if plain else HEAD.format(title=heading, text=text))
        with self.world.database(), transaction():
            return catalogue.import_course(self.folder / slug, now=NOW).id

    def reader(self, version_id: UUID) -> tuple[UUID, UUID]:
        """Somebody new in a new edition of it: (person, enrolment)."""
        person = self.world.person("agent")
        return person, self.enrol(person, self.edition(version_id))


@pytest.fixture
def library(world: World, tmp_path: Path) -> Library:
    """Where courses can be published."""
    return Library(world, tmp_path)
