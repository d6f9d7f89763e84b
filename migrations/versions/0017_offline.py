"""Phones that keep modules: their readers' keys, and the deeds that arrived from them."""

import sqlalchemy as sa
from alembic import op

from lms.db import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "phone_keys",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phone_keys_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_phone_keys")),
    )
    op.create_table(
        "deeds",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deeds_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_deeds")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("deeds")
    op.drop_table("phone_keys")
