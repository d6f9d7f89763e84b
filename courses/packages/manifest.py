"""What a package says of itself: its imsmanifest.xml, read without document types, entities or network."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from courses.packages.refusals import (
    LaunchMissing,
    ManifestBroken,
    ManifestForbidden,
    StandardUnknown,
    TooManyItems,
)

NAME = "imsmanifest.xml"
MOST_BYTES = 2_000_000
MOST_ITEMS = 100
DEEPEST = 20
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A part that is opened by itself. `data`: launch data, mastery score and the like, under the names of `DATA`."""

    title: str
    launch: str  # a path inside the package
    parameters: str
    tells: bool
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package: which standard ("1.2" or "2004"), how it is called, what can be opened in it."""

    standard: str
    title: str
    items: list[Item]


def read(content: bytes, paths: Collection[str]) -> Manifest:
    """The manifest in `content`, of a package with these files. Raises the refusals of manifests."""
    if len(content) > MOST_BYTES:
        raise ManifestForbidden
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise ManifestForbidden from error
    except (ParseError, LookupError, ValueError) as error:  # LookupError: an encoding that nobody knows
        raise ManifestBroken from error
    if _name(root.tag) != "manifest":
        raise ManifestBroken
    standard = _standard(root)
    resources = _resources(root)
    title, items = _items(root, resources)
    if not items:  # nothing is arranged: whatever speaks with the platform is opened by itself
        items = [_item(one, one) for one in resources.values() if _kind(one) == "sco"]
    if not items:
        raise ManifestBroken
    if len(items) > MOST_ITEMS:
        raise TooManyItems(most=MOST_ITEMS)
    for item in items:
        if item.launch not in paths:
            raise LaunchMissing(path=item.launch[:80])
    return Manifest(standard, title or items[0].title, items)


def _name(tag: Any) -> str:
    """A tag or attribute without its namespace: tools disagree about those."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _name(child.tag) == name]


def _child(element: Element, *names: str) -> Element | None:
    for name in names:
        found = _children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def _text(element: Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""


def _attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace and capitals (`adlcp:scormtype`, `adlcp:scormType`)."""
    return next((value for key, value in element.attrib.items() if _name(key).lower() == name), "").strip()


def _standard(root: Element) -> str:
    said = _text(_child(root, "metadata", "schemaversion")).lower()
    if said == "1.2":
        return "1.2"
    if "2004" in said or said == "cam 1.3":
        return "2004"
    if said:
        raise StandardUnknown
    spaces = {element.tag[1:].partition("}")[0] for element in root.iter() if str(element.tag).startswith("{")}
    spaces |= {key[1:].partition("}")[0] for one in root.iter() for key in one.attrib if key.startswith("{")}
    if any("adlcp_v1p3" in space for space in spaces):
        return "2004"
    if any("adlcp_rootv1p2" in space for space in spaces):
        return "1.2"
    raise StandardUnknown


def _resources(root: Element) -> dict[str, Element]:
    """The resources by identifier; each learns the folders that the elements around it name."""
    holder = _child(root, "resources")
    if holder is None:
        raise ManifestBroken
    around = _attribute(root, "base") + _attribute(holder, "base")
    found = {}
    for one in _children(holder, "resource"):
        one.set("base", around + _attribute(one, "base"))
        found[_attribute(one, "identifier")] = one
    return found


def _kind(resource: Element) -> str:
    return _attribute(resource, "scormtype").lower()


def _items(root: Element, resources: dict[str, Element]) -> tuple[str, list[Item]]:
    """The title of the organisation that counts, and its parts in their order."""
    holder = _child(root, "organizations")
    all_of_them = _children(holder, "organization") if holder is not None else []
    if holder is None or not all_of_them:
        return "", []
    default = _attribute(holder, "default")
    chosen = next((one for one in all_of_them if _attribute(one, "identifier") == default), all_of_them[0])
    found: list[Item] = []
    waiting = [(one, 1) for one in reversed(_children(chosen, "item"))]
    while waiting:
        element, depth = waiting.pop()
        if depth > DEEPEST:
            raise ManifestForbidden
        resource = resources.get(_attribute(element, "identifierref"))
        if resource is not None and _attribute(element, "isvisible").lower() != "false":
            found.append(_item(element, resource))
        if len(found) > MOST_ITEMS:
            raise TooManyItems(most=MOST_ITEMS)
        waiting += [(one, depth + 1) for one in reversed(_children(element, "item"))]
    return _text(_child(chosen, "title"))[:LONGEST_TITLE], found


def _item(element: Element, resource: Element) -> Item:
    launch, query = _place(resource)
    title = _text(_child(element, "title"))[:LONGEST_TITLE] or PurePosixPath(launch).stem[:LONGEST_TITLE]
    return Item(
        title, launch, _joined(query, _attribute(element, "parameters")), _kind(resource) == "sco", _data(element)
    )


def _place(resource: Element) -> tuple[str, str]:
    """The file that a resource opens with, and what its address says after the path."""
    address = resource.get("base", "") + _attribute(resource, "href")
    parts = urlsplit(address)
    path = PurePosixPath(unquote(parts.path))
    if parts.scheme or parts.netloc or path.is_absolute() or ".." in path.parts or not path.parts:
        raise LaunchMissing(path=address[:80])
    return str(path), (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _joined(query: str, parameters: str) -> str:
    """What an address says after its path, with the parameters of the item, as the standard joins them."""
    parameters = parameters.lstrip("?&")[:900]
    if not parameters:
        return query[:1000]
    if parameters.startswith("#"):
        return query if "#" in query else query + parameters
    query, mark, fragment = query.partition("#")
    return (f"{query}&{parameters}" if query else f"?{parameters}") + mark + fragment


# What an item's manifest says and the run-time is told, by the name of the element (in lower case).
DATA = {
    "masteryscore": "mastery_score",
    "datafromlms": "launch_data",
    "maxtimeallowed": "max_time_allowed",
    "timelimitaction": "time_limit_action",
}


def _data(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        name = _name(child.tag).lower()
        if name in DATA and (text := _text(child)[:4000]):
            found[DATA[name]] = text
    objective = _child(element, "sequencing", "objectives", "primaryObjective")
    if objective is not None and _attribute(objective, "satisfiedbymeasure").lower() == "true":
        found["scaled_passing_score"] = _text(_child(objective, "minNormalizedMeasure"))[:10] or "1.0"
    return found
