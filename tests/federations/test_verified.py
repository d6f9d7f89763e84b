"""Whoever checks a certificate sees the logo of who issued it."""

from certificates.register.models import Certificate
from lms.db import db
from tests.federations.place import picture, row
from tests.federations.test_logo import sent
from tests.register import seed
from tests.statements import counted
from tests.world import Browser, World


def test_the_public_page_shows_the_logo_in_the_same_one_statement(world: World, admin: Browser) -> None:
    issued = seed.issued(world, world.person("agent"), world.person("registrar"))
    with world.database():
        code = db.session.get_one(Certificate, issued.id).code
    assert "/logo/" not in world.browser().get(f"/verify/{code}").text
    sent(admin, picture())
    with counted() as statements:
        page = world.browser().get(f"/verify/{code}").text
    assert f'src="/federations/{world.here}/logo/{row(world).look["logo"]["digest"]}.png"' in page
    assert len(statements) == 1
