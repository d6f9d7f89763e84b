"""What is held about people: their applications with the evidence of the day, and how they were decided."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from certificates.accreditation.models import Decision, Dossier, Scheme, SchemeVersion
from lms.people.models import Federation
from lms.people.privacy.holdings import Aged, Clear, Holding, Keep, Side, nobody

AWARD = Keep("That it was applied for, decided and issued: the award's bare facts.")
THEIRS = Keep("The decision is about the other: it stands, with the member as an id without a name.")

_FEDERATION = select(Dossier.federation_id).where(Dossier.id == Decision.dossier_id).scalar_subquery()


def _refused(before: datetime) -> ColumnElement[bool]:
    return and_(Dossier.state == "refused", Dossier.decided_at < before, Dossier.certificate_name != "")


def _reasons_of_refused(before: datetime) -> ColumnElement[bool]:
    refused = select(Dossier.id).where(Dossier.state == "refused", Dossier.decided_at < before)
    return and_(Decision.dossier_id.in_(refused), Decision.reasons != "")


HOLDINGS = [
    Holding(
        "accreditation",
        Dossier,
        (
            Side(
                "person_id",
                (Clear({"certificate_name": "", "legal_name": False, "evidence": []}), AWARD),
                ("certificate_name", "legal_name", "state", "applied_at", "decided_at", "evidence"),
            ),
        ),
        looked_up={
            "federation": ("federation_id", Federation, "name"),
            "scheme": ("scheme_id", Scheme, "slug"),
            "title": ("version_id", SchemeVersion, "title"),
        },
        # That there was one stays; what stood in it and the reasons go.
        aged=(
            Aged("refused-dossiers", _refused, Dossier.federation_id, Clear({"certificate_name": "", "evidence": []})),
        ),
    ),
    Holding(
        "accreditation",
        Decision,
        (
            Side("person_id", (Clear({"reasons": ""}), AWARD), ("verdict", "reasons", "at")),
            Side("member_id", (THEIRS,), ("verdict", "at")),
        ),
        aged=(Aged("refused-dossiers", _reasons_of_refused, _FEDERATION, Clear({"reasons": ""})),),
    ),
    nobody("schemes", "scheme_versions"),
]
