"""What is held about people: their certificates, and what was done to them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from certificates.documents import operations as documents
from certificates.register import names
from certificates.register.models import Certificate, RegisterAct
from lms.db import db
from lms.people.models import Federation
from lms.people.privacy.holdings import Asked, Clear, Holding, Keep, Side, nobody

AWARD = Keep("The award's bare facts: its certificate can still be verified, without a name.")
THEIRS = Keep("The certificate is the other's: it stands, with who acted as an id without a name.")


def _open(_asked: Asked, sealed: Any, row: Mapping[str, Any]) -> str:
    """The name on the certificate."""
    return names.name(row["id"], row["snapshot"], sealed)


def _pdfs(asked: Asked) -> list[tuple[str, str]]:
    made = select(Certificate.id, Certificate.serial).where(
        Certificate.person_id == asked.id, Certificate.pdf_digest.is_not(None)
    )
    return [(f"{row.serial}.pdf", documents.key(row.id)) for row in db.session.execute(made)]


HOLDINGS = [
    Holding(
        "certificates",
        Certificate,
        (
            Side(
                "person_id",
                (Clear({"sealed_name": None, "show_name": False}), AWARD),
                ("serial", "code", "state", "issued_at", "valid_until", "show_name", "snapshot", "sealed_name"),
            ),
            Side("issued_by", (THEIRS,)),
        ),
        looked_up={"federation": ("federation_id", Federation, "name")},
        opened={"sealed_name": _open},
        files=_pdfs,
        award=True,
    ),
    Holding(
        "certificates",
        RegisterAct,
        (
            Side("certificate_id", (AWARD,), ("number", "act", "at", "reason"), through=(Certificate, "person_id")),
            Side("by", (THEIRS,)),
        ),
        looked_up={"serial": ("certificate_id", Certificate, "serial")},
    ),
    nobody("serial_counters"),
]
