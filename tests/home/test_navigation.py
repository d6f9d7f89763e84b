import pytest

from lms.home import navigation
from lms.policy import ROLES, Actor
from tests.world import NOW, World


def everyone(world: World) -> Actor:
    """Somebody who holds every role."""
    return Actor(
        person_id=world.here, federation_id=world.here, roles=frozenset(ROLES), name="", locale="es", timezone="UTC",
        federation_name="", sign_in_id=world.here, confirmed_at=NOW, second_factor=True, owes_second_factor=False,
        consented=True,
    )  # fmt: skip


def test_every_place_of_a_navigation_is_known_as_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(navigation, "place", lambda endpoint: asked.add(endpoint) or endpoint)
    with world.app.test_request_context():
        for roles in (frozenset(ROLES), *(frozenset({role}) for role in ROLES)):
            actor = everyone(world)
            object.__setattr__(actor, "roles", roles)
            navigation.items(actor)
    assert asked == navigation.PLACES


def test_the_head_marks_where_one_is_and_carries_ones_own_token(world: World) -> None:
    first, second = world.browser(world.person("agent")), world.browser(world.person("agent"))
    pages = [first.get("/courses").text, second.get("/").text, first.get("/").text]
    assert ['aria-current="page">Cursos' in page for page in pages] == [True, False, False]
    assert ['aria-current="page">Inicio' in page for page in pages] == [False, True, True]
    tokens = [page.partition('name="csrf_token" value="')[2].partition('"')[0] for page in pages]
    assert all(tokens)
    assert ['name="next" value="/courses"' in page for page in pages] == [True, False, False]


def test_the_head_shows_no_navigation_to_visitors(world: World) -> None:
    world.browser(world.person("registrar")).get("/")
    assert 'class="site-nav"' not in world.browser().get("/").text


def test_an_address_is_shown_in_the_head_as_text(world: World) -> None:
    page = world.browser().get('/courses?x="><script>alert(1)</script>').text
    assert "<script>alert(1)" not in page
