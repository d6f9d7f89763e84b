"""Lessons have a variant in plain language."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.add_column("lessons", sa.Column("plain", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Back."""
    op.drop_column("lessons", "plain")
