"""`lms user import`."""

import json
from pathlib import Path

import pytest

from lms.people.cli import user
from lms.people.imports.cli import import_people
from tests.imports.place import Desk, csv_of, people, xlsx_of
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def run(desk: Desk, path: Path, *words: str) -> tuple[int, str]:
    answer = desk.world.app.test_cli_runner().invoke(import_people, [str(path), "--federation", "here", *words])
    return answer.exit_code, answer.output


def test_everybody_in_a_workbook_is_invited_also_to_guarded_roles(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(xlsx_of(*people(2), ["Eva", "eva@demo.test", "Administración", "en"]))
    assert run(desk, path, "--dry-run")[0] == 0
    assert desk.counts() == (0, 0)
    code, said = run(desk, path)
    assert (code, desk.counts()) == (0, (3, 3))
    assert "3 people have been invited." in said
    assert run(desk, path)[0] == 1
    assert desk.counts() == (3, 3)


def test_findings_are_printed_or_given_as_json_and_nobody_is_invited(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(*people(2), ["", "no", "agente", ""]))
    code, said = run(desk, path)
    assert (code, desk.counts()) == (1, (0, 0))
    assert "4\tnombre\tFalta el nombre." in said
    code, said = run(desk, path, "--json")
    told = json.loads(said)
    assert (code, told["rows"], told["invited"]) == (1, 3, 0)
    assert [(one["row"], one["column"]) for one in told["findings"]] == [(4, "name"), (4, "email")]


def test_without_mail_the_invitations_wait(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(*people(2)))
    assert run(desk, path, "--no-mail")[0] == 0
    assert desk.counts() == (2, 0)


def test_a_file_that_cannot_be_read_gets_a_sentence(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"")
    code, said = run(desk, path)
    assert (code, "está vacío" in said) == (1, True)
    assert run(desk, path, "--federation", "nowhere")[0] == 1


def test_it_is_a_command_of_users() -> None:
    from lms.cli import main

    assert "user" in main.commands
    assert "import" in user.commands
