"""Questions in other languages, beside the Spanish ones that they are scored by."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.add_column("question_versions", sa.Column("translations", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("question_versions", "translations")
