"""A certificate's PDF: made once, kept with its SHA-256, and never served if its bytes are not those."""

import hashlib
import logging
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from certificates.documents import render
from certificates.register import names
from certificates.register.models import Certificate
from lms import storage
from lms.db import db, transaction
from lms.errors import Refusal

log = logging.getLogger(__name__)


class DocumentDamaged(Refusal):
    """The stored file is not the one that was made."""

    code = "document-damaged"
    sentence = _l(
        "El PDF guardado no es el que se emitió, así que no lo entregamos. "
        "El certificado sigue en el registro; avisa a tu federación para que lo restaure."
    )


class HolderErased(Refusal):
    """The holder's data were erased: there is no document without their name, and the record verifies."""

    code = "holder-erased"
    sentence = _l("Los datos de esta persona se borraron a petición suya. El certificado se comprueba con su código.")


def key(certificate_id: UUID) -> str:
    """Where the PDF lies in the storage."""
    return f"certificates/{certificate_id}.pdf"


def verify_url(code: str) -> str:
    """The public address of a certificate."""
    return f"{current_app.config['BASE_URL'].rstrip('/')}/verify/{code}"


def pdf(certificate: Certificate) -> bytes:
    """The certificate's PDF, made now if it was not yet. Call outside a transaction. Raises HolderErased, DocumentDamaged, Unopenable."""
    if certificate.sealed_name is None and "name" not in certificate.snapshot["holder"]:
        raise HolderErased
    if certificate.pdf_digest is None:
        made = _make(certificate)
        if made is not None:
            return made
        db.session.rollback()  # somebody else was quicker: theirs is the one
        db.session.refresh(certificate)
    content = storage.get(key(certificate.id))
    if content is None or hashlib.sha256(content).hexdigest() != certificate.pdf_digest:
        log.error("certificate %s: the stored PDF is %s", certificate.id, "missing" if content is None else "not ours")
        raise DocumentDamaged
    return content


def prepare(certificate_id: UUID) -> None:
    """Make and store the PDF unless that has been done."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is not None and certificate.pdf_digest is None and certificate.sealed_name is not None:
        _make(certificate)


def _make(certificate: Certificate) -> bytes | None:
    """Render, claim, store; None if somebody else has claimed it meanwhile."""
    certificate_id = certificate.id
    facts = names.facts(certificate_id, certificate.snapshot, certificate.sealed_name)
    content = render.certificate(facts, verify_url(certificate.code))
    with transaction() as session:
        claimed: Any = session.execute(
            update(Certificate)
            .where(Certificate.id == certificate_id, Certificate.pdf_digest.is_(None))
            .values(pdf_digest=hashlib.sha256(content).hexdigest())
            .execution_options(synchronize_session=False)
        )
        if claimed.rowcount != 1:
            return None
        # Inside the transaction: no digest is ever committed whose file is not on the disk.
        storage.put(key(certificate_id), content)
    return content
