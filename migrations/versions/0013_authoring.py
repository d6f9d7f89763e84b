"""Courses that are being written in the browser."""

import sqlalchemy as sa
from alembic import op

from lms.db import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _key(table: str, column: str, of: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"), **more)


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "course_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=False),
        sa.Column("saved_at", Moment(timezone=True), nullable=False),
        _key("course_drafts", "federation_id", "federations"),
        _key("course_drafts", "course_id", "courses"),
        _key("course_drafts", "begun_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_drafts")),
        sa.UniqueConstraint("course_id", name=op.f("uq_course_drafts_course_id")),
        sa.UniqueConstraint("federation_id", "slug", name=op.f("uq_course_drafts_federation_id_slug")),
    )
    op.create_table(
        "draft_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=250), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", Moment(timezone=True), nullable=False),
        _key("draft_files", "draft_id", "course_drafts", ondelete="CASCADE"),
        _key("draft_files", "saved_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_files")),
        sa.UniqueConstraint("draft_id", "path", name=op.f("uq_draft_files_draft_id_path")),
    )
    op.create_table(
        "draft_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=250), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        _key("draft_changes", "draft_id", "course_drafts", ondelete="CASCADE"),
        _key("draft_changes", "by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_changes")),
    )
    op.create_index("ix_draft_changes_draft_id_number", "draft_changes", ["draft_id", "number"])
    op.create_index(op.f("ix_draft_changes_file_id"), "draft_changes", ["file_id"])


def downgrade() -> None:
    """Back."""
    for table in ("draft_changes", "draft_files", "course_drafts"):
        op.drop_table(table)
