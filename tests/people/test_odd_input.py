"""Odd input at the doors gets a sentence or nothing, never a fault, and says nothing of how it is built."""

import pytest

from tests.people.test_provider import there as there
from tests.world import World

ODD = ["\x00", "\ud83d\ude00", "%00", "9" * 30, "-1", "a" * 100_000, "../../etc/passwd", "' OR 1=1 --", "\u202e\u0301"]
FIELDS = ("state", "code", "iss", "error", "email", "name", "next", "people", "token")
DOORS = ["/sign-in/provider", "/sign-in/return", "/login", "/reset", "/welcome/x", "/welcome/x/provider"]
INSIDE = ["/account/confirm", "/account/ways-in/connect", "/people/invitations"]
BUILT = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", "authlib", "/lms/", "httpx")


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_text_in_any_field_is_no_fault(world: World, odd: str) -> None:
    odd = odd.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    stranger, registrar = world.browser(), world.browser(world.person("registrar"))
    for browser, addresses in ((stranger, DOORS), (registrar, INSIDE)):
        for address in addresses:
            answer = browser.post(address, dict.fromkeys(FIELDS, odd))
            assert answer.status_code < 500, address
            assert not [word for word in BUILT if word in answer.text]


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("query", ["state=%ff%fe", "code=%00", "&".join(f"a{n}=1" for n in range(10_000)), "state[]=1"])
def test_odd_text_in_the_address_is_no_fault(world: World, query: str) -> None:
    for address in ("/sign-in/return", "/login", f"/editions/{'9' * 30}/join", "/welcome/%ff"):
        assert world.browser().get(f"{address}?{query}").status_code < 500, address
