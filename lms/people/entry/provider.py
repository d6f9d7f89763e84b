"""The OpenID provider that this install is configured for: where to send a person, and who it says came back.

Authorization code with PKCE, state and nonce. The addresses come from the settings and from the issuer's own description,
never from a request; redirects are not followed. Nothing here touches the database: the provider may be slow.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from flask import current_app
from httpx2 import HTTPError, InvalidURL
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from lms.people.entry.refusals import ProviderDenied, ProviderOdd, ProviderSilent, StateUnknown

PATIENCE = 5.0  # seconds for each step of a request
LASTS = timedelta(minutes=10)  # from leaving for the provider to coming back
DESCRIPTION_LASTS = timedelta(hours=1)
LEEWAY = 60  # seconds that the two clocks may differ
LONGEST = 255  # characters of a subject (the standard's own limit)
# Signed with a key that only the provider has: never "none", never our shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What a person left for: kept in the session of the browser that left, so that no other can come back with it."""

    purpose: str  # enter | connect | confirm | invitation
    state: str
    nonce: str
    verifier: str
    begun: int
    next: str = "/"
    token: str = ""  # of the invitation
    name: str = ""  # for a new account
    sign_in: str = ""  # of who was signed in

    def packed(self) -> dict[str, Any]:
        """As a session keeps it."""
        return asdict(self)


def unpacked(kept: Any, state: str, now: datetime) -> Errand:
    """The errand of this browser. Raises StateUnknown when the answer is not to it, or comes too late."""
    try:
        errand = Errand(**kept)
    except TypeError:
        raise StateUnknown from None
    age = now.timestamp() - errand.begun
    if not state or errand.state != state or not -LEEWAY <= age <= LASTS.total_seconds():
        raise StateUnknown
    return errand


@dataclass(frozen=True, slots=True)
class Claim:
    """Who the provider says it is; `proved_at` when they last proved it, if it says so."""

    issuer: str
    subject: str
    proved_at: datetime | None


@dataclass(slots=True)
class Provider:
    """One OpenID provider. Its description and keys are kept for an hour."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    _description: dict[str, Any] = field(default_factory=dict)
    _keys: Any = None
    _read_at: datetime | None = None

    def _client(self) -> Any:
        return OAuth2Client(
            self.client_id, self.client_secret, scope="openid", redirect_uri=self.redirect_uri,
            code_challenge_method="S256", timeout=PATIENCE, follow_redirects=False, trust_env=False,
        )  # fmt: skip

    def _get(self, address: str) -> dict[str, Any]:
        with self._client() as client:
            answer = client.request("GET", address, withhold_token=True)
            if answer.status_code != 200:
                raise ProviderSilent(provider=self.name)
            found = answer.json()
        if not isinstance(found, dict):
            raise ProviderOdd(provider=self.name)
        return found

    def _address(self, key: str) -> str:
        """An address of the description: with TLS, or on this machine if the issuer is there too."""
        address = self._description.get(key)
        parts, own = urlsplit(str(address)), urlsplit(self.issuer)
        if parts.scheme == "https" or (own.scheme == "http" and parts[:2] == own[:2]):
            return str(address)
        raise ProviderOdd(provider=self.name)

    def _read(self, now: datetime) -> None:
        if self._read_at is not None and now - self._read_at < DESCRIPTION_LASTS:
            return
        description = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if description.get("issuer") != self.issuer:
            raise ProviderOdd(provider=self.name)
        self._description, self._keys, self._read_at = description, None, now

    def _key_set(self, *, again: bool = False) -> Any:
        if self._keys is None or again:
            self._keys = KeySet.import_key_set(self._get(self._address("jwks_uri")))  # type: ignore[arg-type]
        return self._keys

    def leave(self, purpose: str, now: datetime, **more: str) -> tuple[str, Errand]:
        """Where to send the person, and the errand to keep. Raises ProviderSilent, ProviderOdd."""
        errand = Errand(
            purpose, generate_token(32), generate_token(32), generate_token(64), int(now.timestamp()), **more
        )
        # To confirm, somebody has to prove anew who they are; where they prove it is the provider's affair.
        asked: dict[str, Any] = {"prompt": "login", "max_age": 0} if purpose == "confirm" else {}
        try:
            self._read(now)
            with self._client() as client:
                address, _state = client.create_authorization_url(
                    self._address("authorization_endpoint"), state=errand.state, code_verifier=errand.verifier,
                    nonce=errand.nonce, **asked,
                )  # fmt: skip
        except (HTTPError, InvalidURL, OSError, ValueError) as error:
            raise ProviderSilent(provider=self.name) from error
        return address, errand

    def come_back(self, errand: Errand, code: str, now: datetime) -> Claim:
        """Who it is that came back with this code. Raises ProviderSilent, ProviderOdd, ProviderDenied."""
        try:
            self._read(now)
            with self._client() as client:
                token = client.fetch_token(
                    self._address("token_endpoint"), code=code, code_verifier=errand.verifier,
                    grant_type="authorization_code",
                )  # fmt: skip
            return self._judged(errand, token, now)
        except OAuthError as error:  # a code that was used, is old, or is somebody else's
            raise ProviderDenied(provider=self.name) from error
        except HTTPError as error:
            raise ProviderSilent(provider=self.name) from error
        except (JoseError, InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProviderOdd(provider=self.name) from error

    def _judged(self, errand: Errand, token: dict[str, Any], now: datetime) -> Claim:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            signed = jwt.decode(token["id_token"], self._key_set(), registry=registry)
        except InvalidKeyIdError:  # it has changed its keys
            signed = jwt.decode(token["id_token"], self._key_set(again=True), registry=registry)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
                "nonce": {"essential": True, "value": errand.nonce},
                "exp": {"essential": True},
                "iat": {"essential": True},
            },
            {"nonce": errand.nonce, "client_id": self.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        subject, proved = claims["sub"], claims.get("auth_time")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or "\x00" in subject:
            raise ProviderOdd(provider=self.name)
        return Claim(self.issuer, subject, datetime.fromtimestamp(proved, now.tzinfo) if proved else None)


def provider() -> Provider | None:
    """The provider of the settings, or None."""
    config = current_app.config
    if not config["OIDC_ISSUER"]:
        return None
    given = tuple(str(config[f"OIDC_{key}"]) for key in ("NAME", "ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
    made: dict[Any, Provider] = current_app.extensions.setdefault("lms_providers", {})
    if given not in made:
        made[given] = Provider(*given, redirect_uri=f"{str(config['BASE_URL']).rstrip('/')}/sign-in/return")
    return made[given]


def provider_name() -> str:
    """What the provider is called, for buttons; "" without one."""
    return str(current_app.config["OIDC_NAME"]) if current_app.config["OIDC_ISSUER"] else ""
