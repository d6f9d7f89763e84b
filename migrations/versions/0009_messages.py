"""Messages: an inbox, and how each person wants to be told."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = lms.db.Moment(timezone=True)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id_people"), ondelete="CASCADE"
    )


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "digests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        _person("digests"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_digests_person_id_day")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("mail", sa.String(length=10), nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("mail IN ('none', 'due', 'digest', 'sent', 'refused')", name=op.f("ck_messages_mail_known")),
        _person("messages"),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_messages_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_messages_digest_id_digests"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    unread, waiting = sa.text("read_at IS NULL"), sa.text("mail IN ('due', 'digest', 'refused')")
    op.create_index("ix_messages_person_id_id", "messages", ["person_id", "id"])
    op.create_index("ix_messages_digest_id", "messages", ["digest_id"])
    op.create_index("ix_messages_unread", "messages", ["person_id"], sqlite_where=unread, postgresql_where=unread)
    op.create_index(
        "ix_messages_not_gone",
        "messages",
        ["mail", "federation_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "message_wishes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind_group", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.CheckConstraint("way IN ('now', 'digest', 'inbox')", name=op.f("ck_message_wishes_way_known")),
        _person("message_wishes"),
        sa.PrimaryKeyConstraint("person_id", "kind_group", name=op.f("pk_message_wishes")),
    )
    op.create_table(
        "message_discretions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.CheckConstraint("level IN ('open', 'discreet', 'strict')", name=op.f("ck_message_discretions_level_known")),
        _person("message_discretions"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_message_discretions")),
    )


def downgrade() -> None:
    """Back."""
    for table in ("message_discretions", "message_wishes", "messages", "digests"):
        op.drop_table(table)
