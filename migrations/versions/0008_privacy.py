"""Privacy: who looked is found quickly; purposes of consent, copies, erasures, retention."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SIGHTS = sa.text("action IN ('file.read', 'legal-name.view')")


def upgrade() -> None:
    """Forth."""
    op.create_index(
        "ix_audit_entries_sights", "audit_entries", ["subject", "at"], sqlite_where=SIGHTS, postgresql_where=SIGHTS
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_audit_entries_sights", "audit_entries")
