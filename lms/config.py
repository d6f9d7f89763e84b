"""Settings: read once from the environment, with the embedded defaults of one machine.

Everything that the embedded default writes lies under LMS_HOME. docs/settings.md describes each name; a test holds
the two together.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent

# Name → default. None: derived below from LMS_HOME.
SETTINGS: dict[str, str | None] = {
    "LMS_HOME": None,
    "DATABASE_URL": None,
    "QUEUE_URL": None,
    "STORAGE_URL": None,
    "MAIL_URL": None,
    "MAIL_FROM": "Entrepares <no-reply@demo.test>",
    "MAIL_FROM_DISCREET": None,
    "MAIL_TIMEOUT": "10",
    "LIMITS_URL": "memory://",
    "SECRET_KEY": None,
    "MASTER_KEY": None,
    "HEADS_URL": "",
    "BASE_URL": "http://127.0.0.1:8000",
    "PACKAGES_URL": None,
    "LRS_PRIVATE": "no",
    "PACKAGE_MEGABYTES": "300",
    "PACKAGE_FILES": "5000",
    "SITE_NAME": "Entrepares",
    "SAFE_EXIT_URL": "https://es.wikipedia.org/",
    "DEFAULT_LOCALE": "es",
    "TRUSTED_PROXIES": "0",
    "SESSION_HOURS": "12",
    "PASSWORD_COST": "normal",
    "OIDC_NAME": "",
    "OIDC_ISSUER": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
}


def load(overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """The whole configuration of the app: settings from the environment, then `overrides`, then what follows from them."""
    given: dict[str, Any] = {name: os.environ.get(name) or default for name, default in SETTINGS.items()}
    given |= overrides or {}
    home = Path(given["LMS_HOME"] or CHECKOUT / "var").resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    given["LMS_HOME"] = home
    given["DATABASE_URL"] = given["DATABASE_URL"] or f"sqlite:///{home / 'lms.db'}"
    given["QUEUE_URL"] = given["QUEUE_URL"] or f"sqlite:///{home / 'queue.db'}"
    given["STORAGE_URL"] = given["STORAGE_URL"] or f"file://{home / 'files'}"
    given["MAIL_URL"] = given["MAIL_URL"] or f"file://{home / 'mail'}"
    given["MAIL_FROM_DISCREET"] = given["MAIL_FROM_DISCREET"] or formataddr(
        ("Avisos", parseaddr(given["MAIL_FROM"])[1])
    )
    given["MAIL_TIMEOUT"] = float(given["MAIL_TIMEOUT"])
    given["SECRET_KEY"] = given["SECRET_KEY"] or _own_secret(home)
    given["PACKAGES_URL"] = _own_origin(given["PACKAGES_URL"], str(given["BASE_URL"]))
    _check_provider(given)
    secure = str(given["BASE_URL"]).startswith("https://")
    return {
        **_flask(secure, int(given["SESSION_HOURS"])),
        **_database(given["DATABASE_URL"]),
        **_mail(given["MAIL_URL"], given["MAIL_FROM"]),
        **given,
    }


def _check_provider(given: dict[str, Any]) -> None:
    """A provider of identities is configured wholly or not at all, and reached over TLS (or on this machine)."""
    names = [name for name in SETTINGS if name.startswith("OIDC_")]
    if missing := [name for name in names if not given[name]]:
        if len(missing) < len(names):
            raise SystemExit(f"{', '.join(missing)}: without it nobody can sign in with the provider of OIDC_ISSUER.")
        return
    issuer = urlsplit(str(given["OIDC_ISSUER"]))
    if issuer.scheme != "https" and issuer.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit("OIDC_ISSUER: has to begin with https://.")


def _own_origin(given: str | None, base: str) -> str:
    """The origin of packages: as given, or on one machine a name of its own for it; empty where nobody knows one.

    It has another host than the platform, not only another port: cookies do not look at ports.
    """
    platform = urlsplit(base)
    if not given:
        if platform.hostname not in ("127.0.0.1", "localhost", "::1"):
            return ""
        return f"{platform.scheme}://packages.localhost" + (f":{platform.port}" if platform.port else "")
    packages = urlsplit(given)
    whole = packages.scheme in ("http", "https") and packages.hostname and not packages.path.strip("/")
    if not whole or packages.hostname == platform.hostname:
        raise SystemExit(
            "PACKAGES_URL: has to be https:// and a host that is not that of BASE_URL, with nothing after it."
        )
    return f"{packages.scheme}://{packages.netloc}"


def _own_secret(home: Path) -> str:
    """The install's secret, made at first use and kept outside the database."""
    path = home / "keys" / "secret"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        with suppress(FileExistsError):
            os.link(fresh, path)  # atomic: of two processes starting at once, one secret wins
        fresh.unlink()
    return path.read_text()


def _flask(secure: bool, session_hours: int) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": "__Host-entrepares" if secure else "entrepares",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=session_hours),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: nobody loses what they typed on a slow day
        "BABEL_DEFAULT_LOCALE": "es",
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def _database(url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"pool_timeout": 5}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 5, "check_same_thread": False}
    else:
        options["connect_args"] = {"connect_timeout": 3}
    options |= {"pool_size": 8, "max_overflow": 24}
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": options}


def _mail(url: str, sender: str) -> dict[str, Any]:
    """console: | file:///folder | memory: | smtp[s]://user:password@host:port"""
    parts = urlsplit(url)
    common = {"MAIL_DEFAULT_SENDER": sender}
    match parts.scheme:
        case "console":
            return common | {"MAIL_BACKEND": "console"}
        case "memory":
            return common | {"MAIL_BACKEND": "locmem"}
        case "file":
            Path(parts.path).mkdir(parents=True, exist_ok=True)
            return common | {"MAIL_BACKEND": "file", "MAIL_FILE_PATH": parts.path}
        case "smtp" | "smtps":
            return common | {
                "MAIL_BACKEND": "smtp",
                "MAIL_SERVER": parts.hostname,
                "MAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
                "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
                "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
                "MAIL_USE_SSL": parts.scheme == "smtps",
            }
    raise SystemExit(f"MAIL_URL: {parts.scheme}: is not one of console:, file:, memory:, smtp:, smtps:.")
