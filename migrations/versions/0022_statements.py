"""xAPI statements: where a federation's go, under which names, and what has not left yet."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = lms.db.Moment(timezone=True)


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "lrs_links",
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("login", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        _federation("lrs_links"),
        sa.PrimaryKeyConstraint("federation_id", name=op.f("pk_lrs_links")),
    )
    op.create_table(
        "lrs_names",
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        _federation("lrs_names"),
        _person("lrs_names"),
        sa.PrimaryKeyConstraint("federation_id", "person_id", name=op.f("pk_lrs_names")),
    )
    op.create_index("ix_lrs_names_person_id", "lrs_names", ["person_id"])
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.CheckConstraint("state IN ('due', 'refused')", name=op.f("ck_statements_state_known")),
        _federation("statements"),
        _person("statements"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_person_id", "statements", ["person_id"])
    op.create_index("ix_statements_federation_id_state_id", "statements", ["federation_id", "state", "id"])


def _federation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["federation_id"], ["federations.id"], name=op.f(f"fk_{table}_federation_id_federations")
    )


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id_people"), ondelete="CASCADE"
    )


def downgrade() -> None:
    """Back."""
    for table in ("statements", "lrs_names", "lrs_links"):
        op.drop_table(table)
