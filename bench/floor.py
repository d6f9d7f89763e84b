"""The floor: what a bare Flask page costs here, with the same database settings and as much data as the page beside it.

Nobody is signed in, nothing is checked, translated or laid out: one query, one template; or one INSERT and its COMMIT.
"""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from lms import config
from lms.db import writing  # with them its listeners: the same pragmas, the same transactions

PAGE = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>{{ name }}</title></head>
<body><h1>{{ name }}</h1><ul>
{% for thing in things %}<li id="{{ thing.id }}">{{ thing.number }}. {{ thing.title.es }}, {{ thing.at.date() }}: {{ thing.text }}</li>
{% endfor %}</ul></body></html>
"""


class Base(DeclarativeBase):
    """The floor's own tables."""


class Thing(Base):
    """A row of a page, as wide as ours usually are."""

    __tablename__ = "things"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    page: Mapped[str] = mapped_column(String(40), index=True)
    owner_id: Mapped[UUID] = mapped_column(default=uuid4)
    number: Mapped[int]
    title: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    text: Mapped[str]


class Note(Base):
    """What is inserted."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


OWN = 100  # bytes of a row of the page beside its text
db = SQLAlchemy(model_class=Base)


def create_app() -> Flask:
    """The bare app on FLOOR_URL."""
    app = Flask(__name__)
    settings = config.load({"DATABASE_URL": os.environ["FLOOR_URL"]})
    app.config.from_mapping({name: settings[name] for name in settings if name.startswith("SQLALCHEMY_")})
    db.init_app(app)
    page_template = app.jinja_env.from_string(PAGE)

    @app.get("/bare")
    def bare() -> str:
        return "ok"

    @app.get("/page/<name>")
    def page(name: str) -> str:
        things = db.session.scalars(select(Thing).where(Thing.page == name).order_by(Thing.number)).all()
        return render_template(page_template, name=name, things=things)

    @app.post("/insert/<int:rows>")
    def add(rows: int) -> str:
        with writing():
            db.session.add_all(Note(text="An answer, or whatever else it is that a person keeps.") for _ in range(rows))
            db.session.commit()
        return "kept"

    return app


def make(url: str) -> None:
    """Create the floor's tables."""
    engine = create_engine(url)
    with writing():
        Base.metadata.create_all(engine)
    engine.dispose()


def fill(url: str, pages: dict[str, tuple[int, int]]) -> None:
    """Give each page its rows: {name: (rows, bytes in all)}."""
    engine = create_engine(url)
    with writing(), Session(engine) as session:
        for name, (rows, size) in pages.items():
            text = ("Nobody walks this road alone. " * (1 + size // 30))[: max(20, size // rows - OWN)]
            title = {"es": "Qué es el apoyo mutuo", "en": "What peer support is"}
            common = {"page": name, "title": title, "at": datetime.now(UTC), "text": text}
            session.add_all(Thing(number=number, **common) for number in range(rows))
        session.commit()
    engine.dispose()
