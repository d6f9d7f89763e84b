"""The policy: it asks nobody, and the docs say what it says."""

import dis
import re
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from lms import policy
from lms.policy import ROLES, RULES, Actor, may
from tests.statements import counted
from tests.world import NOW, World

DOCS = Path(__file__).parents[2] / "docs" / "federations.md"


def an_actor(*roles: str, federation: object = None) -> Actor:
    return Actor(
        **dict.fromkeys(Actor.__dataclass_fields__)  # type: ignore[arg-type]
        | {"person_id": uuid4(), "federation_id": federation or uuid4(), "roles": frozenset(roles), "confirmed_at": NOW}
    )


def a_thing(actor: Actor) -> SimpleNamespace:
    own = dict.fromkeys(
        ("person_id", "mentor_id", "author_id", "assessor_id", "made_by", "invited_by"), actor.person_id
    )
    sets = {"trainer_ids": frozenset(), "readers": frozenset({actor.person_id})}
    talk = {"network": False, "learner_id": None, "trainer_id": None, "teacher_id": None}
    return SimpleNamespace(
        federation_id=actor.federation_id, mentor_federation_id=actor.federation_id, **sets, **own, **talk
    )


def test_a_check_sends_no_statement_whatever_the_action(world: World) -> None:
    with world.database(), counted() as sent:
        for role in ROLES:
            actor = an_actor(role)
            for action in RULES:
                may(actor, action)
                may(actor, action, a_thing(actor))
                may(None, action)
    assert sent == []


def test_the_policy_knows_no_database() -> None:
    names = {name for code in (policy.may.__code__, policy.guard.__code__) for name in code.co_names}
    assert "db" not in vars(policy)
    assert not {"select", "session", "execute"} & names
    assert list(dis.get_instructions(policy.may))


@pytest.mark.parametrize("action", RULES)
def test_a_thing_of_another_federation_is_never_within_reach(action: str) -> None:
    actor = an_actor(*ROLES)
    thing = a_thing(actor)
    thing.federation_id = uuid4()
    assert RULES[action].public or not may(actor, action, thing)


def test_nobody_signs_decides_issues_observes_or_gives_for_themselves() -> None:
    actor = an_actor(*ROLES)
    for action in (
        "hours.sign", "hours.return", "hours.reverse", "dossier.decide", "certificate.issue", "certificate.revoke",
        "certificate.suspend", "observation.record", "role.change", "member.pause",
    ):  # fmt: skip
        assert not may(actor, action, a_thing(actor)), action


def test_the_docs_say_what_each_role_opens() -> None:
    said = dict(re.findall(r"^\| `([a-z]+)` \| (.*) \|$", DOCS.read_text(), re.M))
    opened = {
        role: sorted({action.partition(".")[0] for action, rule in RULES.items() if role in rule.roles})
        for role in ROLES
    }
    asked = {role: ", ".join(f"`{family}`" for family in found) or "–" for role, found in opened.items()}
    assert said == asked, f"docs/federations.md: {[row for row in asked.items() if row not in said.items()]}"


def test_only_one_place_says_when_a_role_counts() -> None:
    root = DOCS.parents[1]
    written = [
        path.relative_to(root).as_posix()
        for district in ("lms", "courses", "assessments", "certificates")
        for path in (root / district).rglob("*.py")
        if re.search(r"(Membership|memberships\.c|_memberships)\.until\.is_\(None\)", path.read_text())
    ]
    assert set(written) <= {"lms/people/roles.py"}, "use lms.people.models.in_force or standing"
