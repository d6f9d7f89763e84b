"""The competency framework: areas, competencies and indicators, read once from framework.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LOWEST, HIGHEST = 0, 4  # levels
ASKED = 3  # the level that accreditation asks for


@dataclass(frozen=True, slots=True)
class Competency:
    """A competency. Titles and indicators by locale."""

    code: str
    title: Mapping[str, str]
    indicators: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """An area and its competencies, in their order."""

    code: str
    title: Mapping[str, str]
    competencies: tuple[Competency, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """A version of the framework."""

    version: str
    areas: tuple[Area, ...]
    by_code: Mapping[str, Competency]

    def indicator_count(self, code: str) -> int:
        """How many indicators a competency has."""
        return len(self.by_code[code].indicators)


def said(texts: Mapping[str, str], locale: str) -> str:
    """A text in `locale`, or else in Spanish."""
    return texts.get(locale) or texts["es"]


def parse(data: Mapping[str, Any]) -> Framework:
    """The framework that framework.toml holds. Raises KeyError or ValueError for one that is not whole."""
    areas = tuple(
        Area(area["code"], _texts(area), tuple(_competency(one) for one in area["competencies"]))
        for area in data["areas"]
    )
    by_code = {one.code: one for area in areas for one in area.competencies}
    if len(by_code) != sum(len(area.competencies) for area in areas):
        raise ValueError("two competencies with one code")
    return Framework(data["version"], areas, MappingProxyType(by_code))


def _texts(entry: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({"es": entry["es"], "en": entry["en"]})


def _competency(entry: Mapping[str, Any]) -> Competency:
    return Competency(entry["code"], _texts(entry), tuple(_texts(one) for one in entry["indicators"]))


@cache
def framework() -> Framework:
    """The framework in use."""
    with (Path(__file__).parent / "framework.toml").open("rb") as file:
        return parse(tomllib.load(file))
