"""What the federation `demo` has beside its people: associations, services, crisis contacts, a role document."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from lms.people.federations import bodies, documents, operations
from lms.people.federations.texts import Writing

ROLE_DOCUMENT = Path(__file__).parent / "texts"
TITLE = {"es": "Documento del papel de agente de apoyo mutuo", "en": "Role document of the peer support agent"}


def fill(federation_id: UUID, admin: UUID, *, began: datetime, now: datetime) -> None:
    """Two associations, two services, two crisis contacts, and a role document that waits to be accepted."""
    ribera = bodies.create_association(federation_id, "Asociación Ribera", by=admin, now=began)
    bodies.create_association(federation_id, "Asociación Horizonte Común", by=admin, now=began)
    bodies.create_service(federation_id, "UGC de Salud Mental Ribera", None, by=admin, now=began)
    bodies.create_service(federation_id, "Centro social Los Olivos", ribera.id, by=admin, now=began)
    contacts = [
        {
            "name": "Teléfono de guardia de la federación",
            "number": "600 000 000",
            "note": "Inventado para la demostración",
        },
        {"name": "Urgencias sanitarias", "number": "061", "note": "Gratis, a cualquier hora"},
    ]
    operations.set_crisis_contacts(federation_id, contacts, by=admin, now=now)
    _role_document(federation_id, admin, began + timedelta(days=1))


def _role_document(federation_id: UUID, admin: UUID, now: datetime) -> None:
    words = {code: (ROLE_DOCUMENT / f"role-document.{code}.md").read_text("utf-8") for code in TITLE}
    draft = documents.begin(federation_id, "role-document", admin, now=now)
    documents.save(draft, TITLE, words, Writing("demo", 1, draft.revision), now=now)
    documents.publish(federation_id, "role-document", admin, tuple(TITLE), asks_again=True, now=now)
