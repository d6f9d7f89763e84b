"""Sessions of people on their devices: begun at sign-in, dead once ended, whatever cookie still names them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import g, request, session
from sqlalchemy import String, Text, and_, bindparam, case, cast, exists, func, select, type_coerce, update

from lms import audit, clock, policy
from lms.db import db, transaction
from lms.i18n import LOCALES
from lms.people.entry import devices
from lms.people.messages.models import Message
from lms.people.models import Acknowledgement, Document, Federation, Membership, Passkey, Person, SignIn, in_force
from lms.policy import Actor

SEEN_EVERY = timedelta(hours=1)  # how coarsely it is kept when somebody was here
# Of tables rather than classes: as entities, these few columns took as long to map as to read.
_sign_ins, _people, _federations = SignIn.__table__, Person.__table__, Federation.__table__
_memberships, _documents, _accepted = Membership.__table__, Document.__table__, Acknowledgement.__table__
_asking = _documents.alias("asking")
# The latest version that asked everybody to sign: an acceptance of it, or of a later one, stands.
_needed_consent = (
    select(func.max(_asking.c.version))
    .where(_asking.c.federation_id == _sign_ins.c.federation_id, _asking.c.kind == "consent", _asking.c.asks_again)
    .correlate(_sign_ins)
    .scalar_subquery()
)
_consented = (
    exists()
    .where(
        _accepted.c.document_id == _documents.c.id,
        _accepted.c.person_id == _sign_ins.c.person_id,
        _accepted.c.withdrawn_at.is_(None),
        _documents.c.federation_id == _sign_ins.c.federation_id,
        _documents.c.kind == "consent",
        _documents.c.version >= _needed_consent,
    )
    .correlate(_sign_ins)
)
_messages = Message.__table__
_first_unread = (
    select(_messages.c.id)
    .where(_messages.c.person_id == _sign_ins.c.person_id, _messages.c.read_at.is_(None))
    .limit(100)
    .correlate(_sign_ins)
    .subquery()
)
_unread = select(func.count()).select_from(_first_unread).correlate(_sign_ins).scalar_subquery()


def _raw(column: Any) -> Any:
    """A column as the driver gives it."""
    return type_coerce(column, String).label(column.name)


ACTOR = (
    select(
        _raw(_sign_ins.c.id),
        _raw(_sign_ins.c.person_id),
        _raw(_sign_ins.c.federation_id),
        _raw(_sign_ins.c.confirmed_at),
        _sign_ins.c.second_factor,
        _raw(func.coalesce(_sign_ins.c.seen_at, _sign_ins.c.began_at)),
        _people.c.fs_uniquifier,
        _people.c.name,
        _people.c.locale,
        _people.c.timezone,
        cast(_people.c.reading, Text),
        _federations.c.name,
        _federations.c.locale,
        cast(_federations.c.languages, Text),
        cast(_federations.c.look, Text),
        _federations.c.second_factor_waived,
        _consented,
        _unread,
        _memberships.c.role,
    )
    .select_from(
        _sign_ins.join(_people, _people.c.id == _sign_ins.c.person_id)
        .outerjoin(_federations, _federations.c.id == _sign_ins.c.federation_id)
        .outerjoin(
            _memberships,
            and_(
                _memberships.c.person_id == _sign_ins.c.person_id,
                _memberships.c.federation_id == _sign_ins.c.federation_id,
                in_force(_memberships.c, bindparam("now")),
            ),
        )
    )
    .where(
        _sign_ins.c.id == bindparam("sign_in"),
        _sign_ins.c.ended_at.is_(None),
        _sign_ins.c.expires_at > bindparam("now"),
        _people.c.active,
    )
)


class Known(NamedTuple):
    """What the rows of a session say: whose cookie it takes, when it was last used, and who acts."""

    identity: str
    seen_at: datetime
    actor: Actor


# What rows say, by the rows themselves. They are read for each request: only what they mean is kept, since telling it from
# nineteen columns took longer than reading them.
_KNOWN: dict[tuple[Any, ...], Known] = {}
MOST_KNOWN = 4_096


def load_actor() -> Actor | None:
    """The actor of this request and their roles in force, in one statement; None when nobody is signed in."""
    try:
        sign_in_id = UUID(session["sign_in"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    rows = db.session.execute(ACTOR, {"sign_in": sign_in_id, "now": clock.now()}).all()
    if not rows:
        return None
    key = tuple(map(tuple, rows))
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = _said_by(key)
    # Another identity than the cookie's: the password was changed, or everything was ended.
    if session.get("_user_id") != known.identity:
        return None
    g.seen_at = known.seen_at
    return known.actor


def _said_by(rows: Sequence[tuple[Any, ...]]) -> Known:
    """The rows of `ACTOR`, one for each role, as the driver gave them."""
    id_, person_id, federation_id, confirmed_at, second_factor, seen_at, identity, *person = rows[0]
    name, locale, timezone, reading, federation, federation_locale, languages, look, waived, consented, unread, _ = (
        person
    )
    roles = frozenset(row[-1] for row in rows if row[-1])
    owes = not second_factor and not roles.isdisjoint(policy.SECOND_FACTOR_ROLES)
    actor = Actor(
        person_id=_id(person_id),
        federation_id=_id(federation_id) if federation_id else None,
        roles=roles,
        name=name,
        locale=locale,
        timezone=timezone,
        federation_name=federation or "",
        sign_in_id=_id(id_),
        confirmed_at=_moment(confirmed_at),
        second_factor=second_factor,
        owes_second_factor=owes and waived is False,
        reading=_json(reading),
        consented=bool(consented) or federation_id is None,
        unread=unread,
        languages=_languages(federation_locale, _json(languages)),
        look=_json(look) or {},
    )
    return Known(identity, _moment(seen_at), actor)


def _id(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)


def _moment(raw: Any) -> datetime:
    """PostgreSQL gives moments, SQLite the text of one in UTC."""
    return raw.astimezone(UTC) if isinstance(raw, datetime) else datetime.fromisoformat(raw).replace(tzinfo=UTC)


def _json(raw: Any) -> Any:
    return None if raw is None else json.loads(raw)


def _languages(default: str | None, offered: list[str] | None) -> tuple[str, ...]:
    """Those that a federation offers, its own first; all of them outside a federation."""
    if default is None or not offered:
        return LOCALES
    return (default, *(one for one in offered if one != default))


def current_person() -> Person:
    """The row of whoever acts, for the few pages that change it."""
    return db.session.get_one(Person, g.actor.person_id)


def begin(person: Person, now: datetime, *, second_factor: bool, hours: int) -> SignIn:
    """Write a new session for a person who has just proved who they are; the browser's old one is forgotten."""
    federation_id = db.session.scalar(
        select(Membership.federation_id)
        .where(Membership.person_id == person.id)
        # Whoever has no role left still comes to what is theirs, where they last had one.
        .order_by(case((in_force(Membership, now), 0), else_=1), Membership.since)
        .limit(1)
    )
    replaced = session.pop("sign_in", None)
    session.pop("left", None)
    if replaced is not None:  # one browser, one session: the earlier one's cookie is dead
        db.session.execute(
            update(SignIn).where(SignIn.id == UUID(replaced), SignIn.ended_at.is_(None)).values(ended_at=now)
        )
    sign_in = SignIn(
        person_id=person.id,
        federation_id=federation_id,
        began_at=now,
        confirmed_at=now,
        expires_at=now + timedelta(hours=hours),
        second_factor=second_factor,
        device=request.headers.get("User-Agent", "")[:120],
    )
    db.session.add(sign_in)
    db.session.flush()
    session["sign_in"] = str(sign_in.id)
    devices.greet(person.id, sign_in.id, now)
    audit.record(
        "session.begin",
        f"person:{person.id}",
        federation_id=federation_id,
        actor_id=person.id,
        now=now,
        second_factor=second_factor,
    )
    return sign_in


def end(sign_in_id: UUID, person_id: UUID, now: datetime) -> bool:
    """End a session of this person; False if it is not theirs or had ended."""
    ended: Any = db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    if ended.rowcount:
        audit.record("session.end", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)
    return bool(ended.rowcount)


def end_others(person_id: UUID, kept: UUID | None, now: datetime) -> int:
    """End every session of this person but the one `kept`: how many were ended."""
    ended: Any = db.session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != (kept or UUID(int=0)))
        .values(ended_at=now)
    )
    if ended.rowcount:
        audit.record(
            "session.end-others", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now,
            count=ended.rowcount,
        )  # fmt: skip
    return int(ended.rowcount)


def confirm(sign_in_id: UUID, now: datetime, *, second_factor: bool) -> None:
    """Note that the person has proved again who they are."""
    values: dict[str, Any] = {"confirmed_at": now} | ({"second_factor": True} if second_factor else {})
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(**values))
    who: Actor = g.actor
    audit.record(
        "session.confirm", f"person:{who.person_id}", federation_id=None, actor_id=who.person_id, now=now,
        second_factor=second_factor,
    )  # fmt: skip


def note_seen(response: Any) -> Any:
    """After a deed: note, once an hour at most, that this session was used. Reading writes nothing, so it does not count."""
    if request.method == "POST" and g.get("actor") is not None:
        now = clock.now()
        if now - g.seen_at >= SEEN_EVERY:
            with transaction():
                db.session.execute(update(SignIn).where(SignIn.id == g.actor.sign_in_id).values(seen_at=now))
    return response


def raise_to_second_factor(sign_in_id: UUID) -> None:
    """This session has used a second factor."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(second_factor=True))


def act_in(sign_in_id: UUID, federation_id: UUID) -> None:
    """The person acts in this federation from now on, in this session."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(federation_id=federation_id))
    who: Actor = g.actor
    audit.record(
        "session.move", f"person:{who.person_id}", federation_id=federation_id, actor_id=who.person_id, now=clock.now()
    )


def has_second_factor(person: Person) -> bool:
    """Whether this person has an authenticator or a passkey."""
    if person.tf_totp_secret and person.tf_primary_method:
        return True
    return bool(db.session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == person.id)))


def set_locale(actor: Actor, locale: str) -> None:
    """Keep the language that a person chose."""
    with transaction():
        db.session.execute(update(Person).where(Person.id == actor.person_id).values(locale=locale))
