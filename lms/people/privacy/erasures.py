"""Erasing a person: asked for, called back while there is time, then done by a job that may be stopped anywhere."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select, update

from lms import audit, jobs, storage
from lms.db import db, insert_once, transaction
from lms.ids import new_id
from lms.people import roles
from lms.people.messages import operations as messages
from lms.people.models import Federation, Membership, Person, in_force
from lms.people.privacy.holdings import Asked, Call, Clear, Delete, Holding, Side, held, theirs
from lms.people.privacy.models import Erasure
from lms.people.privacy.refusals import ErasureUnderWay, LastAdminStays, TooLateToCallBack, WordMissing
from lms.people.privacy.rules import confirms, erasure_due


def standing(person_id: UUID) -> Erasure | None:
    """The erasure that a person has asked for and not called back."""
    return db.session.scalar(
        select(Erasure).where(
            Erasure.person_id == person_id, Erasure.done_at.is_(None), Erasure.called_back_at.is_(None)
        )
    )


def alone_in(person_id: UUID, now: datetime) -> list[str]:
    """The names of the federations that nobody else administers, for the page: `ask` judges it again."""
    others = Membership.__table__.alias("others").c
    someone_else = (
        select(others.id)
        .join(Person, Person.id == others.person_id)
        .where(
            others.federation_id == Membership.federation_id, others.role == "admin", others.until.is_(None),
            in_force(others, now), others.person_id != person_id, Person.active,
        )
    )  # fmt: skip
    return list(
        db.session.scalars(
            select(Federation.name)
            .join(Membership, Membership.federation_id == Federation.id)
            .where(
                Membership.person_id == person_id,
                Membership.role == "admin",
                in_force(Membership, now),
                ~someone_else.exists(),
            )
            .order_by(Federation.name)
        )
    )


def _refuse_last_admin(person_id: UUID, now: datetime) -> None:
    if alone := roles.only_admin_in(person_id, now=now):
        raise LastAdminStays(federation=db.session.get_one(Federation, alone[0]).name)


def ask(person_id: UUID, federation_id: UUID | None, typed: str, *, now: datetime) -> None:
    """Ask to be erased. Raises WordMissing, LastAdminStays, ErasureUnderWay."""
    if not confirms(typed):
        raise WordMissing
    _refuse_last_admin(person_id, now)
    values: dict[str, Any] = {"id": new_id(), "person_id": person_id, "asked_at": now, "due_at": erasure_due(now)}
    if not insert_once(Erasure, values):
        raise ErasureUnderWay
    audit.record("erasure.ask", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now)
    messages.tell(person_id, "erasure-asked", federation_id=federation_id, now=now)
    jobs.add("privacy.erase", values["due_at"], erasure=values["id"])


def call_back(person_id: UUID, federation_id: UUID | None, *, now: datetime) -> None:
    """Stay after all. Raises TooLateToCallBack."""
    called: Any = db.session.execute(
        update(Erasure)
        .where(
            Erasure.person_id == person_id, Erasure.done_at.is_(None), Erasure.called_back_at.is_(None),
            Erasure.due_at > now,
        )
        .values(called_back_at=now)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if called.rowcount != 1:
        raise TooLateToCallBack
    audit.record("erasure.call-back", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now)


# --- Carrying it out --------------------------------------------------------------------------------------------------


def carry_out(erasure_id: UUID, *, now: datetime) -> None:
    """Do what was asked for, if it still stands and is due. Stopped anywhere and run again, it ends as if run once.

    Files go first: nobody can call the erasure back any more, and afterwards nothing would tell whose they were.
    Raises LastAdminStays when meanwhile nobody else administers a federation.
    """
    erasure = db.session.get(Erasure, erasure_id)
    if erasure is None or erasure.called_back_at is not None or erasure.due_at > now:
        return
    if erasure.done_at is None:
        person = db.session.get_one(Person, erasure.person_id)
        asked = Asked(person.id, person.email)
        with transaction():
            _refuse_last_admin(asked.id, now)
        _remove_files(asked)
        with transaction():
            _refuse_last_admin(asked.id, now)
            erase(asked, now=now)
            db.session.execute(update(Erasure).where(Erasure.id == erasure_id).values(done_at=now))
    wipe()


def erase(asked: Asked, *, now: datetime) -> None:
    """Carry out every holding's deeds, what hangs on a row before the row; the chains of the trail stay whole."""
    chains = set(
        db.session.scalars(select(Membership.federation_id).where(Membership.person_id == asked.id).distinct())
    )
    for holding in reversed(held()):
        for side in holding.sides:
            for deed in side.erase:
                _do(holding, side, deed, asked, now)
    db.session.expire_all()
    for chain in (None, *sorted(chains, key=str)):
        audit.record("person.erase", f"person:{asked.id}", federation_id=chain, actor_id=None, now=now)


def _do(holding: Holding, side: Side, deed: Any, asked: Asked, now: datetime) -> None:
    if isinstance(deed, Call):
        deed.act(asked, now)
        return
    if not isinstance(deed, Delete | Clear):
        return
    mine = [theirs(holding, side, asked), *([deed.where()] if deed.where else [])]
    if isinstance(deed, Delete):
        db.session.execute(delete(holding.table).where(*mine))
        return
    values = {name: value(asked, now) if callable(value) else value for name, value in deed.values.items()}
    db.session.execute(update(holding.table).where(*mine).values(**values))


def _remove_files(asked: Asked) -> None:
    for holding in held():
        for _name, stored in holding.files(asked) if holding.files else ():
            storage.remove(stored)
        for stored in holding.leftovers(asked) if holding.leftovers else ():
            storage.remove(stored)
    _remove_mails(asked)
    db.session.rollback()


def _remove_mails(asked: Asked) -> None:
    """Mails that a `file:` MAIL_URL wrote instead of sending them. What was sent lies with its receiver."""
    where = urlsplit(str(current_app.config["MAIL_URL"]))
    folder = Path(where.path)
    if where.scheme == "file" and folder.is_dir():
        for path in folder.iterdir():
            if path.is_file() and asked.email.encode() in path.read_bytes():
                path.unlink(missing_ok=True)


def wipe() -> None:
    """Make the database forget the bytes of what was deleted: free pages, dead rows and the write-ahead log."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        try:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.cursor().execute(statement)
        finally:
            connection.close()
        return
    tables = ", ".join(sorted(holding.table.name for holding in held()))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as open_:
        open_.exec_driver_sql(f"VACUUM {tables}")
