"""Requests to addresses that somebody of a federation chose: resolved first, public, and then asked at exactly that address.

The name is resolved once and the connection goes to what it resolved to, so that a name cannot lead elsewhere a moment later.
Nothing follows a redirect. Answers are read up to a limit, within a time.
"""

import ipaddress
import socket
from collections.abc import Mapping
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
from flask import current_app

MOST_ANSWER = 100_000  # bytes
PATIENCE = 10.0  # seconds for each step of a conversation
WHOLE = 20.0  # seconds for all of it


class Unreachable(Exception):
    """No answer: the reason in one word (`refused`, `slow`, `tls`, `name`, `private`, `long`)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


def is_fit(url: str) -> bool:
    """Whether an address has the form of one that may be asked: https, a host, no name and password, nothing after the path."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and port != 0
    return parts.scheme in _schemes() and bool(parts.hostname) and plain and url.isascii() and url.isprintable()


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if _private_allowed() else ("https",)


def _private_allowed() -> bool:
    return str(current_app.config["LRS_PRIVATE"]).lower() in ("yes", "true", "1")


def resolved(host: str, port: int) -> str:
    """The address of a host. Raises Unreachable when it has none, or one that is not public."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Unreachable("name") from None
    if not found:
        raise Unreachable("name")
    # All of them: a name with one public and one private address leads to either.
    if not _private_allowed() and not all(is_public(one) for one in found):
        raise Unreachable("private")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's, also when it is written as another kind of address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inside is not None:
            return is_public(str(inside))
        if found in ipaddress.ip_network("64:ff9b::/96"):  # an IPv4 address behind a translator
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    login: tuple[str, str] | None = None,
    content: bytes | None = None,
) -> Answer:
    """Ask an address that is fit (`is_fit`). Raises Unreachable."""
    if not is_fit(url):
        raise Unreachable("private")
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = resolved(host, port)
    there = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=f"{there}:{port}").geturl()
    sent = {**headers, "Host": parts.netloc}
    until = monotonic() + WHOLE
    try:
        with (
            httpx2.Client(follow_redirects=False, trust_env=False, timeout=PATIENCE) as client,
            client.stream(
                method, target, headers=sent, content=content, auth=login, extensions={"sni_hostname": host}
            ) as answer,
        ):
            return Answer(answer.status_code, _read(answer, until))
    except httpx2.TimeoutException:
        raise Unreachable("slow") from None
    except httpx2.ConnectError as error:
        raise Unreachable(
            "tls" if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper() else "refused"
        ) from None
    except httpx2.HTTPError:
        raise Unreachable("refused") from None


def _read(answer: httpx2.Response, until: float) -> bytes:
    found = b""
    for piece in answer.iter_bytes():
        found += piece
        if len(found) > MOST_ANSWER:
            raise Unreachable("long")
        if monotonic() > until:
            raise Unreachable("slow")
    return found
