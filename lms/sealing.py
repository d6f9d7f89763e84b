"""Sealed text: AES-256-GCM with a master key that is not in the database, bound to the place where it stands.

A sealed text is: its form (1 byte), the mark of its key (8), a nonce (12), and the padded text with its tag. The context
(`"legal-name:<person>"`) is authenticated: a sealed text that is copied to another row does not open there.
"""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7
from flask_babel import lazy_gettext as _l

from lms import clock, keys
from lms.errors import Refusal

FORM = b"\x01"
NONCE = 12
HEAD = 1 + keys.MARK + NONCE
BLOCK = 64 * 8  # texts are padded to 64 bytes: a sealed name does not tell how long it is


class Unopenable(Refusal):
    """The key is not here, or this text was sealed for another place or changed."""

    code = "unopenable"
    sentence = _l(
        "Este dato está sellado y ahora no se puede abrir. No se ha perdido nada: avisa a quien administra la plataforma."
    )


@lru_cache(maxsize=16)
def _cipher(key: keys.Key) -> AESGCM:
    # The master key itself encrypts nothing: what it is used for later gets keys of its own from it.
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"entrepares sealed text 1").derive(key.secret))


def seal(text: str, context: str) -> bytes:
    """`text`, sealed with today's key for the place that `context` names, e.g. "legal-name:<person>".

    Raises Unopenable when the keys can't be read.
    """
    try:
        key = keys.sealing(clock.now())
    except keys.UnreadableKey as error:
        raise Unopenable from error
    nonce, pad = secrets.token_bytes(NONCE), PKCS7(BLOCK).padder()
    padded = pad.update(text.encode()) + pad.finalize()
    head = FORM + key.mark
    return head + nonce + _cipher(key).encrypt(nonce, padded, head + context.encode())


def unseal(sealed: bytes, context: str) -> str:
    """The text. Raises Unopenable: another context, another or no key, changed bytes."""
    head, nonce = sealed[: HEAD - NONCE], sealed[HEAD - NONCE : HEAD]
    try:
        key = next(key for key in keys.present() if head == FORM + key.mark)
        padded = _cipher(key).decrypt(nonce, sealed[HEAD:], head + context.encode())
    except (keys.UnreadableKey, StopIteration, InvalidTag, ValueError) as error:
        raise Unopenable from error
    pad = PKCS7(BLOCK).unpadder()
    return (pad.update(padded) + pad.finalize()).decode()


def has_key(sealed: bytes) -> bool:
    """Whether the key that sealed this is here."""
    try:
        return any(mark_of(sealed) == key.mark for key in keys.present())
    except keys.UnreadableKey:
        return False


def mark_of(sealed: bytes) -> bytes:
    """The mark of the key that sealed this."""
    return sealed[1 : 1 + keys.MARK]


# --- Files. Each has a key of its own, which stands sealed in the database: a rotation of the master key leaves the file as it
# is, and a file whose row is gone opens no more.


def file_key() -> str:
    """A fresh key for one file, to be kept sealed."""
    return secrets.token_hex(32)


def lock(content: bytes, key: str, context: str) -> bytes:
    """`content`, encrypted with a file's key for the place that `context` names."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, content, context.encode())


def unlock(locked: bytes, key: str, context: str) -> bytes:
    """The content. Raises Unopenable: another context or key, changed bytes."""
    try:
        return AESGCM(bytes.fromhex(key)).decrypt(locked[:NONCE], locked[NONCE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unopenable from error
