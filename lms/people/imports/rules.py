"""Decisions about people from a spreadsheet: what a heading means, what is wrong with a row, how fast mails leave."""

import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import validate_email

from lms.cells import begins_formula
from lms.people.rules import normal_email

STATES = ("reading", "unreadable", "judged", "queued", "done", "refused", "dropped")
COLUMNS = ("name", "email", "role", "locale")  # in the order in which findings name them
NEEDED = ("name", "email")
MOST_BYTES = 10_000_000  # of a file
MOST_ROWS = 25_000  # with something in them
LONGEST = {"name": 120, "email": 254, "role": 80, "locale": 40}  # characters
APART = timedelta(seconds=1)  # between two mails of an import, so that other mail does not wait behind them
KEPT = timedelta(hours=24)  # what an import left in files
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn around how a text is read

# What people write above a column, and in it, in Spanish and English; compared as `plain` makes them.
HEADINGS = {
    "name": ("nombre", "nombre elegido", "nombre y apellidos", "persona", "name", "chosen name", "full name"),
    "email": (
        "correo", "correo electrónico", "correo-e", "email", "e-mail", "mail", "dirección de correo", "email address",
    ),
    "role": ("papel", "rol", "función", "role"),
    "locale": ("idioma", "lengua", "language", "locale"),
}  # fmt: skip
ROLE_WORDS = {
    "admin": ("administración", "administrador", "administradora", "administration", "administrator"),
    "registrar": ("registro", "register", "registry"),
    "author": ("autoría", "autoría de cursos", "autor", "autora", "authoring", "course author", "course authoring"),
    "trainer": ("formación", "formador", "formadora", "training"),
    "assessor": ("evaluación", "evaluador", "evaluadora", "assessment"),
    "senior": ("agente sénior", "sénior", "senior agent", "mentor", "mentora"),
    "agent": ("agente", "agente de apoyo mutuo", "peer support agent", "peer supporter"),
    "professional": ("profesional",),
    "reference": ("profesional de referencia", "referencia", "reference professional"),
    "ombudsperson": ("defensoría", "defensor", "defensora", "ombuds", "ombudsman"),
}
LOCALE_WORDS = {
    "es": ("español", "castellano", "spanish", "es-es"),
    "en": ("inglés", "english", "en-gb", "en-us"),
}


class Formula(str):
    """A cell that a spreadsheet would compute: its text, never its result."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A person to invite, as read from row `number` of the sheet (the headings are row 1)."""

    number: int
    name: str
    email: str
    role: str
    locale: str
    key: str  # the same for two spellings of one address


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one cell. `other` is the row that a duplicate repeats; `value` what stood there, shortened."""

    row: int
    column: str
    code: str
    value: str = ""
    other: int = 0


def plain(text: str) -> str:
    """Letters and figures in lower case, without accents: how headings, roles and languages are compared."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if c.isalnum())


def _by_word(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): name for name, known in words.items() for word in (name, *known)}


HEADING_OF, ROLE_OF, LOCALE_OF = _by_word(HEADINGS), _by_word(ROLE_WORDS), _by_word(LOCALE_WORDS)


def columns(headings: list[str]) -> list[str | None]:
    """What each column holds; None for a heading that means nothing to us."""
    return [HEADING_OF.get(plain(heading)) for heading in headings]


def shown(value: str) -> str:
    """A cell as a finding repeats it: what cannot be seen is marked, what is long is cut."""
    visible = "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in value[:60])
    return visible[:40] + ("…" if len(value) > 40 else "")


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would compute this cell."""
    return isinstance(value, Formula) or begins_formula(value)


def unprintable(value: str) -> bool:
    """Whether there are control characters, or characters that turn the direction of reading."""
    return any(unicodedata.category(c) in ("Cc", "Cs") or c in BIDI for c in value)


def address_key(email: str) -> str:
    """The same for all spellings of an address: case, Unicode form, domain in letters or in ASCII. ValueError: it is none."""
    read = validate_email(email, check_deliverability=False, test_environment=True)
    return f"{unicodedata.normalize('NFKC', read.local_part).casefold()}@{read.ascii_domain.lower()}"


def spellings(email: str) -> set[str]:
    """How an address may have been kept: as it is, with its domain in ASCII, with its domain in letters."""
    try:
        read = validate_email(email, check_deliverability=False, test_environment=True)
    except ValueError:
        return {email}
    local = email.rpartition("@")[0]
    return {email, normal_email(f"{local}@{read.ascii_domain}"), normal_email(f"{local}@{read.domain}")}


def judge(
    number: int, cells: dict[str, str], *, allowed: Container[str], role: str, locale: str
) -> tuple[Row | None, list[Finding]]:
    """A row's person, or what is wrong with it, cell by cell; `role` and `locale` stand in for empty cells.

    `allowed` are the roles to which the one who imports may invite.
    """
    values: dict[str, str] = {}
    findings: list[Finding] = []
    for column in COLUMNS:
        value = cells.get(column, "")
        code = _fault(column, value)
        if code is not None:
            findings.append(Finding(number, column, code, shown(value)))
        else:
            values[column] = unicodedata.normalize("NFC", value.strip())
    key = ""
    if "email" in values:
        email = values["email"] = normal_email(values["email"])
        try:
            key = address_key(email)
        except ValueError:
            findings.append(Finding(number, "email", "email-unreadable", shown(email)))
    if "role" in values:
        wanted = ROLE_OF.get(plain(values["role"]), "") if values["role"] else role
        if not wanted:
            code = "role-unknown" if values["role"] else "role-missing"
            findings.append(Finding(number, "role", code, shown(values["role"])))
        elif wanted not in allowed:
            findings.append(Finding(number, "role", "role-not-yours", shown(values["role"] or wanted)))
        values["role"] = wanted
    if "locale" in values:
        spoken = LOCALE_OF.get(plain(values["locale"]), "") if values["locale"] else locale
        if not spoken:
            findings.append(Finding(number, "locale", "locale-unknown", shown(values["locale"])))
        values["locale"] = spoken
    if findings:
        return None, in_order(findings)
    return Row(number, values["name"], values["email"], values["role"], values["locale"], key), []


def _fault(column: str, value: str) -> str | None:
    """What is wrong with a cell whatever its column means; None if nothing is."""
    bare = value.strip()
    if isinstance(value, Formula):
        return "formula"
    if not bare:
        return f"{column}-missing" if column in NEEDED else None
    if unprintable(bare):
        return "control-character"
    if is_formula(value):
        return "formula"
    return "too-long" if len(bare) > LONGEST[column] else None


def in_order(findings: list[Finding]) -> list[Finding]:
    """By row, and in a row by column."""
    return sorted(findings, key=lambda one: (one.row, COLUMNS.index(one.column), one.code))


def leaves_at(place: int, now: datetime) -> datetime:
    """When the mail in this place (from 0) of an import leaves."""
    return now + place * APART
