"""`lms federation`."""

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from lms.cli import main

SOUTH = ["create", "sur", "Federación del Sur", "--admin", "ana@demo.test", "--admin-name", "Ana"]


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["federation", *words], obj=ScriptInfo(create_app=lambda: app))
    return found.exit_code, found.output


def test_a_federation_is_created_with_its_language_and_clock_and_listed(app: Flask) -> None:
    assert run(app, "list") == (0, "")
    assert run(app, *SOUTH, "--language", "en", "--timezone", "America/Bogota")[0] == 0
    code, said = run(app, "list")
    assert code == 0
    assert said.split() == ["sur", "en+es", "America/Bogota", "Federación", "del", "Sur"]


def test_an_unknown_time_zone_is_refused_and_nothing_is_made(app: Flask) -> None:
    code, said = run(app, *SOUTH, "--timezone", "Luna/Mar")
    assert code == 2
    assert "there is no zone 'Luna/Mar'" in said
    assert run(app, "list") == (0, "")
