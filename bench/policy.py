"""How many checks of the policy a second: `python -m bench.policy`. A check reads what is in memory and asks no database."""

import time
from types import SimpleNamespace
from uuid import uuid4

from lms import clock
from lms.policy import ROLES, RULES, Actor, may

ROUNDS = 2_000


def main() -> None:
    """Ask for every action, with a thing, as somebody of each role."""
    here = uuid4()
    actors = [_actor(role, here) for role in ROLES]
    things = [SimpleNamespace(federation_id=here, person_id=uuid4(), mentor_id=uuid4(), author_id=uuid4(),
                              assessor_id=uuid4(), made_by=uuid4(), invited_by=uuid4())]  # fmt: skip
    started, checks = time.perf_counter(), 0
    for _ in range(ROUNDS // len(actors)):
        for actor in actors:
            for action in RULES:
                may(actor, action, things[0])
                checks += 1
    took = time.perf_counter() - started
    print(f"{checks} checks of {len(RULES)} actions in {took:.2f} s: {checks / took:,.0f} a second, 0 statements")


def _actor(role: str, federation_id: object) -> Actor:
    empty = dict.fromkeys(Actor.__dataclass_fields__)
    known = {
        "person_id": uuid4(),
        "federation_id": federation_id,
        "roles": frozenset({role}),
        "confirmed_at": clock.now(),
    }
    return Actor(**(empty | known))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
