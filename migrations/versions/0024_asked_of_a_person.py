"""Indexes for what a person is asked for over and over: their roles, with every request, and their dossiers, with each desk."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


INDEXES = {
    "ix_memberships_person_id_federation_id": ("memberships", ["person_id", "federation_id"]),
    "ix_dossiers_person_id_scheme_id": ("dossiers", ["person_id", "scheme_id"]),
}


def upgrade() -> None:
    """Forth."""
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Back."""
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table_name=table)
