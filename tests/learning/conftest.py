"""A published course and an edition of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from courses.catalogue import operations as catalogue
from courses.learning import operations
from lms.db import transaction
from tests.world import NOW, World


@dataclass(frozen=True)
class School:
    """The world, with courses of a few short lessons in it."""

    world: World
    folder: Path

    def course(self, slug: str = "un-curso", audience: str = "agent", modules: int = 2, lessons: int = 3) -> UUID:
        """Publish a course; its newest version."""
        folder = self.folder / slug
        folder.mkdir(exist_ok=True)
        (folder / "course.md").write_text(
            f"---\ntitle: Un curso\naudience: {audience}\nhours: 2\nsummary: Un curso.\n---\nTexto.\n"
        )
        for m in range(1, modules + 1):
            module = folder / f"{m:02}-modulo-{m}"
            module.mkdir(exist_ok=True)
            (module / "module.md").write_text(f"---\ntitle: Módulo {m}\nhours: 1\noutcomes:\n  - Sé algo.\n---\n")
            for n in range(1, lessons + 1):
                (module / f"{n:02}-leccion-{n}.md").write_text(
                    f"---\ntitle: Lección {m}.{n}\nminutes: 10\nnotice: Aviso {n}.\nskip: Rodeo {n}.\n"
                    f"reflection: ¿Qué piensas?\nalternative: Otra cosa.\nsources:\n  - S{n}\n---\nTexto {m}.{n}.\n"
                )
        with self.world.database(), transaction():
            return catalogue.import_course(folder, now=NOW).id

    def edition(self, version_id: UUID, federation: UUID | None = None, seats: int = 5, **changes: Any) -> UUID:
        """Open an edition that is not over, whatever the clock says."""
        today = datetime.now(UTC).date()
        given: dict[str, Any] = {
            "begins_on": date(2026, 1, 1),
            "ends_on": max(today, NOW.date()) + timedelta(days=300),
            "seats": seats,
            "by": None,
            "now": NOW,
        }
        with self.world.database(), transaction():
            here = federation or self.world.here
            return operations.open_edition(here, version_id, "Otoño", **(given | changes)).id

    def enrol(self, person_id: UUID, edition_id: UUID, federation: UUID | None = None) -> UUID:
        """Enrol somebody; the enrolment."""
        with self.world.database(), transaction():
            here = federation or self.world.here
            return operations.enrol(person_id, edition_id, federation_id=here, now=NOW).id


@pytest.fixture
def school(world: World, tmp_path: Path) -> School:
    """Courses can be published and editions opened in it."""
    return School(world, tmp_path)


@pytest.fixture
def edition(school: School) -> UUID:
    """An open edition of a course for agents."""
    return school.edition(school.course())
