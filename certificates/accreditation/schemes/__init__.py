"""The schemes that come with the platform, as data."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def built_in(slug: str) -> dict[str, Any]:
    """{slug, title, validity_months, requirements} of a scheme of this folder. Raises FileNotFoundError."""
    return tomllib.loads((FOLDER / f"{slug}.toml").read_text(encoding="utf-8"))


DEFAULT_SCHEME = built_in("acreditado")
