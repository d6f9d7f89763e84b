"""Desks that cost the same however many people are around: what they count and list is found along an index."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# name: (table, columns, of which rows)
PARTIAL = {
    "ix_mentoring_sessions_waiting": ("mentoring_sessions", ["federation_id", "written_at"], "state = 'waiting'"),
    "ix_invitations_unanswered": (
        "invitations",
        ["federation_id", "expires_at"],
        "accepted_at IS NULL AND withdrawn_at IS NULL",
    ),
    "ix_sign_ins_open": ("sign_ins", ["federation_id", "expires_at"], "ended_at IS NULL"),
}


def upgrade() -> None:
    """Forth."""
    for name, (table, columns, which) in PARTIAL.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    whole = ["federation_id", "role", "since", "until", "paused_at"]
    op.create_index("ix_memberships_of_a_role", "memberships", whole)
    op.create_index("ix_editions_federation_id_ends_on", "editions", ["federation_id", "ends_on"])
    # Both begin as these do.
    op.drop_index("ix_memberships_federation_id_role", "memberships")
    op.drop_index("ix_editions_federation_id", "editions")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_editions_federation_id", "editions", ["federation_id"])
    op.create_index("ix_memberships_federation_id_role", "memberships", ["federation_id", "role"])
    op.drop_index("ix_editions_federation_id_ends_on", "editions")
    op.drop_index("ix_memberships_of_a_role", "memberships")
    for name, (table, *_more) in PARTIAL.items():
        op.drop_index(name, table)
