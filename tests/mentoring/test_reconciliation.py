import pytest
from flask import Flask

from courses.mentoring import reconciliation
from tests.mentoring.place import Place
from tests.tamper import tamper


def found(place: Place) -> list[str]:
    with place.world.database():
        return [
            sentence.rpartition(" · ")[2].partition(":")[0] for sentence in reconciliation.contradictions(place.here)
        ]


def test_a_ledger_that_nobody_touched_agrees_with_the_trail(place: Place) -> None:
    first, second = place.log(1), place.log(3)
    place.sign(first, second)
    place.reverse(first)
    assert found(place) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE hours_entries SET minutes = 600", "edited"),
        ("UPDATE hours_entries SET kind = 'group'", "edited"),
        ("DELETE FROM hours_entries", "missing from the ledger"),
        ("UPDATE audit_entries SET action = 'x' WHERE action = 'hours.sign'", "in the ledger, but nobody did it"),
    ],
)
def test_a_line_that_was_tampered_with_is_named(app: Flask, place: Place, statement: str, fault: str) -> None:
    place.sign(place.log(1))
    assert tamper(app, statement) == 1
    assert found(place) == [fault]
