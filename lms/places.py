"""Addresses of pages, found once in a process: what differs between two people are ids, which are filled in."""

import re
from functools import cache
from typing import Any

from flask import current_app, url_for


def place(endpoint: str, **ids: Any) -> str:
    """The path of an endpoint. `ids` are UUIDs and slugs: what may stand in an address as it is. Raises KeyError without one of them."""
    return _shape(endpoint).format(**ids) if ids else _fixed(endpoint)


@cache
def _fixed(endpoint: str) -> str:
    return url_for(endpoint)


@cache
def _shape(endpoint: str) -> str:
    rule = next(rule for rule in current_app.url_map.iter_rules(endpoint))
    return re.sub(r"<(?:[^<>]*:)?([a-z_]+)>", r"{\1}", rule.rule)
