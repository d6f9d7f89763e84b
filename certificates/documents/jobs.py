"""The PDF is made after the issue, so that the first download is quick."""

from typing import Any
from uuid import UUID

from certificates.documents import operations
from lms.jobs import handler


@handler("certificate.pdf")
def make_pdf(payload: dict[str, Any]) -> None:
    """Make and store the PDF of `payload["certificate_id"]`; harmless when it is there already."""
    operations.prepare(UUID(payload["certificate_id"]))
