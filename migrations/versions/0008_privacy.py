"""Privacy: who looked is found quickly; purposes of consent, copies, erasures, retention."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SIGHTS = sa.text("action IN ('file.read', 'legal-name.view')")

STANDING = sa.text("done_at IS NULL AND called_back_at IS NULL")
DONE = sa.text("NOT rehearsal")
MOMENT = lms.db.Moment(timezone=True)


def upgrade() -> None:
    """Forth."""
    op.create_index(
        "ix_audit_entries_sights", "audit_entries", ["subject", "at"], sqlite_where=SIGHTS, postgresql_where=SIGHTS
    )
    _asked()
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name="fk_retention_runs_federation_id_federations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retention_runs"),
    )
    op.create_index(
        "uq_retention_runs_day",
        "retention_runs",
        ["federation_id", "day"],
        unique=True,
        sqlite_where=DONE,
        postgresql_where=DONE,
    )
    {"sqlite": _sqlite, "postgresql": _postgresql}[op.get_bind().dialect.name]()


def _asked() -> None:
    """What people ask for."""
    op.create_table(
        "copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('due', 'ready', 'gone')", name="ck_copies_state_known"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_copies_person_id_people", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_copies"),
    )
    op.create_index("ix_copies_person_id", "copies", ["person_id"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'declined')", name="ck_corrections_state_known"),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> person_id", name="ck_corrections_not_oneself"),
        sa.ForeignKeyConstraint(["federation_id"], ["federations.id"], name="fk_corrections_federation_id_federations"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_corrections_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_federation_id_state", "corrections", ["federation_id", "state", "asked_at"])
    op.create_index("ix_corrections_person_id", "corrections", ["person_id"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("called_back_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_erasures_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index(
        "uq_erasures_standing",
        "erasures",
        ["person_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


# Words in records that are otherwise append-only: they may be emptied, and nothing else about the row may change.
WORDS = {"decisions": "reasons", "hours_entries": "reason", "register_acts": "reason"}


def _columns(table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]


def _sqlite() -> None:
    for table, words in WORDS.items():
        same = " AND ".join(f"OLD.{name} IS NEW.{name}" for name in _columns(table) if name != words)
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT (NEW.{words} = '' AND {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql() -> None:
    for table, words in WORDS.items():
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (NOT (NEW.{words} = '' AND to_jsonb(OLD) - '{words}' = to_jsonb(NEW) - '{words}')) "
            "EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for table in WORDS:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        for table in WORDS:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
    for table in ("retention_runs", "erasures", "corrections", "copies"):
        op.drop_table(table)
    op.drop_index("ix_audit_entries_sights", "audit_entries")
