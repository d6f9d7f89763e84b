"""Federations: identity, bodies, texts and agreements."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("federations", sa.Column("languages", sa.JSON(), nullable=False, server_default='["es", "en"]'))
    op.add_column("federations", sa.Column("look", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("federations", sa.Column("retention", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("documents", sa.Column("markdown", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("documents", sa.Column("asks_again", sa.Boolean(), nullable=False, server_default=sa.true()))
    _associations()
    _drafts()
    _recognitions()
    with op.batch_alter_table("services") as services:
        services.add_column(sa.Column("association_id", sa.Uuid(), nullable=True))
        services.add_column(sa.Column("closed_at", lms.db.Moment(timezone=True), nullable=True))
        services.create_foreign_key(
            "fk_services_association_id_federation_id_associations",
            "associations",
            ["association_id", "federation_id"],
            ["id", "federation_id"],
        )
    op.create_index(
        "uq_services_open_name",
        "services",
        ["federation_id", "name"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    _freeze()


def _associations() -> None:
    op.create_table(
        "associations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", lms.db.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", lms.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_associations_federation_id_federations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_associations")),
        sa.UniqueConstraint("id", "federation_id", name=op.f("uq_associations_id_federation_id")),
    )
    op.create_index(
        "uq_associations_open_name",
        "associations",
        ["federation_id", "name"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _drafts() -> None:
    op.create_table(
        "document_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("markdown", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("saved_at", lms.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_document_drafts_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_document_drafts_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_drafts")),
        sa.UniqueConstraint(
            "federation_id", "kind", "person_id", name=op.f("uq_document_drafts_federation_id_kind_person_id")
        ),
    )
    op.create_index("ix_document_drafts_person_id", "document_drafts", ["person_id"])


def _recognitions() -> None:
    op.create_table(
        "recognitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognising_id", sa.Uuid(), nullable=False),
        sa.Column("recognised_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", lms.db.Moment(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", lms.db.Moment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", lms.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("what IN ('certificates', 'courses')", name=op.f("ck_recognitions_what_known")),
        sa.CheckConstraint("recognising_id <> recognised_id", name=op.f("ck_recognitions_not_of_oneself")),
        sa.CheckConstraint(
            "proposed_by_id IN (recognising_id, recognised_id)", name=op.f("ck_recognitions_proposed_by_a_party")
        ),
        sa.CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> proposed_by", name=op.f("ck_recognitions_two_people")
        ),
        sa.CheckConstraint(
            "(accepted_by IS NULL) = (accepted_at IS NULL)", name=op.f("ck_recognitions_accepted_whole")
        ),
        sa.ForeignKeyConstraint(
            ["recognising_id"], ["federations.id"], name=op.f("fk_recognitions_recognising_id_federations")
        ),
        sa.ForeignKeyConstraint(
            ["recognised_id"], ["federations.id"], name=op.f("fk_recognitions_recognised_id_federations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
    )
    op.create_index(
        "uq_recognitions_standing",
        "recognitions",
        ["recognising_id", "recognised_id", "what"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index("ix_recognitions_recognised_id", "recognitions", ["recognised_id"])


def _freeze() -> None:
    """A published text is what people signed: no row of it changes."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER documents_no_{deed.lower()} BEFORE {deed} ON documents "
                "BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER documents_append_only BEFORE UPDATE OR DELETE ON documents "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER documents_no_update")
        op.execute("DROP TRIGGER documents_no_delete")
    else:
        op.execute("DROP TRIGGER documents_append_only ON documents")
    op.drop_index("uq_services_open_name", "services")
    with op.batch_alter_table("services") as services:
        services.drop_constraint("fk_services_association_id_federation_id_associations", type_="foreignkey")
        services.drop_column("closed_at")
        services.drop_column("association_id")
    for table in ("recognitions", "document_drafts", "associations"):
        op.drop_table(table)
    # Plainly, not by a new table with the old one's rows: the rows of others refer to these.
    for table, column in (
        ("documents", "asks_again"),
        ("documents", "markdown"),
        ("federations", "retention"),
        ("federations", "look"),
        ("federations", "languages"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
