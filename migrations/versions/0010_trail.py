"""The audit trail: what reading it by subject needs, what no trigger saw yet, and how far a chain was checked."""

import sqlalchemy as sa
from alembic import op

from lms.db import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

READ_BY = ("subject", "actor_id", "action", "at")


def upgrade() -> None:
    """Forth."""
    for column in READ_BY:
        op.create_index(f"ix_audit_entries_chain_{column}_number", "audit_entries", ["chain", column, "number"])
    op.create_table(
        "audit_checks",
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("whole_at", Moment(timezone=True), nullable=True),
        sa.Column("fault_number", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_checks")),
    )
    # INSERT OR REPLACE and TRUNCATE remove rows past the triggers on DELETE.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries "
            "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE chain = NEW.chain AND number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_no_replace")
    else:
        op.execute("DROP TRIGGER audit_entries_no_truncate ON audit_entries")
    op.drop_table("audit_checks")
    for column in READ_BY:
        op.drop_index(f"ix_audit_entries_chain_{column}_number", "audit_entries")
