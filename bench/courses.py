"""`bench/search`: what the search and the catalogue take with more and more courses, in CPU milliseconds and statements."""

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bench.database import fresh
from bench.report import align

SIZES = "10,100,1000"
MODULES, LESSONS, WORDS = 4, 5, 500  # of a course, of a module, of a lesson
TIMES = 40
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# A word of every text, one of a text in fifty, one of a single course, and one of none.
COMMON, RARE, NOWHERE = "acompañamiento", "volcán", "xilófono"
ROWS = {
    "a word of every text": f"/search?q={COMMON}",
    "in courses alone": f"/search?what=course&q={COMMON}",
    "a rare word": f"/search?q={RARE}",
    "two words": f"/search?q={COMMON}+{RARE}",
    "a word of no text": f"/search?q={NOWHERE}",
    "words of which none has all": f"/search?q={COMMON}+{NOWHERE}",
    "the catalogue": "/courses",
    "its last page": "/courses?page={last}",
    "for professionals, in English": "/courses?audience=professional&language=en",
}


def vocabulary() -> list[str]:
    """Two thousand words of syllables, each the same in every run."""
    chance = random.Random(1)
    syllables = ("ca", "mi", "no", "la", "ter", "so", "pe", "ri", "du", "ben", "fo", "gui", "tra", "lle", "zo")
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(2_000)]


def fill(session: Any, federation_id: Any, begin: int, end: int, words: list[str]) -> list[Any]:
    """Courses `begin` to `end`, published and indexed; their versions."""
    from courses.catalogue.models import Course, CourseVersion, Lesson, Module
    from courses.study.index import index_version
    from lms.ids import new_id

    chance, versions = random.Random(begin), []
    for number in range(begin, end):
        course, version = new_id(), new_id()
        title = {"es": f"Curso {number:05} de {COMMON}"} | ({"en": f"Course {number:05}"} if number % 5 == 0 else {})
        audience = "professional" if number % 3 == 0 else "agent"
        session.execute(
            insert(Course).values(id=course, slug=f"curso-{number:05}", audience=audience, current_version_id=version)
        )
        session.execute(
            insert(CourseVersion).values(
                id=version, course_id=course, number=1, digest="0" * 64, title=title, summary={"es": "Resumen."},
                html={"es": f"<p>{' '.join(chance.choices(words, k=100))}</p>"}, minutes=60, published_at=NOW,
            )
        )  # fmt: skip
        nothing: dict[str, Any] = {"notice": {}, "competencies": []}
        for m in range(1, MODULES + 1):
            module = new_id()
            session.execute(
                insert(Module).values(
                    id=module, version_id=version, number=m, slug=f"modulo-{m}", title={"es": f"Módulo {m}"},
                    html={"es": ""}, outcomes={"es": []}, minutes=60, lesson_count=LESSONS, **nothing,
                )
            )  # fmt: skip
            rows = []
            for n in range(1, LESSONS + 1):
                some = chance.choices(words, k=WORDS)
                some[chance.randrange(WORDS)] = COMMON
                if chance.random() < 0.02 or (number, m, n) == (0, 1, 1):
                    some[0] = RARE
                html = "".join(f"<p>{' '.join(some[at : at + 50])}.</p>" for at in range(0, WORDS, 50))
                rows.append(
                    {
                        "id": new_id(), "module_id": module, "number": n, "slug": f"leccion-{n}",
                        "title": {"es": f"Lección {m}.{n}"}, "html": {"es": html}, "plain": {}, "skip": {},
                        "reflection": {"es": "¿Qué?"}, "alternative": {"es": "Otra."}, "sources": {}, "minutes": 10,
                        **nothing,
                    }
                )  # fmt: skip
            session.execute(insert(Lesson), rows)
        index_version(version)
        versions.append(version)
    return versions


def measure(client: Any, path: str) -> tuple[float, float, int]:
    """Median CPU and wall milliseconds of an address, and its statements."""
    from tests.statements import counted

    with counted() as sent:
        assert client.get(path).status_code == 200, path
    cpu, wall = [], []
    for _time in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        client.get(path)
        cpu.append(time.process_time() - spent)
        wall.append(time.perf_counter() - began)
    return statistics.median(cpu) * 1000, statistics.median(wall) * 1000, len(sent)


def main() -> None:
    """Fill, measure at each size, print."""
    parser = argparse.ArgumentParser(prog="bench/search", description="Fills a database of its own with courses and prints, for each size, what the search and the catalogue take: median wall ms (CPU ms of the app) and statements.")  # fmt: skip
    parser.add_argument("--courses", default=SIZES, metavar="N,…", help=f"how many (default: {SIZES})")
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL server to make a database on (default: SQLite)")
    given = parser.parse_args()
    sizes = sorted(int(one) for one in given.courses.split(","))
    with tempfile.TemporaryDirectory() as scratch, fresh(given.database, Path(scratch)) as databases:
        print(databases.kind)
        print(align(_measured(Path(scratch), databases.app, sizes)))


def _measured(scratch: Path, url: str, sizes: list[int]) -> list[tuple[str, ...]]:
    import flask_migrate

    from courses.learning import operations as learning
    from lms.app import create_app
    from lms.db import db, transaction
    from tests.conftest import settings
    from tests.world import World

    app = create_app(settings(scratch / "home", url))
    with app.app_context():
        flask_migrate.upgrade()
    world, words = World(app), vocabulary()
    person = world.person("agent")
    client = world.browser(person).client
    found: dict[str, list[str]] = {name: [] for name in ROWS}
    there = 0
    for size in sizes:
        with app.app_context():
            while there < size:
                with transaction() as session:
                    step = min(size, there + 20)
                    versions = fill(session, world.here, there, step, words)
                    if there == 0:  # the reader is in three editions from the beginning
                        _enrol(learning, world, person, versions[1:6])
                there = step
            if db.engine.dialect.name == "postgresql":  # as its own daemon would in a while
                with transaction() as session:
                    session.execute(text("ANALYZE"))
        for name, path in ROWS.items():
            cpu, wall, statements = measure(client, path.format(last=(size - 1) // 24 + 1))
            found[name].append(f"{wall:.1f} ({cpu:.1f}) {statements}")
    with app.app_context():
        db.engine.dispose()
    return [("address", *(f"{size:,} courses" for size in sizes)), *((name, *cells) for name, cells in found.items())]


def _enrol(learning: Any, world: Any, person: Any, versions: list[Any]) -> None:
    days = {"begins_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "now": NOW}
    for version in [one for one in versions if one][:5]:
        edition = learning.open_edition(world.here, version, "Otoño", seats=5, by=None, **days)
        try:
            learning.enrol(person, edition.id, federation_id=world.here, now=NOW)
        except learning.WrongAudience:
            continue


if __name__ == "__main__":
    main()
