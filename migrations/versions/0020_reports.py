"""In which service people say that they work."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "workplaces",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", lms.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_workplaces_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_workplaces_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_workplaces_service_id_services")),
        sa.PrimaryKeyConstraint("person_id", "federation_id", name=op.f("pk_workplaces")),
    )
    op.create_index(op.f("ix_workplaces_service_id"), "workplaces", ["service_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("workplaces")
