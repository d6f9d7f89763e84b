"""Manifests: both standards as tools write them, and whatever else is sent under that name."""

import pytest

from courses.packages import manifest
from courses.packages.refusals import (
    LaunchMissing,
    ManifestBroken,
    ManifestForbidden,
    StandardUnknown,
    TooManyItems,
)
from tests.packages.building import HEAD_12, HEAD_2004, item, resource
from tests.packages.building import manifest as written

FILES = {"index.html", "b/otra.html"}


def test_a_manifest_of_1_2_says_what_is_opened_in_which_order() -> None:
    items = item("a", "Uno", "<adlcp:masteryscore>70</adlcp:masteryscore><adlcp:datafromlms>x</adlcp:datafromlms>")
    nested = f'<item identifier="f"><title>Carpeta</title>{item("b", "Dos")}</item>'
    found = manifest.read(
        written(
            HEAD_12, items + nested, resource("a", "index.html?x=1#y") + resource("b", "b/otra.html", "asset")
        ).encode(),
        FILES,
    )
    assert (found.standard, found.title) == ("1.2", "Escucha activa")
    assert [(one.title, one.launch, one.parameters, one.tells) for one in found.items] == [
        ("Uno", "index.html", "?x=1#y", True),
        ("Dos", "b/otra.html", "", False),
    ]
    assert found.items[0].data == {"mastery_score": "70", "launch_data": "x"}


def test_a_manifest_of_2004_with_a_base_and_a_measure() -> None:
    measure = (
        '<imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6'
        "</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing>"
    )
    resources = '<resource identifier="r-a" adlcp:scormType="sco" xml:base="b/" href="otra.html"/>'
    found = manifest.read(written(HEAD_2004, item("a", "Uno", measure), resources).encode("utf-8"), FILES)
    assert (found.standard, found.items[0].launch) == ("2004", "b/otra.html")
    assert found.items[0].data == {"scaled_passing_score": "0.6"}


ONE = item("a", "Uno"), resource("a", "index.html")
ENTITY = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BOMB = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DEEP = "".join(f'<item identifier="i{n}">' for n in range(40)) + item("a", "Uno") + "</item>" * 40


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (ENTITY + written(HEAD_12, item("a", "&e;"), ONE[1]).partition("?>")[2], ManifestForbidden),
        (BOMB + written(HEAD_12, item("a", "&b;"), ONE[1]).partition("?>")[2], ManifestForbidden),
        ('<!DOCTYPE m SYSTEM "http://127.0.0.1:9/x.dtd">' + written(HEAD_12, *ONE).partition("?>")[2], ManifestForbidden),
        (written(HEAD_12, *ONE) + " " * manifest.MOST_BYTES, ManifestForbidden),
        (written(HEAD_12, DEEP, ONE[1]), ManifestForbidden),
        ("", ManifestBroken),
        ("<manifest>", ManifestBroken),
        ("<html/>", ManifestBroken),
        (written(HEAD_12, "", ""), ManifestBroken),
        ('<?xml version="1.0" encoding="nada"?><manifest/>', ManifestBroken),
        (written(HEAD_12.replace("1.2<", "AICC<"), *ONE), StandardUnknown),
        ("<manifest/>", StandardUnknown),
        (written(HEAD_12, ONE[0], resource("a", "falta.html")), LaunchMissing),
        (written(HEAD_12, ONE[0], resource("a", "https://example.org/index.html")), LaunchMissing),
        (written(HEAD_12, ONE[0], resource("a", "../index.html")), LaunchMissing),
        (written(HEAD_12, ONE[0], resource("a", "%2e%2e/index.html")), LaunchMissing),
        (written(HEAD_12, "".join(item("a", str(n)) for n in range(101)), ONE[1]), TooManyItems),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)  # fmt: skip
def test_a_manifest_that_is_none_or_does_harm_is_refused(content: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        manifest.read(content.encode(), FILES)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\x00" * 50, b"\xef\xbb\xbf<manifest", "<manifest/>".encode("utf-16")]
)
def test_broken_bytes_are_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises((ManifestBroken, StandardUnknown)):
        manifest.read(content, FILES)
