"""Every route × everybody: who gets through the door, and who learns nothing.

The table says it again, independently of lms.policy: a change of either shows here. A new route without a row fails.
"""

import pytest
from flask import Flask

from lms.policy import ROLES, action_of
from tests.cast import Cast, gather
from tests.statements import counted
from tests.world import Browser, World

WRITES = {"INSERT", "UPDATE", "DELETE"}
# Pages that show somebody else's record: that they were read is written, and nothing else.
SHOWS_ANOTHER = {
    "spaces.hand",
    "people.member",
    "people.roles",
    "privacy.requests",
    "mentoring.session",
    "media.shared",
    "competencies.observation",
    "accreditation.dossier",
    "accreditation.decide",
    "register.certificate",
    "register.pdf",
    "trail.index",
}
SIGHT = ("INSERT INTO audit_entries", "INSERT INTO audit_heads", "UPDATE audit_heads")
NOBODY = frozenset({"nobody"})
SIGNED_IN = frozenset({*ROLES, "owner", "mentor", "observer", "teacher", *(f"{role}@elsewhere" for role in ROLES)})
EVERYBODY = NOBODY | SIGNED_IN
AGENTS, SENIORS, ASSESSORS = {"agent", "owner"}, {"senior", "mentor"}, {"assessor", "observer"}
TRAINERS = {"trainer", "teacher"}


def both(*roles: set[str] | str) -> frozenset[str]:
    """These roles wherever they are held: pages that show only one's own federation."""
    here: set[str] = set()
    for role in roles:
        here |= role if isinstance(role, set) else {role}
    return frozenset(here | {f"{role}@elsewhere" for role in here if role in ROLES})


def here(*roles: set[str] | str) -> frozenset[str]:
    """These people, of the federation to which the thing belongs."""
    return frozenset(role for role in both(*roles) if "@" not in role)


OWNER, TEACHER = frozenset({"owner"}), frozenset({"teacher"})
REGISTRAR = here("registrar")

TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "home.index"): EVERYBODY,
    ("POST", "platform.language"): EVERYBODY,
    ("GET", "platform.crisis"): EVERYBODY,
    ("GET", "platform.privacy"): EVERYBODY,
    ("GET", "platform.styleguide"): EVERYBODY,
    ("GET", "platform.healthz"): EVERYBODY,
    ("GET", "platform.readyz"): EVERYBODY,
    ("GET", "account.welcome"): frozenset(),  # the token is none
    ("POST", "account.welcome"): frozenset(),
    ("GET", "account.overview"): SIGNED_IN,
    ("GET", "profile.how_one_reads"): EVERYBODY,
    ("POST", "profile.how_one_reads"): EVERYBODY,
    ("GET", "profile.legal_name"): SIGNED_IN,
    ("POST", "profile.legal_name"): SIGNED_IN,
    ("POST", "profile.forget_legal_name"): SIGNED_IN,
    ("GET", "profile.see_legal_name"): SIGNED_IN,
    ("POST", "profile.see_legal_name"): SIGNED_IN,
    ("GET", "profile.person"): SIGNED_IN,
    ("POST", "profile.person"): SIGNED_IN,
    ("GET", "account.confirm"): SIGNED_IN,
    ("POST", "account.confirm"): SIGNED_IN,
    ("GET", "account.consent"): SIGNED_IN,
    ("POST", "account.consent"): SIGNED_IN,
    ("GET", "account.second_factor"): SIGNED_IN,
    ("GET", "account.open_sessions"): SIGNED_IN,
    ("POST", "account.end_other_sessions"): SIGNED_IN,
    ("GET", "messages.index"): SIGNED_IN,
    ("POST", "messages.read_all"): SIGNED_IN,
    ("POST", "messages.open_one"): OWNER,
    ("GET", "messages.settings"): SIGNED_IN,
    ("POST", "messages.settings"): SIGNED_IN,
    ("GET", "messages.announce"): both("registrar", "admin"),
    ("POST", "messages.announce"): both("registrar", "admin"),
    ("GET", "messages.stop"): frozenset(),  # the token is none
    ("POST", "messages.stop"): frozenset(),
    ("GET", "entry.ways_in"): SIGNED_IN,
    ("GET", "privacy.desk"): SIGNED_IN,
    ("GET", "privacy.agreed"): SIGNED_IN,
    ("GET", "privacy.copy"): SIGNED_IN,
    ("POST", "privacy.copy"): SIGNED_IN,
    ("GET", "privacy.correct"): SIGNED_IN,
    ("POST", "privacy.correct"): SIGNED_IN,
    ("GET", "privacy.erase"): SIGNED_IN,
    ("POST", "privacy.erase"): SIGNED_IN,
    ("POST", "privacy.call_back"): SIGNED_IN,
    ("GET", "privacy.looked"): SIGNED_IN,
    ("GET", "privacy.kept"): SIGNED_IN,
    ("GET", "privacy.requests"): both("registrar"),
    ("POST", "privacy.answer"): REGISTRAR,
    ("GET", "privacy.retained"): both("admin"),
    ("POST", "privacy.rehearse"): both("admin"),
    ("GET", "people.members"): both("registrar", "admin"),
    ("GET", "people.member"): here("registrar", "admin"),
    ("GET", "people.invitations"): both("registrar", "admin"),
    ("POST", "people.invitations"): both("registrar", "admin"),
    ("POST", "entry.resend_lapsed"): both("registrar", "admin"),
    ("POST", "people.resend_invitation"): here("registrar", "admin"),
    ("POST", "people.withdraw_invitation"): here("registrar", "admin"),
    ("GET", "imports.index"): both("registrar", "admin"),
    ("POST", "imports.index"): both("registrar", "admin"),
    ("GET", "imports.template"): both("registrar", "admin"),
    ("GET", "imports.one"): here("registrar", "admin"),
    ("GET", "imports.progress"): here("registrar", "admin"),
    ("GET", "imports.findings"): here("registrar", "admin"),
    ("POST", "imports.run"): here("registrar", "admin"),
    ("POST", "imports.drop"): here("registrar", "admin"),
    ("POST", "imports.mail"): here("registrar", "admin"),
    ("GET", "federations.identity"): both("admin"),
    ("POST", "federations.identity"): both("admin"),
    ("GET", "federations.looks"): both("admin"),
    ("POST", "federations.set_logo"): both("admin"),
    ("POST", "federations.remove_logo"): both("admin"),
    ("POST", "federations.set_colours"): both("admin"),
    ("GET", "federations.panes"): both("admin"),
    ("GET", "statements.lrs"): both("admin"),
    ("POST", "statements.lrs"): both("admin"),
    ("POST", "statements.stop"): both("admin"),
    ("GET", "trail.index"): both("admin"),
    ("POST", "trail.download"): both("admin"),
    ("GET", "people.roles"): here("registrar", "admin"),
    ("POST", "people.roles"): here("registrar", "admin"),
    ("POST", "people.take_role"): here("registrar", "admin"),
    ("GET", "people.pause_member"): here("admin"),
    ("POST", "people.pause_member"): here("admin"),
    ("POST", "people.resume_member"): here("admin"),
    ("GET", "account.own_roles"): SIGNED_IN,
    ("GET", "account.leave_role"): OWNER,
    ("POST", "account.leave_role"): OWNER,
    ("GET", "federations.documents"): both("registrar", "admin"),
    ("POST", "federations.begin_other"): both("admin"),
    ("POST", "federations.begin"): both("admin"),
    ("GET", "federations.my_documents"): SIGNED_IN,
    ("GET", "federations.all_bodies"): both("admin"),
    ("POST", "federations.create_association"): both("admin"),
    ("POST", "federations.create_service"): both("admin"),
    ("GET", "federations.association"): here("admin"),
    ("POST", "federations.association"): here("admin"),
    ("POST", "federations.close_association"): here("admin"),
    ("GET", "federations.service"): here("admin"),
    ("POST", "federations.service"): here("admin"),
    ("POST", "federations.close_service"): here("admin"),
    ("GET", "federations.crisis"): both("admin"),
    ("POST", "federations.crisis"): both("admin"),
    ("POST", "federations.review_crisis"): both("admin"),
    ("GET", "federations.retention"): both("admin"),
    ("POST", "federations.retention"): both("admin"),
    ("GET", "federations.agreements"): both("admin"),
    ("POST", "federations.agreements"): both("admin"),
    # Both sides of an agreement see it.
    ("POST", "federations.accept_agreement"): both("admin"),
    ("POST", "federations.end_agreement"): both("admin"),
    ("GET", "catalogue.index"): EVERYBODY,
    ("GET", "catalogue.course"): EVERYBODY,
    ("GET", "spaces.edition"): OWNER | {"teacher"},
    ("POST", "spaces.edition"): OWNER | {"teacher"},
    ("GET", "spaces.thread"): OWNER | {"teacher"},
    ("POST", "spaces.thread"): OWNER | {"teacher"},
    ("GET", "spaces.change"): OWNER,
    ("POST", "spaces.change"): OWNER,
    ("GET", "spaces.remove"): OWNER | {"teacher"},
    ("POST", "spaces.remove"): OWNER | {"teacher"},
    ("POST", "spaces.flag"): OWNER | {"teacher"},
    ("POST", "spaces.thread_change"): TEACHER,  # to close it
    ("GET", "spaces.announce"): TEACHER,
    ("POST", "spaces.announce"): TEACHER,
    ("GET", "spaces.hand_list"): TEACHER,
    ("GET", "spaces.hand"): TEACHER,
    ("POST", "spaces.hand"): TEACHER,
    ("GET", "spaces.network"): both(AGENTS, SENIORS),
    ("POST", "spaces.network"): both(AGENTS, SENIORS),
    ("GET", "spaces.own_hand"): OWNER,
    ("POST", "spaces.own_hand"): OWNER,
    ("GET", "learning.editions"): both("registrar", TRAINERS, "author"),
    ("GET", "reports.index"): both("registrar", "admin", TRAINERS),
    ("GET", "reports.edition"): here("registrar", "admin", {"teacher"}),
    ("GET", "reports.services"): both("registrar", "admin"),
    ("GET", "reports.services_file"): both("registrar", "admin"),
    ("GET", "profile.workplace"): SIGNED_IN,
    ("POST", "profile.workplace"): SIGNED_IN,
    ("POST", "learning.editions"): both("registrar"),
    ("GET", "authoring.index"): both("author", "admin"),
    ("POST", "authoring.index"): both("author", "admin"),
    ("POST", "authoring.bring"): both("author", "admin"),
    ("GET", "authoring.draft"): here("author", "admin"),
    ("POST", "authoring.add"): here("author", "admin"),
    ("POST", "authoring.beside"): here("author", "admin"),
    ("POST", "authoring.order"): here("author", "admin"),
    ("POST", "authoring.rename"): here("author", "admin"),
    ("POST", "authoring.remove"): here("author", "admin"),
    ("GET", "authoring.discard"): here("author", "admin"),
    ("POST", "authoring.bring_into"): here("author", "admin"),
    ("GET", "authoring.export"): here("author", "admin"),
    ("GET", "authoring.file"): here("author", "admin"),
    ("POST", "authoring.file"): here("author", "admin"),
    ("POST", "authoring.preview"): here("author", "admin"),
    ("GET", "authoring.history"): here("author", "admin"),
    ("POST", "authoring.restore"): here("author", "admin"),
    ("GET", "authoring.images"): here("author", "admin"),
    ("POST", "authoring.images"): here("author", "admin"),
    ("GET", "authoring.check"): here("author", "admin"),
    ("POST", "authoring.publish"): here("author", "admin"),
    ("GET", "authoring.move_edition"): REGISTRAR,
    ("POST", "authoring.move_edition"): REGISTRAR,
    ("POST", "learning.change"): REGISTRAR,
    ("POST", "learning.change_door"): REGISTRAR,
    ("GET", "learning.join"): EVERYBODY,
    ("POST", "learning.join"): EVERYBODY,
    ("POST", "learning.enrol"): here(AGENTS, SENIORS, "professional"),
    ("GET", "learning.edition"): OWNER,
    ("GET", "learning.lesson"): OWNER,
    ("POST", "learning.lesson"): OWNER,
    ("GET", "study.search"): EVERYBODY,
    ("GET", "packages.index"): both("author", "registrar", TRAINERS),
    ("POST", "packages.index"): both("author", "registrar"),
    ("GET", "packages.progress"): here("registrar", "teacher"),
    ("GET", "packages.activity"): OWNER,
    ("POST", "packages.activity"): OWNER,
    ("GET", "packages.window"): OWNER,
    ("GET", "study.lesson_notes"): OWNER,
    ("GET", "study.lesson_notes_data"): OWNER,
    ("POST", "study.lesson_notes"): OWNER,
    ("GET", "study.course_notes"): OWNER,
    ("POST", "study.write_note"): OWNER,
    ("POST", "study.drop_note"): OWNER,
    ("GET", "offline.index"): SIGNED_IN,
    ("GET", "offline.module"): OWNER,
    ("GET", "offline.contents"): OWNER,
    ("GET", "offline.state"): EVERYBODY,
    ("POST", "offline.key"): SIGNED_IN,
    ("POST", "offline.send"): SIGNED_IN,
    ("GET", "offline.worker"): EVERYBODY,
    ("GET", "offline.manifest"): EVERYBODY,
    # `teacher` teaches the edition; another trainer does not.
    ("GET", "editions.edition"): here("teacher", "registrar"),
    ("POST", "editions.edition"): here("teacher", "registrar"),
    ("GET", "editions.people"): here("teacher", "registrar"),
    ("GET", "editions.meeting"): here("teacher", "registrar"),
    ("POST", "editions.meeting"): here("teacher", "registrar"),
    ("GET", "editions.change_meeting"): here("teacher", "registrar"),
    ("POST", "editions.change_meeting"): here("teacher", "registrar"),
    ("POST", "editions.cancel_meeting"): here("teacher", "registrar"),
    ("GET", "editions.settings"): REGISTRAR,
    ("POST", "editions.settings"): REGISTRAR,
    ("POST", "editions.give_trainer"): REGISTRAR,
    ("POST", "editions.take_trainer"): REGISTRAR,
    ("POST", "editions.set_rule"): REGISTRAR,
    ("POST", "editions.require"): REGISTRAR,
    ("GET", "editions.waiting"): here(AGENTS, SENIORS, "professional"),
    ("POST", "editions.waiting"): here(AGENTS, SENIORS, "professional"),
    ("POST", "editions.stop_waiting"): here(AGENTS, SENIORS, "professional"),
    ("GET", "editions.seat"): OWNER,
    ("POST", "editions.change_seat"): OWNER,
    ("POST", "editions.set_day"): OWNER,
    ("POST", "editions.transfer"): OWNER,
    ("GET", "editions.arrive"): SIGNED_IN,
    ("POST", "editions.arrive"): SIGNED_IN,
    ("GET", "editions.calendar"): SIGNED_IN,
    ("POST", "editions.calendar"): SIGNED_IN,
    ("POST", "editions.drop_calendar"): SIGNED_IN,
    ("GET", "editions.feed"): frozenset(),  # the token is none
    ("POST", "register.ask_completion"): OWNER,
    ("POST", "register.issue_completions"): REGISTRAR,
    ("GET", "mentoring.index"): both(AGENTS, SENIORS),
    ("GET", "mentoring.statement"): both(AGENTS, SENIORS),
    ("GET", "mentoring.new_session"): both(AGENTS),
    ("POST", "mentoring.new_session"): both(AGENTS),
    ("GET", "mentoring.session"): here("owner", "mentor", "registrar"),
    ("GET", "mentoring.correct"): OWNER,
    ("POST", "mentoring.correct"): OWNER,
    ("POST", "mentoring.sign"): both(SENIORS),
    ("POST", "mentoring.return_session"): here("mentor"),
    ("GET", "mentoring.reverse"): here("mentor"),
    ("POST", "mentoring.reverse"): here("mentor"),
    ("GET", "mentoring.pairings"): both("registrar"),
    ("POST", "mentoring.pairings"): both("registrar"),
    ("POST", "mentoring.end_pairing"): REGISTRAR,
    ("GET", "quizzes.quiz"): OWNER,
    ("POST", "quizzes.quiz"): OWNER,
    ("GET", "quizzes.attempt"): OWNER,
    ("POST", "quizzes.answers"): OWNER,
    ("POST", "quizzes.submit"): OWNER,
    ("GET", "competencies.profile"): both(AGENTS, SENIORS),
    ("GET", "media.voice"): OWNER,
    ("POST", "media.voice"): OWNER,
    ("POST", "media.remove_voice"): OWNER,
    ("GET", "media.share"): OWNER,
    ("POST", "media.share"): OWNER,
    ("GET", "media.shared_list"): SIGNED_IN,
    ("GET", "media.shared"): here("owner", "mentor"),
    ("POST", "media.shared"): here("mentor"),
    ("POST", "media.take_back"): OWNER,
    ("GET", "care.plan"): SIGNED_IN,
    ("POST", "care.plan"): SIGNED_IN,
    ("GET", "care.printed"): SIGNED_IN,
    ("GET", "competencies.people"): both(ASSESSORS),
    ("GET", "competencies.observe"): here(ASSESSORS),
    ("POST", "competencies.observe"): here(ASSESSORS),
    ("GET", "competencies.observation"): here("owner", "observer", "registrar"),
    ("GET", "accreditation.road"): both(AGENTS, SENIORS),
    ("GET", "accreditation.apply"): both(AGENTS, SENIORS),
    ("POST", "accreditation.apply"): both(AGENTS, SENIORS),
    ("GET", "accreditation.dossiers"): both("registrar"),
    ("GET", "accreditation.dossier"): here("owner", "registrar"),
    ("GET", "accreditation.decide"): REGISTRAR,
    ("POST", "accreditation.decide"): REGISTRAR,
    ("POST", "register.issue"): REGISTRAR,
    ("GET", "register.agents"): both("registrar"),
    ("GET", "register.index"): both("registrar"),
    ("GET", "register.mine"): SIGNED_IN,
    ("GET", "register.certificate"): here("owner", "registrar"),
    ("GET", "register.pdf"): here("owner", "registrar"),
    ("POST", "register.show_name"): OWNER,
    ("GET", "register.revoke"): REGISTRAR,
    ("POST", "register.revoke"): REGISTRAR,
    ("GET", "register.suspend"): REGISTRAR,
    ("POST", "register.suspend"): REGISTRAR,
    ("GET", "register.reinstate"): REGISTRAR,
    ("POST", "register.reinstate"): REGISTRAR,
    ("GET", "verification.form"): EVERYBODY,
    ("GET", "verification.page"): EVERYBODY,
    ("GET", "verification.as_json"): EVERYBODY,
    ("GET", "verification.scanned"): EVERYBODY,
}
# Rows whose answer depends on more than who asks, tested in their topics.
ELSEWHERE_TESTED = {
    ("GET", "packages.frame"),  # on the packages' own origin, with a signed address
    ("GET", "packages.runtime"),
    ("GET", "packages.content"),
    ("POST", "packages.save"),
    ("GET", "editions.code"),  # there while people arrive at the meeting
    ("POST", "editions.require_no_more"),  # what a course asks for
    ("GET", "reports.edition_file"),  # 404 below ten people: tests/reports
    ("GET", "privacy.fetch"),  # only a copy of one's own
    ("POST", "privacy.drop"),
    ("POST", "privacy.decide"),  # a purpose whose text was read
    ("GET", "privacy.said"),  # a text that one said yes to
    ("POST", "account.end_session"),  # only a session of one's own
    ("POST", "account.change_federation"),  # only a federation that one belongs to
    ("POST", "entry.enter"),  # there with a provider of identities
    ("POST", "entry.accept"),
    ("POST", "entry.connect"),
    ("POST", "entry.confirm"),
    ("GET", "entry.come_back"),
    ("POST", "entry.arrive"),
    ("POST", "entry.disconnect"),  # only an identity of one's own
    ("GET", "account.document"),  # there once the federation has published it
    ("POST", "account.document"),
    ("POST", "accreditation.legal_name"),  # only where a certificate shall bear a legal name
    ("POST", "register.legal_name"),
    ("POST", "register.legal_pdf"),
    ("GET", "federations.document"),  # there once the federation has published it
    ("GET", "federations.compare"),
    ("GET", "federations.signers"),
    ("GET", "federations.write"),  # there for whoever is writing one
    ("POST", "federations.write"),
    ("GET", "federations.publish"),
    ("POST", "federations.publish"),
    ("POST", "federations.discard"),
    ("POST", "federations.go_on"),
    ("GET", "federations.other_draft"),
    ("GET", "federations.stylesheet"),  # there for everybody, once the federation has colours
    ("GET", "media.file"),  # for those who may read the lesson that it lies beside
    ("GET", "media.hear"),  # a recording of one's own, or that one was given
    ("GET", "care.version"),  # only a version of one's own plan
    ("GET", "federations.logo"),  # and a logo
    ("POST", "authoring.open_course"),  # only a course of one's own federation
    ("GET", "authoring.export_version"),  # or one that comes with the house
    ("GET", "authoring.file_history"),  # a text that was changed
    ("GET", "authoring.picture"),  # and a picture
    ("POST", "authoring.discard"),  # once
}
# Opened with a certificate of the owner's rather than with the open dossier.
WITH_CERTIFICATE = {
    endpoint
    for _method, endpoint in TABLE
    if endpoint.startswith("register.") and endpoint not in ("register.issue", "register.issue_completions")
}


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every (method, endpoint) of ours: not the static files, nor Flask-Security's own pages."""
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static" and not rule.endpoint.startswith("security.")
    }


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert routes(app) == set(TABLE) | ELSEWHERE_TESTED


def test_every_route_declares_its_action(app: Flask) -> None:
    assert not [route for route in routes(app) if action_of(app.view_functions[route[1]], route[0]) is None]


def test_nothing_is_changed_by_get(app: Flask) -> None:
    writers = {"resend", "withdraw", "end", "take", "sign", "issue", "everybody", "invited"}
    assert not [
        r.rule for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.rule.rsplit("/", 1)[-1] in writers
    ]


def address(app: Flask, endpoint: str, cast: Cast) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    with app.test_request_context():
        from flask import url_for

        return url_for(endpoint, **{name: cast.ids[name] for name in rule.arguments})


def gets_through(browser: Browser, method: str, path: str, endpoint: str) -> bool:
    with counted() as statements:
        answer = browser.get(path) if method == "GET" else browser.post(path)
    if method == "GET":
        written = [" ".join(statement.split()) for statement in statements if statement.split()[0] in WRITES]
        assert not [one for one in written if endpoint not in SHOWS_ANOTHER or not one.startswith(SIGHT)]
    assert answer.status_code < 500, (method, path, answer.status_code)
    return answer.status_code not in (401, 404) and not (answer.location or "").startswith("/login")


def _everybody(world: World, cast: Cast) -> dict[str, Browser]:
    return {"nobody": world.browser()} | world.browsers(
        {name: (person_id, world.here) for name, person_id in cast.people.items()}
        | {name: (person_id, world.elsewhere) for name, person_id in cast.elsewhere.items()}
    )


def _through(browsers: dict[str, Browser], cast: Cast, app: Flask, method: str, endpoint: str) -> set[str]:
    """Who of them gets through. Those who may come last: what they do may change what the others would find."""
    path, allowed = address(app, endpoint, cast), TABLE[method, endpoint]
    last = sorted(browsers, key=lambda name: name in allowed)
    return {name for name in last if gets_through(browsers[name], method, path, endpoint)}


@pytest.mark.parametrize("certified", [False, True])
def test_who_reads_what(world: World, certified: bool) -> None:
    cast = gather(world, certified=certified)
    browsers = _everybody(world, cast)
    wrong = {}
    for method, endpoint in TABLE:
        if method == "GET" and (endpoint in WITH_CERTIFICATE) == certified:
            through = _through(browsers, cast, world.app, method, endpoint)
            if through != TABLE[method, endpoint] and not _public_code(endpoint):
                wrong[endpoint] = (through - TABLE[method, endpoint], TABLE[method, endpoint] - through)
    assert not wrong, "endpoint: (who should not, who should)"


@pytest.mark.parametrize(("method", "endpoint"), [row for row in TABLE if row[0] != "GET"])
def test_who_does_what(world: World, method: str, endpoint: str) -> None:
    cast = gather(world, certified=endpoint in WITH_CERTIFICATE)
    through = _through(_everybody(world, cast), cast, world.app, method, endpoint)
    if not _public_code(endpoint):
        assert through == TABLE[method, endpoint]


def _public_code(endpoint: str) -> bool:
    """Whether the code in the address decides, not who asks."""
    return endpoint.startswith("verification.") or endpoint == "account.welcome"
