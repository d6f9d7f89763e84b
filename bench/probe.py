"""One look at each request of a chain: what it costs in statements, rows and bytes, and whether it is what it should be."""

import http.client
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bench.drive import BOUNDARY, Chain, Step


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer. `fault` says what is wrong with it."""

    step: Step
    status: int
    body_bytes: int
    statements: int
    rows: int
    fault: str | None


def _fetch(port: int, step: Step, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    headers = {"Cookie": step.cookie, "Content-Type": step.type, "X-Forwarded-For": "10.9.8.7"}
    if step.script:
        headers["X-Requested-With"] = "fetch"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        step.method,
        path,
        body=step.body.encode() if step.body is not None else None,
        headers={name: value for name, value in headers.items() if value is not None},
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def _picked(body: bytes) -> dict[str, str]:
    """The first choice of each question of a sheet, as drive.lua picks it; as what it stands for in a later body."""
    chosen: dict[str, str] = {}
    for name, key in re.findall(r'name="(q\d+)" value="([^"]+)"', body.decode()):
        chosen.setdefault(name, key)
    part = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return {
        "{form}": "".join(f"&{name}={key}" for name, key in chosen.items()),
        "{parts}": "".join(part.format(BOUNDARY, name, key) for name, key in chosen.items()),
    }


def look(port: int, chain: Chain) -> list[Seen]:
    """Go through a chain once. It stops at the first fault."""
    seen, found, picked = [], "", {}
    for step in chain:
        sent = step.body
        for name, text in picked.items():
            sent = sent.replace(name, text) if sent else sent
        response, body = _fetch(port, replace(step, body=sent), step.path.replace("{found}", found))
        if step.picks:
            picked = _picked(body)
        missing = [text for text in step.holds if text.encode() not in body]
        fault = None
        if response.status != step.status:
            fault = f"{step.method} {step.path}: {response.status}, not {step.status}"
        elif missing:
            fault = f"{step.method} {step.path}: without {missing[0]!r}"
        location = response.headers.get("Location", "")
        if step.capture and not fault:
            captured = re.search(step.capture.replace("%x", "[0-9a-f]").replace("%-", "-"), location)
            found, fault = (captured[1], None) if captured else ("", f"{step.path}: leads to {location!r}")
        statements, rows = (int(response.headers.get(f"X-{name}", 0)) for name in ("Statements", "Rows"))
        seen.append(Seen(step, response.status, len(body), statements, rows, fault))
        if fault:
            break
    return seen


def first_view(port: int, step: Step) -> int:
    """Bytes of a page with all that it loads from this server, before any cache."""
    _response, body = _fetch(port, step, step.path)
    total, text = len(body), body.decode(errors="replace")
    links = re.findall(r'<(?:link|script|img|use|source)\b[^>]*?\b(?:href|src)="(/[^"#]*)', text)
    for link in set(links):
        if urlsplit(link).path != urlsplit(step.path).path:
            _response, more = _fetch(port, Step(link), link)
            total += len(more)
    return total
