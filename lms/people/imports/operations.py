"""Writes about imports: kept, started, carried out whole or not at all, dropped; mails asked for later."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from lms import audit, jobs
from lms.db import after_commit, db, transaction
from lms.ids import new_id, new_key
from lms.people import rules as people_rules
from lms.people.imports import queries, rehearsal, rules
from lms.people.imports.models import Import
from lms.people.imports.progress import Progress
from lms.people.imports.refusals import FileRefused, ImportChanged, ImportNotWaiting
from lms.people.imports.rehearsal import Judgement, Tell
from lms.people.imports.rules import Finding, Row
from lms.people.locking import hold
from lms.people.models import Invitation

INVITATIONS = Invitation.__table__


def keep(
    import_id: UUID, federation_id: UUID, *, by: UUID | None, digest: str, role: str, locale: str, now: datetime,
    judgement: Judgement | None,
) -> None:  # fmt: skip
    """Note an import, judged already or (without a judgement) to be read by a job. Call inside `transaction()`."""
    facts: dict[str, Any] = {"state": "reading"} if judgement is None else {"state": "judged", **_facts(judgement)}
    db.session.add(
        Import(
            id=import_id, federation_id=federation_id, made_by=by, made_at=now, digest=digest, role=role,
            locale=locale, **facts,
        )
    )  # fmt: skip
    db.session.flush()
    if judgement is None:
        jobs.add("import.read", now, **{"import": import_id})
    jobs.add("import.forget", now + rules.KEPT, **{"import": import_id})


def _facts(judgement: Judgement) -> dict[str, Any]:
    return asdict(judgement) | {"unread": list(judgement.unread)}


def read(import_id: UUID, *, now: datetime) -> None:
    """Judge the kept file of an import that waits for it, and note what came of it."""
    found = db.session.get(Import, import_id)
    if found is None or found.state != "reading":
        return
    facts: dict[str, Any]
    try:
        who = rehearsal.importer(found.federation_id, found.made_by, now)
        judgement = rehearsal.judge(
            import_id, who, role=found.role, locale=found.locale, now=now, tell=Progress(import_id)
        )
        facts = {"state": "judged", **_facts(judgement)}
    except FileRefused as refusal:
        facts = {"state": "unreadable", "fault": refusal.code, "facts": refusal.facts, "ended_at": now}
    except FileNotFoundError:  # forgotten meanwhile
        facts = {"state": "dropped", "ended_at": now}
    with transaction():
        _move(import_id, ("reading",), **facts)
    rehearsal.forget(import_id, "upload", "progress")


def start(import_id: UUID, *, mail: bool, now: datetime) -> None:
    """Let a judged import without findings be carried out by a job. Call inside `transaction()`. Raises ImportNotWaiting."""
    queue(import_id, mail=mail, now=now)
    jobs.add("import.carry-out", now, **{"import": import_id})


def queue(import_id: UUID, *, mail: bool, now: datetime) -> None:
    """From now on a judged import without findings may be carried out. Raises ImportNotWaiting."""
    faultless = (Import.findings == 0, Import.rows > 0, Import.made_at > now - rules.KEPT)
    if not _move(import_id, ("judged",), *faultless, state="queued", mail=mail):
        raise ImportNotWaiting


def drop(import_id: UUID, *, now: datetime) -> None:
    """Forget a list that has not been used. Call inside `transaction()`. Raises ImportNotWaiting."""
    if not _move(import_id, ("reading", "unreadable", "judged", "queued", "refused"), state="dropped", ended_at=now):
        raise ImportNotWaiting
    after_commit(lambda: rehearsal.forget(import_id))


def forget(import_id: UUID, *, now: datetime) -> None:
    """What is a day old is not kept: the files go, and what waited waits no more."""
    with transaction():
        _move(import_id, ("reading", "judged", "queued"), state="dropped", ended_at=now)
    rehearsal.forget(import_id)


def _move(import_id: UUID, states: tuple[str, ...], *conditions: Any, **values: Any) -> bool:
    """Change an import that is in one of `states`; of two at once, one does."""
    moved: Any = db.session.execute(
        update(Import).where(Import.id == import_id, Import.state.in_(states), *conditions).values(**values)
    )
    return moved.rowcount == 1


def carry_out(import_id: UUID, *, now: datetime, tell: Tell = bool) -> int:
    """Invite everybody in one transaction, judging each row again inside it: how many were invited.

    0 when it has been done before (it is done once, whoever asks how often), or was dropped. Raises ImportChanged, having
    noted what stands in the way, when a row cannot be invited any more: then nobody is.
    """
    found: list[Finding] = []
    progress = Progress(import_id)

    def tell_all(done: int) -> None:
        progress(done)
        tell(done)

    try:
        with transaction():
            invited = _invite_all(import_id, found, tell_all, now)
            if found:
                raise ImportChanged
    except ImportChanged:
        rehearsal.keep_findings(import_id, found)
        bad = len({one.row for one in found})
        with transaction():
            _move(import_id, ("queued",), state="refused", findings=len(found), bad_rows=bad, ended_at=now)
        rehearsal.forget(import_id, "rows", "progress")
        raise
    except ImportNotWaiting:
        forget(import_id, now=now)
        raise
    rehearsal.forget(import_id)
    return invited


def _invite_all(import_id: UUID, found: list[Finding], tell: Tell, now: datetime) -> int:
    if not _move(import_id, ("queued",), state="done", ended_at=now):
        return 0
    this = db.session.get_one(Import, import_id, populate_existing=True)
    hold(this.federation_id)  # nobody else invites the same people meanwhile
    who = rehearsal.importer(this.federation_id, this.made_by, now)
    listed, seen, place = hashlib.sha256(), 0, 0
    for batch in rehearsal.kept_rows(import_id, this.kept_digest):
        found += queries.standing(
            this.federation_id, batch, allowed=who.allowed, own_email=who.own_email, now=now
        )  # fmt: skip
        if not found:  # otherwise nothing more is written: the rest is only looked at, to name it all
            for invitation_id in _invite(this, batch, place, now):
                listed.update(invitation_id.bytes)
            place += len(batch)
        seen += len(batch)
        tell(seen)
    values = {"invited": place} | ({"mailed_at": now} if this.mail else {})
    db.session.execute(update(Import).where(Import.id == import_id).values(**values))
    audit.record(
        "people.import", f"import:{import_id}", federation_id=this.federation_id, actor_id=this.made_by, now=now,
        invited=place, file=this.digest, invitations=listed.hexdigest(), mail=this.mail,
    )  # fmt: skip
    return place


def _invite(this: Import, batch: list[Row], place: int, now: datetime) -> list[UUID]:
    """Invitations for a batch of rows, and the jobs of their mails, in two statements."""
    invitations = [
        {
            "id": new_id(), "federation_id": this.federation_id, "email": row.email, "name": row.name,
            "role": row.role, "locale": row.locale, "invited_by": this.made_by, "nonce": new_key(), "sent_at": now,
            "expires_at": rules.leaves_at(place + n, now) + people_rules.LINK_LASTS, "import_id": this.id,
            "unsent": not this.mail,
        }
        for n, row in enumerate(batch)
    ]  # fmt: skip
    db.session.execute(insert(INVITATIONS), invitations)  # type: ignore[arg-type]
    ids = [one["id"] for one in invitations]
    if this.mail:
        _send(ids, place, now)
    return ids


def _send(ids: list[UUID], place: int, now: datetime) -> None:
    payloads = [{"invitation": invitation_id} for invitation_id in ids]
    jobs.add_all("mail.invitation", rules.leaves_at(place, now), payloads, ring=False, apart=rules.APART)


def send_mails(import_id: UUID, *, by: UUID, now: datetime) -> int:
    """Let the mails of an import leave that was done without: how many. Call inside `transaction()`.

    Raises ImportNotWaiting when they have left already.
    """
    if not _move(import_id, ("done",), Import.mailed_at.is_(None), mailed_at=now):
        raise ImportNotWaiting
    this = db.session.get_one(Import, import_id, populate_existing=True)
    waiting = select(Invitation.id).where(Invitation.import_id == import_id, *queries.unsent_ones())
    place, last = 0, None
    while ids := db.session.scalars(
        (waiting.where(Invitation.id > last) if last else waiting).order_by(Invitation.id).limit(rehearsal.BATCH)
    ).all():
        latest = rules.leaves_at(place + len(ids), now) + people_rules.LINK_LASTS
        db.session.execute(
            update(Invitation).where(Invitation.id.in_(ids)).values(unsent=False, sent_at=now, expires_at=latest)
        )
        _send(list(ids), place, now)
        place, last = place + len(ids), ids[-1]
    audit.record(
        "people.import-mail", f"import:{import_id}", federation_id=this.federation_id, actor_id=by, now=now,
        mails=place,
    )  # fmt: skip
    return place


def list_digest(import_id: UUID) -> str:
    """SHA-256 over the ids of an import's invitations, in order: what the trail keeps of the list."""
    listed = hashlib.sha256()
    ids = select(Invitation.id).where(Invitation.import_id == import_id).order_by(Invitation.id)
    for invitation_id in db.session.scalars(ids).yield_per(1000):
        listed.update(invitation_id.bytes)
    return listed.hexdigest()
