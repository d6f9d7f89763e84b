"""Roles: dated, given and taken by whom, left, paused; on both databases."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms import audit, clock
from lms.db import transaction
from lms.jobs import Job
from lms.people import operations, queries, refusals, roles
from lms.people.messages.models import Message
from lms.people.models import Federation, Membership, Person
from tests.people.place import account, at_once, sign_in
from tests.statements import counted
from tests.world import NOW, World

DAY = timedelta(days=1)


def give(world: World, person: UUID, role: str, by: UUID | None = None, now: datetime = NOW, **dates: Any) -> UUID:
    with world.database(), transaction():
        return operations.give_role(world.here, person, role, by=by, now=now, **dates).id


def take(world: World, membership: UUID, by: UUID | None = None, now: datetime = NOW) -> None:
    with world.database(), transaction():
        operations.take_role(membership, by=by, now=now)


def held(world: World, person: UUID, role: str | None = None) -> UUID:
    with world.database() as session:
        found = select(Membership.id).where(Membership.person_id == person).order_by(Membership.id.desc())
        return session.scalar(found.where(Membership.role == role) if role else found)


def roles_at(world: World, person: UUID, moment: datetime) -> frozenset[str]:
    with world.database():
        return queries.roles_of(person, world.here, moment)


def test_a_role_counts_between_its_dates_and_at_no_other_time(world: World) -> None:
    person = world.person()
    give(world, person, "trainer", since=NOW + DAY, until=NOW + 3 * DAY)
    tried = {days: roles_at(world, person, NOW + timedelta(days=days)) for days in (0, 1, 2, 3, 4)}
    assert [days for days, roles in tried.items() if roles] == [1, 2]


def test_a_role_to_come_opens_no_page_until_it_begins(world: World) -> None:
    person, now = world.person(), clock.now()
    give(world, person, "registrar", now=now, since=now + DAY)
    ended = world.person()
    give(world, ended, "registrar", now=now - 2 * DAY, until=now - DAY)
    assert [world.browser(one).get("/people").status_code for one in (person, ended)] == [404, 404]
    give(world, person, "trainer", now=now)
    assert world.browser(person).get("/editions").status_code == 200


@pytest.mark.parametrize(
    ("since", "until"),
    [(-DAY, None), (None, -DAY), (2 * DAY, DAY), (DAY, DAY), (4000 * DAY, None), (None, 4000 * DAY)],
)
def test_dates_that_make_no_sense_are_refused(world: World, since: Any, until: Any) -> None:
    person = world.person()
    with pytest.raises(refusals.RoleDatesUnsound):
        give(world, person, "agent", since=since and NOW + since, until=until and NOW + until)
    assert roles_at(world, person, NOW) == frozenset()


def test_a_role_is_held_once_at_a_time_but_may_follow_itself(world: World) -> None:
    person = world.person()
    give(world, person, "trainer", until=NOW + 10 * DAY)
    with pytest.raises(refusals.RoleHeld):
        give(world, person, "trainer", since=NOW + 9 * DAY)
    give(world, person, "trainer", since=NOW + 10 * DAY)
    assert roles_at(world, person, NOW + 11 * DAY) == {"trainer"}


def test_a_role_taken_before_it_begins_never_counts_and_can_be_given_again(world: World) -> None:
    person = world.person()
    take(world, give(world, person, "trainer", since=NOW + 5 * DAY))
    assert roles_at(world, person, NOW + 6 * DAY) == frozenset()
    give(world, person, "trainer")
    assert roles_at(world, person, NOW + 6 * DAY) == {"trainer"}


def test_several_federations_may_give_roles_to_one_person(world: World) -> None:
    person = world.person("agent")
    with world.database(), transaction():
        operations.give_role(world.elsewhere, person, "trainer", by=None, now=NOW)
    browser = world.browser(person)
    assert browser.get("/editions").status_code == 404
    there = world.browser(person, federation=world.elsewhere)
    assert there.get("/editions").location.startswith("/account/consent")  # it is theirs, once they agree there too


@pytest.mark.parametrize(("giver", "role"), [("registrar", "admin"), ("registrar", "registrar"), ("trainer", "agent")])
def test_who_may_not_give_a_role_may_not_take_it_either(world: World, giver: str, role: str) -> None:
    by, person = world.person(giver), world.person(role)
    world.person("admin")
    with pytest.raises(refusals.RoleNotYours):
        give(world, world.person(), role, by=by)
    with pytest.raises(refusals.RoleNotYours):
        take(world, held(world, person), by=by)


def test_a_role_whose_giver_loses_theirs_with_the_form_open_is_not_given(world: World) -> None:
    admin, other, person = world.person("admin"), world.person("admin"), world.person()
    take(world, held(world, admin), by=other)
    with pytest.raises(refusals.RoleNotYours):
        give(world, person, "registrar", by=admin)


def test_the_one_who_listens_takes_no_part_in_what_they_hear_about(world: World) -> None:
    for role in ("admin", "registrar", "assessor", "senior"):
        with pytest.raises(refusals.RolesApart):
            give(world, world.person(role), "ombudsperson")
        with pytest.raises(refusals.RolesApart):
            give(world, world.person("ombudsperson"), role)
    give(world, world.person("agent"), "ombudsperson")


def test_one_leaves_a_role_of_ones_own_and_nobody_elses(world: World) -> None:
    me, other = world.person("agent", "senior"), world.person("senior")
    browser, role = world.browser(me), held(world, me, "senior")
    assert browser.get(f"/account/roles/{held(world, other)}/leave").status_code == 404
    assert browser.post(f"/account/roles/{held(world, other)}/leave").status_code == 404
    assert "Dejar este papel" in browser.get(f"/account/roles/{role}/leave").text
    assert browser.post(f"/account/roles/{role}/leave").location == "/account/roles"
    page = browser.get("/account/roles").text
    assert "Deja el papel: Agente sénior" in page
    with world.database():
        assert queries.roles_of(me, world.here) == {"agent"}
        assert list(audit.verify(world.here)) == []


def test_leaving_twice_says_that_it_is_done(world: World) -> None:
    me = world.person("agent")
    browser, role = world.browser(me), held(world, me)
    browser.post(f"/account/roles/{role}/leave")
    answer = browser.post(f"/account/roles/{role}/leave")
    assert answer.status_code == 422
    assert "ya se había retirado" in answer.text


def test_the_last_admin_does_not_leave(world: World) -> None:
    admin = world.person("admin")
    answer = world.browser(admin).post(f"/account/roles/{held(world, admin)}/leave")
    assert answer.status_code == 422
    assert "sin nadie que la administre" in answer.text


def _to_come(world: World) -> None:
    give(world, world.person(), "admin", since=NOW + DAY)


def _for_a_while(world: World) -> None:
    give(world, world.person(), "admin", until=NOW + DAY)


def _inactive(world: World) -> None:
    person = world.person("admin")
    with world.database(), transaction() as session:
        session.execute(update(Person).where(Person.id == person).values(active=False))


def _elsewhere(world: World) -> None:
    world.person("admin", federation=world.elsewhere)


@pytest.mark.parametrize("other", [_to_come, _for_a_while, _inactive, _elsewhere])
def test_an_admin_who_is_not_here_now_and_for_good_does_not_replace_the_last_one(world: World, other: Any) -> None:
    admin = world.person("admin")
    other(world)
    with pytest.raises(refusals.LastAdmin):
        take(world, held(world, admin))
    with world.database(), pytest.raises(refusals.LastAdmin), transaction():
        operations.leave_role(held(world, admin), person_id=admin, now=NOW)


def test_a_paused_admin_does_not_replace_the_last_one(world: World) -> None:
    admin, paused = world.person("admin"), world.person("admin")
    with world.database(), transaction():
        operations.pause_member(world.here, paused, by=admin, now=NOW)
    with pytest.raises(refusals.LastAdmin):
        take(world, held(world, admin))


def test_two_admins_who_leave_at_once_leave_one(world: World) -> None:
    first, second = world.person("admin"), world.person("admin")
    roles = {one: held(world, one) for one in (first, second)}
    answers = at_once(
        world, *(lambda p=p, r=r: operations.leave_role(r, person_id=p, now=NOW) and "left" for p, r in roles.items())
    )
    assert sorted(answers) == ["last-admin", "left"]


def test_two_admins_who_deactivate_each_other_at_once_leave_one(world: World) -> None:
    first, second = world.person("admin"), world.person("admin")
    answers = at_once(
        world,
        lambda: operations.pause_member(world.here, second, by=first, now=NOW),
        lambda: operations.pause_member(world.here, first, by=second, now=NOW),
    )
    assert answers.count(1) == 1
    with world.database():
        assert len(queries.with_role(world.here, "admin")) == 1


def test_of_two_roles_given_at_once_one_is_given(world: World) -> None:
    person = world.person()
    dates = ({"until": NOW + 9 * DAY}, {"since": NOW + DAY}, {})
    answers = at_once(
        world,
        *(
            lambda d=d: operations.give_role(world.here, person, "agent", by=None, now=NOW, **d) and "given"
            for d in dates
        ),
    )
    assert sorted(answers) == ["given", "role-held", "role-held"]


def test_a_paused_account_has_no_power_and_keeps_what_is_its_own(world: World) -> None:
    admin, person = world.person("admin"), world.person("registrar", "agent")
    theirs = world.browser(person)
    assert theirs.get("/people").status_code == 200
    assert world.browser(admin).post(f"/people/{person}/pause").location == f"/people/{person}"
    assert [theirs.get(page).status_code for page in ("/people", "/certificates", "/account/roles")] == [404, 200, 200]
    with world.database(), pytest.raises(refusals.MemberPaused), transaction():
        operations.give_role(world.here, person, "trainer", by=admin, now=clock.now())
    assert world.browser(admin).post(f"/people/{person}/resume").location == f"/people/{person}"
    assert theirs.get("/people").status_code == 200
    page = world.browser(admin).get(f"/people/{person}").text
    assert "Se desactiva la cuenta, y con ella: Registro" in page
    with world.database():
        assert list(audit.verify(world.here)) == []


def test_reactivating_gives_back_what_has_not_ended_with_the_same_end(world: World) -> None:
    admin, person = world.person("admin"), world.person()
    give(world, person, "trainer", until=NOW + 2 * DAY)
    give(world, person, "author", until=NOW + 20 * DAY)
    give(world, person, "agent", since=NOW + 15 * DAY)
    with world.database(), transaction():
        assert operations.pause_member(world.here, person, by=admin, now=NOW + DAY) == 3
    with world.database(), transaction():
        assert operations.resume_member(world.here, person, by=admin, now=NOW + 10 * DAY) == 2
    tried = [roles_at(world, person, NOW + timedelta(days=days)) for days in (5, 11, 16, 21)]
    assert tried == [frozenset(), {"author"}, {"author", "agent"}, {"agent"}]
    with world.database(), pytest.raises(refusals.MemberActive), transaction():
        operations.resume_member(world.here, person, by=admin, now=NOW + 10 * DAY)


def test_the_federations_left_without_admin_by_an_account_are_named(world: World) -> None:
    person = world.person("admin")
    with world.database(), transaction():
        assert operations.only_admin_in(person, now=NOW) == [world.here]
    world.person("admin")
    with world.database(), transaction():
        assert operations.only_admin_in(person, now=NOW) == []


@pytest.mark.parametrize("role", ["admin", "registrar", "senior"])
def test_a_role_that_decides_works_only_after_a_second_step_is_set_up(world: World, role: str) -> None:
    with world.database(), transaction() as session:
        session.execute(update(Federation).values(second_factor_waived=False))
    person = world.person()
    browser = world.browser(person, second_factor=False)
    assert browser.get("/certificates").status_code == 200
    give(world, person, role)
    assert browser.get("/certificates").location.startswith("/account/second-factor")
    assert world.browser(person, second_factor=True).get("/certificates").status_code == 200


def test_a_member_page_tells_who_gave_and_who_took_each_role(world: World) -> None:
    giver, taker = world.person("admin", name="Berta Gil"), world.person("admin", name="Carlos Paz")
    person = world.person()
    role = give(world, person, "trainer", by=giver)
    take(world, role, by=taker, now=NOW + DAY)
    page = world.browser(taker).get(f"/people/{person}").text
    assert page.index("Se retira: Formación") < page.index("Carlos Paz") < page.index("Recibe: Formación")
    assert page.index("Recibe: Formación") < page.index("Berta Gil")
    own = world.browser(person).get("/account/roles").text
    assert "Berta Gil" in own
    assert "Carlos Paz" in own


def test_a_role_is_given_with_dates_by_form_and_odd_dates_get_a_sentence(world: World) -> None:
    browser, person = world.browser(world.person("admin")), world.person("agent")
    address, tomorrow = f"/people/{person}/roles", (clock.now() + DAY).date().isoformat()
    for since, until in (
        ("ayer", ""),
        ("0001-01-01", ""),
        ("", "9999-12-31"),
        (tomorrow, "2020-01-01"),
        ("x" * 9999, ""),
    ):
        answer = browser.post(address, {"role": "trainer", "since": since, "until": until})
        assert answer.status_code == 422
    assert browser.post(address, {"role": "trainer", "since": tomorrow, "until": tomorrow}).status_code == 302
    assert "Empezará" in browser.get(address).text
    with world.database():
        assert queries.roles_of(person, world.here) == {"agent"}
        assert queries.roles_of(person, world.here, clock.now() + DAY) == {"agent", "trainer"}


def test_who_has_no_role_left_still_comes_to_what_is_theirs(world: World) -> None:
    person = account(world, "ana@demo.test", "agent")
    take(world, held(world, person), now=clock.now())
    browser, _ = sign_in(world, "ana@demo.test")
    assert browser.get("/certificates").status_code == 200


@pytest.mark.parametrize("page", ["/account/roles", "/people/{id}", "/people/{id}/roles"])
def test_pages_of_roles_take_few_statements_however_long_the_history(world: World, page: str) -> None:
    person = world.person("admin", "registrar")
    world.person("ombudsperson")
    browser = world.browser(person)
    address = page.format(id=world.person("agent") if "{" in page else "")
    subject = person if page == "/account/roles" else UUID(address.split("/")[2])
    give(world, subject, "professional", by=world.person("admin"))
    browser.get(address)
    with counted() as few:
        browser.get(address)
    for n in range(4):
        take(
            world,
            give(world, subject, "trainer", by=world.person("admin"), now=NOW + n * DAY),
            now=NOW + n * DAY + DAY / 2,
        )
    with counted() as many:
        assert browser.get(address).status_code == 200
    assert len(many) == len(few) <= 8


def test_who_gets_or_loses_a_role_is_told(world: World) -> None:
    admin, person = world.person("admin"), world.person()
    take(world, give(world, person, "trainer", by=admin), by=admin)
    take(world, give(world, person, "author", by=admin, since=NOW + DAY), by=admin)  # never in force: nothing to tell
    with world.database() as session:
        told = session.scalars(select(Message).where(Message.person_id == person).order_by(Message.id)).all()
        assert [(one.kind, one.facts["role"]) for one in told] == [("role-given", "trainer"), ("role-taken", "trainer")]


def days_told(world: World, now: datetime) -> list[tuple[str, str]]:
    """What is told of dated roles when the worker has looked at `now`, twice."""
    with world.database() as session:
        for job in session.scalars(select(Job).where(Job.kind == "role.day", Job.due_at <= now).order_by(Job.due_at)):
            for _ in range(2):
                with transaction():
                    day = datetime.fromisoformat(job.payload["day"])
                    roles.tell_of_day(UUID(job.payload["membership"]), day, now=now)
        return [(one.kind, one.facts["role"]) for one in session.scalars(select(Message).order_by(Message.id))]


def test_the_day_on_which_a_dated_role_begins_or_ends_is_told_once(world: World) -> None:
    give(world, world.person(), "trainer", since=NOW + 2 * DAY, until=NOW + 5 * DAY)
    assert days_told(world, NOW + DAY) == []
    assert days_told(world, NOW + 2 * DAY) == [("role-given", "trainer")]
    assert days_told(world, NOW + 9 * DAY) == [("role-given", "trainer"), ("role-ended", "trainer")]


def test_of_a_role_that_was_taken_left_or_paused_no_day_is_told(world: World) -> None:
    admin, dates = world.person("admin"), {"since": NOW + 2 * DAY, "until": NOW + 5 * DAY}
    take(world, give(world, world.person(), "trainer", **dates))
    paused = world.person()
    give(world, paused, "trainer", **dates)
    leaver = world.person()
    membership = give(world, leaver, "trainer", until=NOW + 5 * DAY)
    with world.database(), transaction():
        operations.pause_member(world.here, paused, by=admin, now=NOW + DAY)
        operations.leave_role(membership, person_id=leaver, now=NOW + DAY)
    assert days_told(world, NOW + 9 * DAY) == []


def test_who_is_paused_or_yet_to_begin_stands_in_the_list_of_members(world: World) -> None:
    admin, paused, coming = world.person("admin"), world.person("agent", name="Paz Sol"), world.person(name="Eva Mar")
    with world.database(), transaction():
        operations.pause_member(world.here, paused, by=admin, now=clock.now())
        operations.give_role(world.here, coming, "trainer", by=admin, now=clock.now(), since=clock.now() + DAY)
    browser = world.browser(admin)
    assert all(words in browser.get("/people").text for words in ("Paz Sol", "Cuenta desactivada", "Eva Mar"))
    assert "Paz Sol" not in browser.get("/people?role=agent").text
