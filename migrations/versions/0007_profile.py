"""Profiles: sealed legal names, reading preferences.

Certificates issued before keep their name in the snapshot, which is frozen; those issued since have it sealed beside it.
Going back loses what was sealed: a version that cannot open it has no use for it.
"""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth. No batches: they would make the certificates' table anew, without its triggers."""
    op.create_table(
        "legal_names",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", lms.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_legal_names_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_legal_names")),
    )
    op.add_column("people", sa.Column("reading", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("dossiers", sa.Column("legal_name", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("certificates", sa.Column("sealed_name", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("certificates", "sealed_name")
    op.drop_column("dossiers", "legal_name")
    op.drop_column("people", "reading")
    op.drop_table("legal_names")
