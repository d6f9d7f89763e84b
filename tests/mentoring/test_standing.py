from courses.mentoring import queries
from tests.mentoring.place import Place
from tests.statements import counted


def test_a_standing_is_the_balance_the_open_sessions_and_the_mentors_in_one_statement(place: Place) -> None:
    first, second, third = (place.log(hours) for hours in (1, 3, 5))
    place.sign(first)
    place.give_back(second)
    with place.world.database(), counted() as statements:
        standing = queries.standing(place.trainee, place.here)
        assert len(statements) == 1
        assert standing.balance == queries.balance(place.trainee, place.here)
    assert [(session.id, session.state, session.mentor_name) for session in standing.sessions] == [
        (second, "returned", "Rosa Martín"),
        (third, "waiting", "Rosa Martín"),
    ]
    assert standing.mentors == {place.mentor: "Rosa Martín"}
    assert standing.balance.total == 60


def test_nobody_has_nothing_standing(place: Place) -> None:
    with place.world.database():
        standing = queries.standing(place.registrar, place.here)
    assert (standing.balance.total, standing.sessions, standing.mentors) == (0, [], {})
