"""Help and a way out on every page, whoever looks at it and whatever went wrong."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import gather
from tests.test_access import TABLE, WITH_CERTIFICATE, address
from tests.world import World

CHECKOUT = Path(__file__).parent.parent.parent
# Whole documents of their own: the two layouts, mails, printed papers, and what is taken away in a file.
DOCUMENTS = re.compile(r"(base|verification/frame|mail/.*|documents/.*|privacy/copy|packages/frame)\.html$")
SIGNATURE = ('href="/crisis"', "data-safe-exit", "no es un servicio de emergencia", 'rel="noreferrer"')


def missing(page: str) -> list[str]:
    return [one for one in SIGNATURE if one not in page]


def test_no_page_has_a_layout_of_its_own() -> None:
    found = [
        path.as_posix()
        for district in ("lms", "courses", "assessments", "certificates")
        for path in (CHECKOUT / district).rglob("templates/**/*.html")
        if "<html" in path.read_text() and not DOCUMENTS.search(path.as_posix())
    ]
    assert found == []


@pytest.mark.parametrize("certified", [False, True])
def test_every_page_shows_help_and_the_way_out_to_whoever_may_see_it(world: World, certified: bool) -> None:
    cast = gather(world, certified=certified)
    browsers = {name: world.browser(person_id) for name, person_id in cast.people.items()} | {"nobody": world.browser()}
    seen = 0
    for (method, endpoint), allowed in TABLE.items():
        who = next((name for name in ("nobody", "owner", *browsers) if name in allowed), None)
        if method != "GET" or who is None or (endpoint in WITH_CERTIFICATE) != certified:
            continue
        answer = browsers[who].get(address(world.app, endpoint, cast))
        if answer.status_code == 200 and answer.mimetype == "text/html":
            seen += 1
            assert missing(answer.text) == [], endpoint
    assert seen > (5 if certified else 30)


@pytest.mark.parametrize("path", ["/no-such-page", "/login", "/reset", "/verify", "/verify/AAAA", "/%00", "/welcome/x"])
def test_so_do_the_pages_of_the_door_and_of_errors(world: World, path: str) -> None:
    answer = world.browser().get(path)
    assert missing(answer.text) == [], (path, answer.status_code)


def test_so_does_a_page_that_fell_over(make_app: object) -> None:
    app: Flask = make_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)  # type: ignore[operator]

    @app.get("/falls")
    def falls() -> str:
        raise RuntimeError

    app.view_functions["falls"].action = "page.read"  # type: ignore[attr-defined]
    answer = app.test_client().get("/falls")
    assert answer.status_code == 500
    assert missing(answer.text) == []
