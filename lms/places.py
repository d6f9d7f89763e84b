"""Addresses of pages that take no arguments: the same for everybody, so found once in a process."""

from functools import cache

from flask import url_for


@cache
def place(endpoint: str) -> str:
    """The address of an endpoint without arguments, as a path."""
    return url_for(endpoint)
