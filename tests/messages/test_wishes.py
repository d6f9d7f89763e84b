"""How each person is told: at once, once a day, or in the inbox alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from lms.people.messages import jobs, rules, stopping
from lms.people.messages.kinds import GROUPS
from tests.messages.place import change, choose, mail_states, messages, tell
from tests.people.place import outbox
from tests.world import World

MORNING = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)  # 8:30 in Madrid


@pytest.mark.parametrize(
    ("wish", "usual", "security", "way"),
    [(None, "now", False, "now"), ("digest", "now", False, "digest"), ("inbox", "now", True, "now")],
)
def test_the_way_is_the_wish_or_the_usual_and_for_security_at_once(
    wish: str | None, usual: str, security: bool, way: str
) -> None:
    assert rules.way(wish, usual, security=security) == way


@pytest.mark.parametrize(
    ("hour", "zone", "day"),
    [(6, "Europe/Madrid", None), (7, "Europe/Madrid", 3), (7, "Atlantic/Canary", None), (23, "Europe/Madrid", None)],
)
def test_a_digest_leaves_from_eight_on_where_the_person_lives(hour: int, zone: str, day: int | None) -> None:
    found = rules.digest_day(datetime(2026, 3, 3, hour, 0, tzinfo=UTC), zone)
    assert (found.day if found else None) == day


def digest(world: World, now: datetime = MORNING) -> int:
    with world.database():
        return jobs.gather_digests(now)


def test_what_waits_for_the_digest_leaves_in_one_mail(world: World) -> None:
    ana, rosa = world.person("agent", name="Ana"), world.person("senior", name="Rosa")
    choose(world, ana, mentoring="digest")
    tell(world, ana, who=rosa)
    tell(world, ana)
    assert outbox(world.app) == []
    assert digest(world) == 1
    [mail] = outbox(world.app)
    assert mail.subject == "Tienes 2 mensajes nuevos"
    assert "Mensajes: Rosa" in mail.body
    assert "Mensajes: Ana" in mail.body
    assert mail_states(world, ana) == ["sent", "sent"]


def test_a_day_has_one_digest_and_what_comes_later_waits_for_the_next(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, mentoring="digest")
    tell(world, ana)
    assert digest(world) == 1
    tell(world, ana)
    assert digest(world, MORNING + timedelta(hours=3)) == 0
    assert digest(world, MORNING - timedelta(days=1)) == 0  # the clock jumped back
    assert digest(world, MORNING + timedelta(days=1)) == 1
    assert len(outbox(world.app)) == 2


def test_several_workers_at_the_same_moment_begin_each_digest_once(world: World) -> None:
    people = [world.person("agent") for _each in range(5)]
    for person in people:
        choose(world, person, mentoring="digest")
        tell(world, person)
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _each: digest(world), range(4)))
    assert sum(begun) == 5
    assert len(outbox(world.app)) == 5


def test_before_eight_nothing_leaves(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, mentoring="digest")
    tell(world, ana)
    assert digest(world, MORNING - timedelta(hours=2)) == 0
    assert outbox(world.app) == []


def test_a_digest_of_what_was_read_meanwhile_is_not_sent(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, mentoring="digest")
    tell(world, ana)
    world.browser(ana).post("/messages/read", {"newest": str(messages(world, ana)[0].id)})
    digest(world)
    assert outbox(world.app) == []
    assert mail_states(world, ana) == ["none"]


def test_the_inbox_alone_means_no_mail(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, mentoring="inbox")
    tell(world, ana)
    assert outbox(world.app) == []
    assert len(messages(world, ana)) == 1


def test_a_closed_account_gets_no_mail(world: World) -> None:
    ana = world.person("agent")
    change(world, ana, active=False)
    tell(world, ana)
    assert (outbox(world.app), mail_states(world, ana)) == ([], ["none"])


def test_the_choice_is_kept_and_shown_again(world: World) -> None:
    ana = world.person("agent")
    browser = world.browser(ana)
    ways = {f"way_{group}": "now" for group in GROUPS}
    answer = browser.post("/account/messages", ways | {"way_learning": "digest", "discretion": "strict"})
    assert answer.status_code == 302
    page = browser.get("/account/messages").text
    assert page.count('<option selected value="digest">') == 1
    assert 'value="strict" checked' in page


@pytest.mark.parametrize("wrong", [{"way_learning": "never"}, {"discretion": "loud"}, {"way_news": ""}])
def test_what_is_not_on_the_list_is_refused_and_changes_nothing(world: World, wrong: dict[str, str]) -> None:
    ana = world.person("agent")
    choose(world, ana, "strict", mentoring="inbox")
    browser = world.browser(ana)
    ways = {f"way_{group}": "now" for group in ("mentoring", "learning", "certificates", "federation", "news")}
    assert browser.post("/account/messages", ways | {"discretion": "open"} | wrong).status_code == 422
    tell(world, ana)
    assert outbox(world.app) == []


# --- Without signing in -----------------------------------------------------------------------------------------------


def link(world: World, person: object, group: str = "mentoring") -> str:
    with world.database():
        return stopping.path_of(person, group)  # type: ignore[arg-type]


def test_opening_the_link_changes_nothing_and_the_button_ends_the_mails(world: World) -> None:
    ana = world.person("agent")
    path = link(world, ana)
    assert "Mentoría" in world.browser().get(path).text
    tell(world, ana)
    assert len(outbox(world.app)) == 1
    assert world.browser().post(path).status_code == 200
    tell(world, ana)
    assert len(outbox(world.app)) == 1


def test_a_mail_program_ends_them_with_one_post(world: World) -> None:
    ana = world.person("agent")
    answer = world.app.test_client().post(link(world, ana), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    tell(world, ana)
    assert outbox(world.app) == []


def test_another_site_cannot_press_the_button_in_somebodys_browser(world: World) -> None:
    ana = world.person("agent")
    path = link(world, ana)
    assert world.browser().post(path, headers={"Origin": "https://evil.test"}).status_code == 400


def test_the_link_of_a_digest_ends_the_digest_alone(world: World) -> None:
    ana = world.person("agent")
    choose(world, ana, mentoring="digest")
    world.browser().post(link(world, ana, "digest"))
    tell(world, ana)
    tell(world, ana, kind="role-given")
    assert mail_states(world, ana) == ["none", "sent"]


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd.aaaa", "..", "%00"])
def test_a_link_of_somebody_elses_making_is_not_there(world: World, token: str) -> None:
    answers = (world.browser().get(f"/messages/stop/{token}"), world.browser().post(f"/messages/stop/{token}"))
    assert {answer.status_code for answer in answers} <= {400, 404}


def test_the_answer_does_not_tell_whether_the_account_is_there(world: World, app: Flask) -> None:
    there, gone = link(world, world.person("agent")), link(world, uuid4())
    for method in ("get", "post"):
        answers = [getattr(app.test_client(), method)(path) for path in (there, gone)]
        pages = [answer.text.replace(path, "") for answer, path in zip(answers, (there, gone), strict=True)]
        assert answers[0].status_code == answers[1].status_code == 200
        assert pages[0] == pages[1]


def test_a_link_signed_with_another_key_ends_nothing(world: World) -> None:
    ana = world.person("agent")
    token = URLSafeSerializer("another key", salt="stop-mails").dumps([ana.hex, "mentoring"])
    assert world.browser().post(f"/messages/stop/{token}").status_code == 404
    tell(world, ana)
    assert len(outbox(world.app)) == 1
