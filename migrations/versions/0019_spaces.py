"""Talk in editions, in the network of agents, and between a learner and those who teach."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _fk(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **more)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, lms.db.Moment(timezone=True), nullable=nullable)


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _threads() -> None:
    op.create_table(
        "talk_threads",
        _id("id"),
        _id("federation_id"),
        _id("edition_id", nullable=True),
        _id("enrolment_id", nullable=True),
        _id("lesson_id", nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        _id("author_id"),
        _moment("begun_at"),
        _moment("last_at"),
        _id("last_by"),
        sa.Column("posts", sa.Integer(), nullable=False),
        _moment("closed_at", nullable=True),
        sa.CheckConstraint("kind IN ('talk', 'announcement', 'hand')", name=op.f("ck_talk_threads_kind_known")),
        sa.CheckConstraint(
            "(kind = 'hand') = (enrolment_id IS NOT NULL)", name=op.f("ck_talk_threads_hand_is_somebody_s")
        ),
        sa.CheckConstraint("kind = 'talk' OR edition_id IS NOT NULL", name=op.f("ck_talk_threads_in_an_edition")),
        _fk("talk_threads", "federation_id", "federations"),
        _fk("talk_threads", "edition_id", "editions"),
        _fk("talk_threads", "enrolment_id", "enrolments", ondelete="CASCADE"),
        _fk("talk_threads", "lesson_id", "lessons"),
        _fk("talk_threads", "author_id", "people"),
        _fk("talk_threads", "last_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_threads")),
    )
    op.create_index("ix_talk_threads_edition_id_last_at", "talk_threads", ["edition_id", "last_at"])
    for column in ("enrolment_id", "author_id", "last_by"):
        op.create_index(op.f(f"ix_talk_threads_{column}"), "talk_threads", [column])
    network, hand = sa.text("edition_id IS NULL"), sa.text("kind = 'hand'")
    op.create_index(
        "ix_talk_threads_network", "talk_threads", ["federation_id", "last_at"],
        sqlite_where=network, postgresql_where=network,
    )  # fmt: skip
    op.create_index(
        "uq_talk_threads_hand", "talk_threads", ["enrolment_id"], unique=True, sqlite_where=hand, postgresql_where=hand
    )


def upgrade() -> None:
    """Forth."""
    _threads()
    op.create_table(
        "talk_posts",
        _id("id"),
        _id("thread_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("author_id"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("notice", sa.String(length=120), nullable=False),
        _moment("at"),
        _moment("edited_at", nullable=True),
        _moment("removed_at", nullable=True),
        _id("removed_by", nullable=True),
        _fk("talk_posts", "thread_id", "talk_threads", ondelete="CASCADE"),
        _fk("talk_posts", "author_id", "people"),
        _fk("talk_posts", "removed_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_posts")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_talk_posts_thread_id_number")),
    )
    op.create_index("ix_talk_posts_author_id_at", "talk_posts", ["author_id", "at"])
    op.create_index(op.f("ix_talk_posts_removed_by"), "talk_posts", ["removed_by"])
    for table, key in (("talk_follows", "thread_id"), ("talk_flags", "post_id")):
        op.create_table(
            table,
            _id(key),
            _id("person_id"),
            *([_moment("at")] if table == "talk_flags" else []),
            _fk(table, key, f"talk_{key.removesuffix('_id')}s", ondelete="CASCADE"),
            _fk(table, "person_id", "people", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(key, "person_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    """Back."""
    for table in ("talk_flags", "talk_follows", "talk_posts", "talk_threads"):
        op.drop_table(table)
