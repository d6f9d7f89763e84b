"""An OpenID provider on the loopback, with real signatures, that can be told to answer wrongly."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "entrepares", "a-secret-of-the-client"


@dataclass
class MockProvider:
    """Signs in `subject`. `claims`, `header` and the rest say how the next answers differ from good ones."""

    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)  # None removes a claim
    algorithm: str = "RS256"
    description: dict[str, Any] = field(default_factory=dict)
    status: int = 200  # of the token address
    says: bytes | None = None  # instead of a token
    hangs: Event = field(default_factory=Event)  # set: nothing is answered until it is cleared
    asked: list[str] = field(default_factory=list)  # method and path of each request
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published = [self.key]

    def turn_key(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": "two"})
        self.published = [self.key]

    def authorize(self, query: dict[str, str]) -> str:
        """Where a person is sent back to, having said yes."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.url})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """The answer of the token address: a code is good once, for its client and its verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if asked is None or given != f"{CLIENT}:{SECRET}" or asked.get("code_challenge") != proof:
            return 400, b'{"error": "invalid_grant"}'
        if self.says is not None or self.status != 200:
            return self.status, self.says or b"{}"
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked)}
        return 200, json.dumps(token).encode()

    def id_token(self, asked: dict[str, str]) -> str:
        """Signed as `algorithm` says, with what is wanted of its claims."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked.get("nonce"), "auth_time": now if asked.get("max_age") == "0" else now - 9999}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.algorithm == "none":
            parts = [{"alg": "none", "kid": "one"}, claims]
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
        if self.algorithm == "HS256":  # with the public key, or the secret, as if it were a shared key
            from joserfc.jwk import OctKey

            key: Any = OctKey.import_key(SECRET.ljust(32, "x"))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"])
        if self.algorithm == "another key":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))
        if self.algorithm == "ES256":
            key = ECKey.generate_key("P-256", {"kid": "curve"})
            self.published = [key]
            return jwt.encode({"alg": "ES256", "kid": "curve"}, claims, key)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def answer(self, method: str, target: str, form: dict[str, str], authorization: str) -> tuple[int, bytes, str]:
        """(status, body, Location)"""
        parts = urlsplit(target)
        match parts.path:
            case "/.well-known/openid-configuration":
                paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
                found = {"issuer": self.url} | {name: self.url + path for name, path in paths.items()}
                return 200, json.dumps(found | self.description).encode(), ""
            case "/keys":
                keys = [key.as_dict(private=False) for key in self.published]
                return 200, json.dumps({"keys": keys}).encode(), ""
            case "/authorize":
                return 302, b"", self.authorize({k: v[0] for k, v in parse_qs(parts.query).items()})
            case "/token" if method == "POST":
                return (*self.token(form, authorization), "")
        return 404, b"{}", ""


@contextmanager
def running(**more: Any) -> Iterator[MockProvider]:
    """A provider that listens until the test is over."""
    one = MockProvider(**more)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = dict(parse_qsl(self.rfile.read(length).decode()))
            one.asked.append(f"{self.command} {urlsplit(self.path).path}")
            while one.hangs.is_set():
                Event().wait(0.05)
            status, body, location = one.answer(self.command, self.path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.hangs.clear()
        server.shutdown()
        server.server_close()
