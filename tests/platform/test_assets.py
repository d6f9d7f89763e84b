"""Static texts come packed to whoever takes it so; pages, which hold secrets, never do."""

import gzip
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

PACKED = {"Accept_Encoding": "gzip, deflate, br, zstd"}
STYLE = "/static/style.css"


def ask(client: FlaskClient, address: str = STYLE, **headers: str) -> Any:
    """An answer, read and closed."""
    answer = client.get(address, headers={name.replace("_", "-"): words for name, words in headers.items()})
    answer.get_data()
    answer.close()
    return answer


def test_a_static_text_comes_packed_to_whoever_takes_it_so(app: Flask) -> None:
    client = app.test_client()
    plain, packed = ask(client), ask(client, **PACKED)
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 3
    assert gzip.decompress(packed.data) == plain.data
    assert "max-age=31536000" in packed.headers["Cache-Control"]


def test_nobody_gets_what_they_do_not_take_and_caches_are_told(app: Flask) -> None:
    client = app.test_client()
    for refused in ({}, {"Accept_Encoding": "identity"}, {"Accept_Encoding": "gzip;q=0, br"}):
        answer = ask(client, **refused)
        assert ("Content-Encoding" in answer.headers, answer.headers["Vary"]) == (False, "Accept-Encoding")
    part = ask(client, **PACKED, Range="bytes=0-9")
    assert (part.status_code, len(part.data), "Content-Encoding" in part.headers) == (206, 10, False)
    assert ask(client, "/static/no-such.css", **PACKED).status_code == 404
    assert ask(client, "/static/../app.py", **PACKED).status_code == 404


def test_each_form_of_a_file_has_a_mark_of_its_own_with_which_it_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    plain, packed = ask(client).headers["ETag"], ask(client, **PACKED).headers["ETag"]
    assert plain != packed
    again = ask(client, **PACKED, If_None_Match=packed)
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_is_never_packed(app: Flask) -> None:
    page = ask(app.test_client(), "/login", **PACKED)
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers
