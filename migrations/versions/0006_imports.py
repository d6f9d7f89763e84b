"""Imports of people."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = "('reading', 'unreadable', 'judged', 'queued', 'done', 'refused', 'dropped')"


def upgrade() -> None:
    op.create_table(
        "people_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", lms.db.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("kept_digest", sa.String(length=64), nullable=False),
        sa.Column("ended_at", lms.db.Moment(timezone=True), nullable=True),
        sa.Column("mailed_at", lms.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_people_imports_state_known")),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_people_imports_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_people_imports_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_imports")),
    )
    op.create_index(op.f("ix_people_imports_federation_id"), "people_imports", ["federation_id"])
    with op.batch_alter_table("invitations") as invitations:
        invitations.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        invitations.add_column(sa.Column("unsent", sa.Boolean(), nullable=False, server_default=sa.false()))
        invitations.create_foreign_key(
            op.f("fk_invitations_import_id_people_imports"),
            "people_imports",
            ["import_id"],
            ["id"],
            ondelete="SET NULL",
        )
        invitations.create_index(op.f("ix_invitations_import_id"), ["import_id"])
        invitations.drop_index(op.f("ix_invitations_federation_id"))
        invitations.create_index("ix_invitations_federation_id_email", ["federation_id", "email"])


def downgrade() -> None:
    with op.batch_alter_table("invitations") as invitations:
        invitations.drop_index("ix_invitations_federation_id_email")
        invitations.create_index(op.f("ix_invitations_federation_id"), ["federation_id"])
        invitations.drop_index(op.f("ix_invitations_import_id"))
        invitations.drop_constraint(op.f("fk_invitations_import_id_people_imports"), type_="foreignkey")
        invitations.drop_column("unsent")
        invitations.drop_column("import_id")
    op.drop_index(op.f("ix_people_imports_federation_id"), table_name="people_imports")
    op.drop_table("people_imports")
