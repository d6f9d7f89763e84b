"""The federation `demo` and its accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.db import db
from lms.demo import bodies
from lms.people import operations
from lms.people.models import Document
from lms.people.profile import operations as profile

# For a password that can be read aloud: 4 of these make 24 bits, enough for a demonstration on loopback.
WORDS = [
    "abeto",
    "acequia",
    "alero",
    "almendro",
    "andén",
    "arcilla",
    "arroyo",
    "balcón",
    "barca",
    "baúl",
    "brasa",
    "brezo",
    "brote",
    "camino",
    "campana",
    "candil",
    "cántaro",
    "cereza",
    "cesta",
    "ciruela",
    "colina",
    "cometa",
    "cordel",
    "cuenco",
    "encina",
    "escalera",
    "espiga",
    "farol",
    "fuente",
    "gaviota",
    "granada",
    "hilera",
    "higuera",
    "hoguera",
    "huerto",
    "jarra",
    "ladera",
    "lazo",
    "lienzo",
    "limonar",
    "llave",
    "loma",
    "madeja",
    "mantel",
    "marea",
    "mimbre",
    "molino",
    "muelle",
    "nogal",
    "nube",
    "olivo",
    "orilla",
    "panal",
    "patio",
    "peldaño",
    "pinar",
    "plaza",
    "puente",
    "rama",
    "ribera",
    "rocío",
    "romero",
    "sauce",
    "sendero",
]


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demonstration."""

    login: str
    name: str
    roles: tuple[str, ...]
    what: str


ACCOUNTS = (
    Account("admin", "Amparo Gil", ("admin",), "administers the federation"),
    Account("registrar", "Rocío Vega", ("registrar",), "keeps the register, decides"),
    Account("registrar2", "Lucas Prieto", ("registrar",), "the second member who decides"),
    Account("author", "Aurora Peña", ("author", "ombudsperson"), "writes courses, hears disagreements"),
    Account("trainer", "Tomás Rey", ("trainer",), "teaches editions"),
    Account("assessor", "Elena Soto", ("assessor",), "observes and assesses"),
    Account("senior", "Rosa Molina", ("senior",), "senior agent, mentor"),
    Account("senior2", "Manuel Cano", ("senior",), "senior agent, mentor"),
    Account("trainee", "Inés Campos", ("agent",), "agent in training, just begun"),
    Account("trainee2", "Julia Ferrer", ("agent",), "agent with everything earned, nothing applied for"),
    Account("agent", "Andrés Luna", ("agent",), "accredited agent, with a certificate"),
    Account(
        "professional", "Pilar Nieto", ("professional", "reference"), "professional of a service, agents turn to them"
    ),
)


PRONOUNS = {"trainee": "ella", "trainee2": "elle", "agent": "él", "senior": "ella", "assessor": "ella"}
LEGAL = ("trainee2", "Julián Ferrer Soto")  # who goes by another name than the one of their papers


def fill(password: str, now: datetime) -> tuple[UUID, dict[str, UUID]]:
    """Create federation, service and accounts, all of whom consented: (federation id, {login: person id})."""
    began = now - timedelta(days=400)
    federation = operations.create_federation(
        "demo", "Federación Entrepares", now=began, second_factor_waived=True, demo=True
    )
    documents = {
        document.kind: document.id
        for document in db.session.scalars(select(Document).where(Document.federation_id == federation.id))
    }
    accounts: dict[str, UUID] = {}
    for account in ACCOUNTS:
        person = operations.create_person(f"{account.login}@demo.test", account.name, password=password, now=began)
        accounts[account.login] = person.id
        person.pronouns = PRONOUNS.get(account.login, "")
        for role in account.roles:
            operations.give_role(federation.id, person.id, role, by=None, now=began)
        operations.acknowledge(person.id, documents["consent"], now=began)
        if account.login in ("trainee2", "agent", "senior", "senior2"):
            operations.acknowledge(person.id, documents["code-of-ethics"], now=began)
    bodies.fill(federation.id, accounts["admin"], began=began, now=now)
    profile.keep_legal_name(accounts[LEGAL[0]], LEGAL[1], now=now)
    return federation.id, accounts
