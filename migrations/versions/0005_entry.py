"""Ways in: other providers, open enrolment, devices."""

import sqlalchemy as sa
from alembic import op

from lms.db import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("connected_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_identities_person_id_people", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
        sa.UniqueConstraint("person_id", "issuer", name="uq_identities_person_id_issuer"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("known_since", Moment(timezone=True), nullable=False),
        sa.Column("last_used_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_devices_person_id_people", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.UniqueConstraint("person_id", "token_hash", name="uq_devices_person_id_token_hash"),
    )
    op.create_table(
        "open_requests",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name="fk_open_requests_invitation_id_invitations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_open_requests_edition_id_editions"),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_open_requests"),
    )
    op.create_index("ix_open_requests_edition_id", "open_requests", ["edition_id"])
    # Plain ALTERs: a table that SQLite copies would take the rows that refer to it along.
    op.add_column("sign_ins", sa.Column("seen_at", Moment(timezone=True), nullable=True))
    op.add_column("editions", sa.Column("for_everybody", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back."""
    op.drop_column("editions", "for_everybody")
    op.drop_column("sign_ins", "seen_at")
    op.drop_index("ix_open_requests_edition_id", "open_requests")
    op.drop_table("open_requests")
    op.drop_table("devices")
    op.drop_table("identities")
