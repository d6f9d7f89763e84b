"""What the tests of texts share: drafts written and published, acceptances."""

from typing import Any
from uuid import UUID

from lms.db import transaction
from lms.people import operations, queries
from lms.people.federations import document_queries, documents
from lms.people.federations.texts import Writing
from lms.people.models import Document
from tests.world import NOW, World

WORDS = {"es": "## Qué hago\n\nAcompaño **sin juzgar**.", "en": "## What I do\n\nI accompany."}
TITLE = {"es": "Documento del papel", "en": "Role document"}
KIND = "role-document"
FORM = {"title_es": TITLE["es"], "text_es": WORDS["es"], "title_en": TITLE["en"], "text_en": WORDS["en"]}


def published(world: World, by: UUID, kind: str = KIND, *, asks_again: bool = True, text: str = "") -> int:
    """Publish a next version with these words: its number."""
    with world.database(), transaction():
        draft = documents.begin(world.here, kind, by, now=NOW)
        words = {code: f"{one}\n\n{text}" for code, one in WORDS.items()}
        documents.save(draft, TITLE, words, Writing("page", 1, draft.revision), now=NOW)
        made = documents.publish(world.here, kind, by, ("es", "en"), asks_again=asks_again, now=NOW)
        return made.version


def accept(world: World, person: UUID, kind: str = KIND) -> None:
    """This person accepts the newest version."""
    with world.database(), transaction():
        text = queries.document(world.here, kind)
        assert text is not None
        operations.acknowledge(person, text.id, now=NOW)


def stands(world: World, person: UUID, kind: str = KIND) -> bool:
    """Whether what this person accepted stands."""
    with world.database():
        found = queries.acknowledged(person, world.here).get(kind)
        return found is not None and found.current


def newest(world: World, kind: str = KIND, federation: UUID | None = None) -> Document | None:
    """The text in force."""
    with world.database() as session:
        found = queries.document(federation or world.here, kind)
        session.expunge_all()
        return found


def draft(world: World, person: UUID, kind: str = KIND) -> Any:
    """What this person is writing."""
    with world.database() as session:
        found = document_queries.draft(world.here, kind, person)
        session.expunge_all()
        return found
