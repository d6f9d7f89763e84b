"""People, the federations they belong to, their roles, ways in and consents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms import clock
from lms.db import Base
from lms.ids import new_id
from lms.policy import ROLES


class Federation(Base):
    """Who trains, accredits, issues and answers for certificates."""

    __tablename__ = "federations"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(5), default="es")
    languages: Mapped[list[Any]] = mapped_column(default=lambda: ["es", "en"])  # offered; `locale` among them
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Madrid")
    look: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {logo: {digest, width, height}, act, people}
    retention: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {kind: months}; rules.RETENTION has the defaults
    crisis_contacts: Mapped[list[Any]] = mapped_column(default=list)  # [{name, number, note}]
    crisis_reviewed_on: Mapped[date | None]
    second_factor_waived: Mapped[bool] = mapped_column(default=False)  # only for demonstrations
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Service(Base):
    """Where agents work: a mental-health unit, a centre. Closed with a date, never deleted."""

    __tablename__ = "services"
    __table_args__ = (
        ForeignKeyConstraint(["association_id", "federation_id"], ["associations.id", "associations.federation_id"]),
        Index(
            "uq_services_open_name",
            "federation_id",
            "name",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    association_id: Mapped[UUID | None]  # of the same federation
    name: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]


class Role(Base, RoleMixin):
    """Flask-Security wants a role table; ours are memberships, so this one stays empty."""

    __tablename__ = "security_roles"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Person(Base, UserMixin):
    """An account. The id is random (not in order of creation): it stands in the audit trail for the person."""

    __tablename__ = "people"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))  # the chosen name
    pronouns: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="es")
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Madrid")
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)  # only what differs; profile.reading knows it
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]  # the time step of the code used last: a code opens once
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    created_at: Mapped[datetime]
    webauthn: Mapped[list["Passkey"]] = relationship(back_populates="user", cascade="all, delete", lazy="select")

    @property
    def roles(self) -> list[Role]:
        """Flask-Security's view of roles; permissions are ours (`lms.policy`)."""
        return []


class Passkey(Base):
    """A WebAuthn credential, as Flask-Security keeps it."""

    __tablename__ = "passkeys"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)  # Flask-Security leaves it out
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    user: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the person of this credential."""
        return {"id": self.user_id}


class Membership(Base):
    """A role of a person in a federation, dated, with who gave and who took it. Never deleted, nor given a new past.

    `until` may lie ahead (an end that was set when the role was given: `taken_by` stays empty), and so may `since`.
    While `paused_at` is set the person's account is deactivated in the federation: the role counts for nothing.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role_known"),
        CheckConstraint("given_by IS NULL OR given_by <> person_id", name="not_given_to_oneself"),
        CheckConstraint("paused_by IS NULL OR paused_by <> person_id", name="not_paused_by_oneself"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
        # A role is held once at a time.
        Index(
            "uq_memberships_held",
            "person_id",
            "federation_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        # Who holds a role is counted from it alone. Without the person: SQLite would ask it, and not the next, who acts.
        Index("ix_memberships_of_a_role", "federation_id", "role", "since", "until", "paused_at"),
        # Asked for by every request: without it SQLite looked through everybody in the federation.
        Index("ix_memberships_person_id_federation_id", "person_id", "federation_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    given_by: Mapped[UUID | None]
    taken_by: Mapped[UUID | None]  # the person themselves: they left it
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[UUID | None]


def in_force(roles: Any, now: Any) -> ColumnElement[bool]:
    """The condition under which a role counts at `now`. `roles`: Membership, or the columns of its table.

    The one place that says so: whoever reads roles uses it.
    """
    return and_(roles.since <= now, or_(roles.until.is_(None), roles.until > now), roles.paused_at.is_(None))


def standing(roles: Any, now: Any) -> ColumnElement[bool]:
    """The condition under which a role is not over at `now`: in force, to come, or paused. What was taken before it began is."""
    return or_(roles.until.is_(None), and_(roles.until > now, roles.until > roles.since))


class Invitation(Base):
    """A way in: single use, expiring. The link is signed over id and nonce; a resend draws a new nonce."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_federation_id_email", "federation_id", "email"),
        Index(
            "ix_invitations_unanswered",
            "federation_id",
            "expires_at",
            sqlite_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(5), default="es")
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # None: from the command line
    nonce: Mapped[str] = mapped_column(String(32))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_imports.id", ondelete="SET NULL"), index=True)
    unsent: Mapped[bool] = mapped_column(default=False, server_default=false())  # no mail has been asked for


class SignIn(Base):
    """A session of a person on a device. What is ended here is dead, whatever cookie still names it."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index(
            "ix_sign_ins_open",
            "federation_id",
            "expires_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    federation_id: Mapped[UUID | None] = mapped_column(ForeignKey("federations.id"))  # where the person acts now
    began_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]  # the last deed, to the hour; None: none since it began
    ended_at: Mapped[datetime | None]
    second_factor: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(120), default="")


class Document(Base):
    """A version of a text that people accept: consent, code of ethics, role document. Never edited."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("federation_id", "kind", "version"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    kind: Mapped[str] = mapped_column(String(40))  # consent | code-of-ethics | role-document | other-…
    version: Mapped[int]
    title: Mapped[dict[str, Any]]  # {locale: text}, as are html and markdown
    html: Mapped[dict[str, Any]]
    markdown: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it was written in; empty for the oldest
    asks_again: Mapped[bool] = mapped_column(default=True)  # False: whoever accepted the one before need not sign again
    published_at: Mapped[datetime]


class Acknowledgement(Base):
    """A person accepted a version of a document; for consent, perhaps withdrew it later."""

    __tablename__ = "acknowledgements"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_acknowledgements_standing",
            "person_id",
            "document_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
