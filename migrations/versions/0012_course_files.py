"""Versions of courses keep the folder that they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "course_files",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=250), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_versions.id"], name=op.f("fk_course_files_version_id_course_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", "path", name=op.f("pk_course_files")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("course_files")
