from tests.world import World


def test_a_signed_in_browser_sees_its_federation(world: World) -> None:
    page = world.browser(world.person("registrar")).get("/")
    assert page.status_code == 200
    assert "Federación here" in page.text
