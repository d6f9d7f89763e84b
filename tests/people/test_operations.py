"""Writes about people, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask_security.utils import verify_password
from sqlalchemy import func, select

from lms import audit
from lms.db import db, transaction
from lms.people import invitations, operations, queries, refusals
from lms.people.models import Acknowledgement, Membership, Person
from lms.people.privacy import consents
from tests.people.place import PASSWORD, account, at_once, invited
from tests.world import NOW, World


def test_a_new_federation_has_its_consent_text_and_its_code_of_ethics(app: Flask) -> None:
    with app.app_context(), transaction():
        federation = operations.create_federation("sur", "Federación del Sur", now=NOW)
        consent = queries.document(federation.id, "consent")
        code = queries.document(federation.id, "code-of-ethics")
    assert consent is not None
    assert consent.version == 1
    assert "experiencia" in consent.html["es"]
    assert code is not None


def test_a_published_text_is_cleaned_of_scripts(world: World) -> None:
    with world.database(), transaction():
        text = operations.publish_document(
            world.here, "consent", {"es": "C"}, {"es": "<p onclick=x>a</p><script>x</script>"}, now=NOW
        )
    assert text.html == {"es": "<p>a</p>"}
    assert text.version == 2


def test_an_address_belongs_to_one_account_however_it_is_written(world: World) -> None:
    account(world, "ana@demo.test")
    with world.database(), pytest.raises(refusals.EmailTaken), transaction():
        operations.create_person("ANA@demo.TEST", "Otra", password=None, now=NOW)


def test_a_password_is_hashed_in_its_decomposed_form(world: World) -> None:
    with world.database(), transaction():
        person = operations.create_person("a@demo.test", "A", password="ñandú", now=NOW)
        assert verify_password("n\u0303andu\u0301", person.password)


def test_a_role_is_held_once(world: World) -> None:
    person = world.person("agent")
    with world.database(), pytest.raises(refusals.RoleHeld), transaction():
        operations.give_role(world.here, person, "agent", by=None, now=NOW)


def test_nobody_gives_a_role_to_themselves(world: World) -> None:
    admin = world.person("admin")
    with world.database(), pytest.raises(refusals.RoleNotYours), transaction():
        operations.give_role(world.here, admin, "registrar", by=admin, now=NOW)


def held(world: World, person_id: UUID) -> UUID:
    with world.database() as session:
        return session.scalar(select(Membership.id).where(Membership.person_id == person_id))


def test_a_role_is_taken_once_and_can_be_given_again(world: World) -> None:
    admin, agent = world.person("admin"), world.person("agent")
    role = held(world, agent)
    with world.database(), transaction():
        operations.take_role(role, by=admin, now=NOW)
    with world.database(), pytest.raises(refusals.RoleTaken), transaction():
        operations.take_role(role, by=admin, now=NOW)
    with world.database(), transaction():
        operations.give_role(world.here, agent, "agent", by=admin, now=NOW + timedelta(days=1))
    with world.database():
        assert queries.roles_of(agent, world.here) == {"agent"}
        assert len(queries.history(world.here, agent)) == 2


def test_the_last_admin_stays(world: World) -> None:
    admin = world.person("admin")
    with world.database(), pytest.raises(refusals.LastAdmin), transaction():
        operations.take_role(held(world, admin), by=None, now=NOW)


def test_two_admins_who_take_each_others_role_at_once_leave_one(world: World) -> None:
    first, second = world.person("admin"), world.person("admin")
    roles = {first: held(world, first), second: held(world, second)}
    answers = at_once(
        world,
        lambda: operations.take_role(roles[second], by=first, now=NOW),
        lambda: operations.take_role(roles[first], by=second, now=NOW),
    )
    assert answers.count("last-admin") == 1
    with world.database():
        assert len(queries.with_role(world.here, "admin")) == 1


def test_accepting_a_text_twice_is_noted_once(world: World) -> None:
    person = world.person("agent", consented=False)
    with world.database(), transaction():
        text = queries.document(world.here, "consent")
        assert text is not None
        operations.acknowledge(person, text.id, now=NOW)
        operations.acknowledge(person, text.id, now=NOW)
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 1


def test_a_new_version_asks_again_and_the_old_one_can_no_longer_be_accepted(world: World) -> None:
    person = world.person("agent")
    with world.database(), transaction():
        old = queries.document(world.here, "consent")
        operations.publish_document(world.here, "consent", {"es": "C"}, {"es": "<p>2</p>"}, now=NOW)
    with world.database():
        assert not queries.acknowledged(person, world.here)["consent"].current
    assert old is not None
    with world.database(), pytest.raises(refusals.TextChanged), transaction():
        operations.acknowledge(person, old.id, now=NOW)


def test_consent_is_withdrawn_and_given_again(world: World) -> None:
    person = world.person("agent")
    with world.database(), transaction():
        assert consents.withdraw(person, world.here, consents.NEEDED, now=NOW)
        assert not consents.withdraw(person, world.here, consents.NEEDED, now=NOW)
    with world.database(), transaction():
        assert queries.acknowledged(person, world.here) == {}
        text = queries.document(world.here, "consent")
        assert text is not None
        operations.acknowledge(person, text.id, now=NOW + timedelta(days=1))
    with world.database():
        assert queries.acknowledged(person, world.here)["consent"].current
        assert len(consents.history(person, world.here)) == 2


def test_members_are_those_of_the_federation_in_pages(world: World) -> None:
    people = {world.person("agent", name=f"P{n:03}") for n in range(3)}
    world.person("agent", federation=world.elsewhere)
    with world.database():
        assert {one.person_id for one in queries.members(world.here)} == people
        assert queries.members(world.here, "senior") == []
        assert [one.name for one in queries.members(world.here, page=1)] == ["P000", "P001", "P002"]
        assert queries.members(world.here, page=2) == []


@pytest.mark.parametrize("role", ["admin", "registrar"])
def test_a_registrar_cannot_invite_those_who_decide(world: World, role: str) -> None:
    registrar = world.person("registrar")
    with world.database(), pytest.raises(refusals.RoleNotYours), transaction():
        operations.invite(world.here, "x@demo.test", "X", role, by=registrar, locale="es", now=NOW)


def test_a_registrar_of_another_federation_cannot_invite_here(world: World) -> None:
    registrar = world.person("registrar", federation=world.elsewhere)
    with world.database(), pytest.raises(refusals.RoleNotYours), transaction():
        operations.invite(world.here, "x@demo.test", "X", "agent", by=registrar, locale="es", now=NOW)


@pytest.mark.parametrize("email", ["no", "a@", "a@b@c.test", "a b@c.test", "a@c.test\r\nBcc: x@y.test"])
def test_what_is_no_address_is_not_invited(world: World, email: str) -> None:
    with world.database(), pytest.raises(refusals.EmailUnreadable), transaction():
        operations.invite(world.here, email, "X", "agent", by=None, locale="es", now=NOW)


def test_nobody_invites_their_own_address(world: World) -> None:
    me = account(world, "yo@demo.test", "registrar")
    with world.database(), pytest.raises(refusals.InvitedOneself), transaction():
        operations.invite(world.here, "Yo@demo.test", "X", "senior", by=me, locale="es", now=NOW)


def test_one_invitation_waits_for_an_address_and_role(world: World) -> None:
    deed = lambda: invited_in(world, "x@demo.test")  # noqa: E731
    answers = at_once(world, deed, deed)
    assert answers.count("already-invited") == 1


def invited_in(world: World, email: str) -> None:
    operations.invite(world.here, email, "X", "agent", by=None, locale="es", now=NOW)


def test_of_two_who_accept_one_invitation_at_once_one_gets_an_account(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=NOW)
    deed = lambda: operations.accept_invitation(token, password=PASSWORD, name="N", now=NOW)  # noqa: E731
    answers = at_once(world, deed, deed, deed)
    assert answers.count("invitation-used") == 2
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert session.scalar(select(func.count()).select_from(Membership)) == 1
        assert list(audit.verify(world.here)) == []


def test_two_invitations_of_one_new_address_accepted_at_once_give_one_account(world: World) -> None:
    tokens = [invited(world, "nueva@demo.test", role, now=NOW)[1] for role in ("agent", "senior")]
    answers = at_once(
        world,
        *[
            lambda token=token: operations.accept_invitation(token, password=PASSWORD, name="N", now=NOW)
            for token in tokens
        ],
    )
    assert answers.count("account-exists") == 1
    with world.database():
        assert len(queries.members(world.here)) == 1


def test_a_resent_invitation_has_one_living_link(world: World) -> None:
    id_, old = invited(world, "nueva@demo.test", now=NOW)
    with world.database(), transaction():
        new = invitations.token_of(operations.resend(id_, by=None, now=NOW + timedelta(days=20)))
    with world.database(), pytest.raises(refusals.InvitationUnknown):
        invitations.by_token(old, now=NOW)
    with world.database():
        assert invitations.by_token(new, now=NOW + timedelta(days=30)).id == id_


def test_a_link_dies_after_fourteen_days(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=NOW)
    late = NOW + timedelta(days=14)
    with world.database(), pytest.raises(refusals.InvitationExpired), transaction():
        operations.accept_invitation(token, password=PASSWORD, name="N", now=late)


def test_a_withdrawn_or_used_invitation_is_neither_resent_nor_withdrawn(world: World) -> None:
    id_, token = invited(world, "nueva@demo.test", now=NOW)
    with world.database(), transaction():
        operations.withdraw_invitation(id_, by=None, now=NOW)
    for deed in (operations.resend, operations.withdraw_invitation):
        with world.database(), pytest.raises(refusals.InvitationNotWaiting), transaction():
            deed(id_, by=None, now=NOW)
    with world.database(), pytest.raises(refusals.InvitationWithdrawn), transaction():
        operations.accept_invitation(token, password=PASSWORD, name="N", now=NOW)


def test_a_weak_password_leaves_the_invitation_waiting(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=NOW)
    with world.database(), pytest.raises(refusals.PasswordTooShort), transaction():
        operations.accept_invitation(token, password="corta", name="N", now=NOW)
    with world.database(), transaction():
        assert operations.accept_invitation(token, password=PASSWORD, name="N", now=NOW).name == "N"


def test_an_invitation_accepted_by_another_account_is_refused_and_stays(world: World) -> None:
    stranger = account(world, "otra@demo.test")
    id_, token = invited(world, "nueva@demo.test", now=NOW)
    with world.database(), pytest.raises(refusals.AnotherPerson), transaction():
        operations.accept_invitation(token, password=None, name=None, now=NOW, person_id=stranger)
    with world.database():
        assert invitations.by_token(token, now=NOW).id == id_
        assert db.session.scalar(select(func.count()).select_from(Membership)) == 0
