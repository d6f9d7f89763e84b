"""Every thing that an address or a form can name: whoever acts in another federation finds none of them.

`tests/test_access.py` tries each route as every role of both federations. Here the owner of a thing, who also holds every
role elsewhere, acts elsewhere; and forms sent in one federation name what belongs to the other.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import MetaData, insert, select
from wtforms.fields.core import UnboundField

from courses.authoring import operations as writing
from courses.authoring.models import DraftFile
from courses.catalogue.models import Course, CourseFile, CourseVersion
from courses.learning.models import Edition
from courses.mentoring.models import MentoringSession, Pairing
from lms.db import Base, transaction
from lms.forms import Form
from lms.ids import new_id
from lms.people.federations.models import Association
from lms.people.messages.models import Message
from lms.people.models import Acknowledgement, Document, Membership
from lms.policy import ROLES
from tests.cast import Cast, gather
from tests.register import seed
from tests.test_access import ELSEWHERE_TESTED, TABLE, WITH_CERTIFICATE, address, routes
from tests.world import LONG_AGO, NOW, World

# What the address names is no thing of anybody's: a language of files, a word, a link's own secret.
NO_THINGS = {
    "kind",
    "token",
    "digest",
    "number",
    "form",
    "slug",
    "whom",
    "what",
    "module",
    "lesson",
    "path",
    "name",
    "code",
    "provider",
    "service",
    "deed",
}
# A person's own, wherever they act: their inbox is one; the owner is a member elsewhere as well; editions open to everybody.
WHEREVER_ONE_ACTS = {"messages.open_one", "people.member", "learning.join"}
# An agreement belongs to both federations that are named in it.
OF_BOTH = {"federations.accept_agreement", "federations.end_agreement"}


def named(app: Flask) -> dict[str, set[str]]:
    """The things that addresses name, each with the endpoints that take one."""
    ours = {endpoint for _method, endpoint in routes(app)}
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ours:
            for argument in rule.arguments - NO_THINGS:
                found.setdefault(argument, set()).add(rule.endpoint)
    return found


def things(app: Flask) -> list[tuple[str, str]]:
    """The rows of the table whose address names a thing."""
    taken = set().union(*named(app).values())
    return [row for row in TABLE if row[1] in taken]


def test_every_kind_of_thing_that_an_address_names_is_in_the_cast(world: World) -> None:
    in_the_table = {endpoint for _method, endpoint in TABLE}
    kinds = {kind for kind, endpoints in named(world.app).items() if endpoints & in_the_table}
    assert kinds <= {*gather(world).ids, "certificate_id"}


def test_somebody_may_reach_each_thing_so_that_the_others_404_means_something(app: Flask) -> None:
    for kind, endpoints in named(app).items():
        tried = {endpoint: TABLE.get(("GET", endpoint)) or TABLE.get(("POST", endpoint)) for endpoint in endpoints}
        reached = [endpoint for endpoint, who in tried.items() if who]
        own_tests = [endpoint for method, endpoint in ELSEWHERE_TESTED if endpoint in endpoints]
        assert reached or own_tests, kind


def _everywhere(world: World, cast: Cast) -> UUID:
    """The owner of everything here gets every role elsewhere."""
    owner = cast.people["owner"]
    with world.database(), transaction() as session:
        roles = [role for role in ROLES if role != "ombudsperson"]
        session.add_all(
            Membership(person_id=owner, federation_id=world.elsewhere, role=role, since=LONG_AGO) for role in roles
        )
        text = session.scalar(select(Document).where(Document.federation_id == world.elsewhere))
        session.add(Acknowledgement(person_id=owner, document_id=text.id, federation_id=world.elsewhere, given_at=NOW))
    return owner


@pytest.mark.parametrize("certified", [False, True])
def test_acting_elsewhere_nobody_reaches_even_what_is_their_own_here(world: World, certified: bool) -> None:
    cast = gather(world, certified=certified)
    browser = world.browser(_everywhere(world, cast), federation=world.elsewhere)
    rows = [row for row in things(world.app) if (row[1] in WITH_CERTIFICATE) == certified]
    before = counts(world)
    reached = []
    for method, endpoint in rows:
        if endpoint in WHEREVER_ONE_ACTS | OF_BOTH:
            continue
        path = address(world.app, endpoint, cast)
        answer = browser.get(path) if method == "GET" else browser.post(path)
        if answer.status_code != 404:
            reached.append((method, endpoint, answer.status_code))
    assert reached == []
    assert counts(world) == before
    assert len(rows) > 5


def counts(world: World) -> dict[str, list[Any]]:
    """What stands in every table, but who looked at what and which pages were asked for."""
    metadata: MetaData = Base.metadata
    with world.database() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in ("sign_ins", "submissions")
        }


# --- Forms that name things -------------------------------------------------------------------------------------------

# Fields with which a form may name something; those that name a thing are tried below.
NAMES_A_THING = {
    ("ApplyForm", "scheme_id"), ("NewSessionForm", "pairing_id"), ("PairingForm", "person_id"),
    ("PairingForm", "mentor_id"), ("EditionForm", "course"), ("ConsentForm", "document"), ("ServiceForm", "association"), ("DecideForm", "document"),
    ("ShareForm", "reader_id"),
    ("WorkplaceForm", "service"),  # tried in tests/reports/test_pages.py
    ("BeginForm", "lesson"),  # tried in tests/spaces/test_talk.py
    ("PackageForm", "course"),  # tried in tests/packages/test_pages.py
    ("NewNoteForm", "key"),  # tried in tests/study/test_notes.py
    ("NewCourseForm", "source"), ("BesideForm", "side"), ("MoveEditionForm", "old"), ("MoveEditionForm", "new"),
    ("TrainerForm", "trainer"), ("NeedForm", "needs"), ("TransferForm", "edition"),
}  # fmt: skip
NAMES_NO_THING = {
    "once", "setting", "name_kind", "verdict", "role", "locale", "show", "page", "sequence", "base", "timezone",
    "languages", "act_offered", "people_offered", "discretion", "size", "spacing", "theme", "calm", "motion", "plain",
    "contacts", "direction", "what", "decision", "asks", "paragraph", "start", "quote",
    "audience", "folder", "path", "kind", "move", "language",
    "way",
}  # fmt: skip
CHOOSES = ("SelectField", "HiddenField", "RadioField", "SelectMultipleField", "FieldList")


def _forms(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from _forms(child)


def test_every_field_that_may_name_a_thing_is_known_here(app: Flask) -> None:
    found = {
        (form.__name__, name)
        for form in _forms(Form)
        for name, field in vars(form).items()
        if isinstance(field, UnboundField)
        and field.field_class.__name__ in CHOOSES
        and not name.startswith(("level_", "indicators_", "way_"))
        and name not in NAMES_NO_THING
        and form.__module__.partition(".")[0] != "tests"
    }
    assert found == NAMES_A_THING, (
        "name it in NAMES_NO_THING; or in NAMES_A_THING, and try in FOREIGN what is not there"
    )


class Abroad:
    """Things of the other federation, for forms that are sent in this one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.agent = world.person("agent", federation=world.elsewhere)
        self.senior = world.person("senior", federation=world.elsewhere)
        with world.database(), transaction() as session:
            both = {"federation_id": world.elsewhere, "person_id": self.agent, "mentor_id": self.senior}
            self.pairing, self.session = new_id(), new_id()
            session.execute(insert(Pairing).values(id=self.pairing, since=NOW, made_by=self.senior, **both))
            session.execute(
                insert(MentoringSession).values(
                    id=self.session, pairing_id=self.pairing, author_id=self.agent, kind="group", format="video",
                    starts_at=NOW, minutes=30, written_at=NOW, **both,
                )
            )  # fmt: skip
            self.association = new_id()
            session.execute(
                insert(Association).values(
                    id=self.association, federation_id=world.elsewhere, name="De otra", created_at=NOW
                )
            )
            self.scheme = seed.scheme(session, world.elsewhere).scheme_id
            self.version, self.file = _written(session, world, self.agent)
            self.document = session.scalar(select(Document.id).where(Document.federation_id == world.elsewhere))


def _written(session: Any, world: World, by: UUID) -> tuple[UUID, UUID]:
    """A version of a course of the other federation, and a file of its draft."""
    course = Course(id=new_id(), slug="de-otra", audience="agent", federation_id=world.elsewhere)
    version = CourseVersion(
        id=new_id(), course_id=course.id, number=1, digest="1" * 64, title={"es": "De otra"}, summary={}, html={},
        minutes=60, published_at=NOW,
    )  # fmt: skip
    course.current_version_id = version.id
    for thing in (course, version, CourseFile(version_id=version.id, path="course.md", content=b"---\n---\n")):
        session.add(thing)
        session.flush()
    draft = writing.begin(world.elsewhere, "otro", {"01-a/01-b.md": b"---\n---\n"}, by=by, now=NOW)
    file = session.scalar(select(DraftFile.id).where(DraftFile.draft_id == draft.id))
    return version.id, file


FOREIGN: dict[str, tuple[str, str, Any]] = {
    "a service of an association from elsewhere": (
        "admin", "/federation/services", lambda a, c: {"name": "Nuevo", "association": a.association}
    ),
    # who sends it, where to, what it says
    "a pairing of a person from elsewhere": (
        "registrar", "/mentoring/pairings", lambda a, c: {"person_id": a.agent, "mentor_id": c.people["senior"]}
    ),
    "a pairing with a mentor from elsewhere": (
        "registrar", "/mentoring/pairings", lambda a, c: {"person_id": c.people["agent"], "mentor_id": a.senior}
    ),
    "a session in a pairing from elsewhere": (
        "owner", "/mentoring/sessions/new",
        lambda a, c: {"pairing_id": a.pairing, "day": "2026-03-03", "time": "10:00", "minutes": "30", "kind": "group",
                      "format": "video"},
    ),
    "a session in somebody else's pairing": (
        "agent", "/mentoring/sessions/new",
        lambda a, c: {"pairing_id": c.ids["pairing_id"], "day": "2026-03-03", "time": "10:00", "minutes": "30",
                      "kind": "group", "format": "video"},
    ),
    "a signature for a session from elsewhere": (
        "senior", "/mentoring/sign", lambda a, c: {"session": f"{a.session}~{NOW.isoformat()}"}
    ),
    "a signature for a session of another mentor": (
        "senior", "/mentoring/sign", lambda a, c: {"session": f"{c.ids['session_id']}~{NOW.isoformat()}"}
    ),
    "an application for a scheme from elsewhere": (
        "owner", "/road/apply", lambda a, c: {"scheme_id": a.scheme, "certificate_name": "Ana", "name_kind": "chosen"}
    ),
    "consent to a text from elsewhere": (
        "owner", "/account/consent", lambda a, c: {"document": a.document, "agree": "y"}
    ),
    "a yes to a purpose with the text of elsewhere": (
        "owner", "/account/privacy/consents/consent-registry", lambda a, c: {"document": a.document, "decision": "give"}
    ),
    "an edition of a course that there is not": (
        "registrar", "/editions",
        lambda a, c: {"course": new_id(), "name": "X", "begins_on": "2026-03-03", "ends_on": "2027-03-03", "seats": "3"},
    ),
    "a copy of a course from elsewhere": (
        "author", "/author", lambda a, c: {"title": "Copia", "audience": "agent", "source": a.version}
    ),
    "a side of a text from elsewhere": (
        "author", "draft", lambda a, c: {"side": f"{a.file} plain es"}
    ),
    "an edition to a version from elsewhere": (
        "registrar", "edition", lambda a, c: {"old": c.ids["version_id"], "new": a.version}
    ),
    "a trainer from elsewhere": ("registrar", "trainers", lambda a, c: {"trainer": a.senior}),
    "a course that there is not, before another": ("registrar", "needs", lambda a, c: {"needs": new_id()}),
    "an edition that there is not, to change to": ("owner", "transfer", lambda a, c: {"edition": new_id()}),
    "messages up to one of somebody else's": (
        "agent", "/messages/read", lambda a, c: {"newest": c.ids["message_id"]}
    ),
    "a reflection shared with a mentor from elsewhere": (
        "owner", "share", lambda a, c: {"way": "done", "reader_id": a.senior}
    ),
    "a reflection shared with a senior agent who is not one's mentor": (
        "owner", "share", lambda a, c: {"way": "done", "reader_id": c.people["senior"]}
    ),
    "an answer to a question that was not asked": (
        "owner", "attempt", lambda a, c: {"q999": "a", "q0": str(new_id())}
    ),
}  # fmt: skip
HARMLESS = {"attempts", "submissions", "jobs", "messages", "audit_entries", "audit_heads"}


@pytest.mark.parametrize("form", FOREIGN)
def test_a_form_that_names_what_is_not_there_for_its_sender_changes_nothing(world: World, form: str) -> None:
    cast, abroad = gather(world), Abroad(world)
    sender, path, fields = FOREIGN[form]
    path = {
        "attempt": f"/attempts/{cast.ids['attempt_id']}/answers",
        "draft": f"/author/{cast.ids['draft_id']}/beside",
        "edition": f"/editions/{cast.ids['edition_id']}/version",
        "trainers": f"/editions/{cast.ids['edition_id']}/trainers",
        "needs": f"/editions/{cast.ids['edition_id']}/needs",
        "transfer": f"/enrolments/{cast.ids['enrolment_id']}/transfer",
    }.get(path, path)
    if path == "share":
        path = address(world.app, "media.share", cast)
    browser = world.browser(cast.people[sender])
    before = counts(world)
    answer = browser.post(path, {name: str(value) for name, value in fields(abroad, cast).items()})
    after = counts(world)
    assert answer.status_code in (302, 303, 400, 404, 409, 422), answer.status_code
    assert after == before, [name for name in before if before[name] != after[name]]


def test_a_message_of_somebody_else_stays_unread(world: World) -> None:
    cast = gather(world)
    world.browser(cast.people["agent"]).post("/messages/read", {"newest": str(cast.ids["message_id"])})
    with world.database() as session:
        assert session.scalar(select(Message.read_at)) is None


def test_an_edition_of_elsewhere_stays_closed_to_ones_own_role(world: World) -> None:
    cast = gather(world)
    with world.database(), transaction() as session:
        version = session.scalar(select(Edition.version_id))
        other = Edition(
            id=new_id(), federation_id=world.elsewhere, version_id=version, name="E", begins_on=date(2026, 3, 1),
            ends_on=date(2099, 6, 1), seats=3,
        )  # fmt: skip
        session.add(other)
        there = other.id
    assert world.browser(cast.people["agent"]).post(f"/editions/{there}/enrol").status_code == 404
