from tests.register import seed
from tests.world import World


def test_who_has_withdrawn_consent_still_hides_their_name(world: World) -> None:
    holder, registrar = world.person("agent", consented=False), world.person("registrar")
    certificate = seed.issued(world, holder, registrar)
    browser = world.browser(holder)
    assert browser.get("/road").location.startswith("/account/consent")
    assert browser.get(f"/certificates/{certificate.id}").status_code == 200
    browser.post(f"/certificates/{certificate.id}/name", {"show": "yes"})
    assert seed.load(world, certificate.id).show_name
    browser.post(f"/certificates/{certificate.id}/name", {"show": "no"})
    assert not seed.load(world, certificate.id).show_name
