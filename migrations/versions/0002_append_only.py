"""Triggers: what was recorded is not edited or removed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entries", "register_acts", "hours_entries", "question_versions", "scheme_versions", "decisions")
# The facts of a certificate, once issued.
FROZEN = (
    "id",
    "federation_id",
    "dossier_id",
    "person_id",
    "code",
    "serial",
    "digest",
    "issued_at",
    "issued_by",
    "valid_until",
)


def _sqlite() -> None:
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        f"CREATE TRIGGER certificates_frozen BEFORE UPDATE OF {', '.join((*FROZEN, 'snapshot'))} ON certificates "
        "BEGIN SELECT RAISE(ABORT, 'the facts of a certificate are frozen'); END"
    )
    op.execute(
        "CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates "
        "BEGIN SELECT RAISE(ABORT, 'certificates are never deleted'); END"
    )
    op.execute(
        "CREATE TRIGGER certificates_revoked_stay BEFORE UPDATE OF state ON certificates "
        "WHEN OLD.state = 'revoked' AND NEW.state <> 'revoked' "
        "BEGIN SELECT RAISE(ABORT, 'what is revoked never comes back'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FROZEN)
    op.execute(
        "CREATE TRIGGER certificates_frozen BEFORE UPDATE ON certificates FOR EACH ROW "
        f"WHEN ({changed} OR OLD.snapshot::text IS DISTINCT FROM NEW.snapshot::text "
        "OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    {"sqlite": _sqlite, "postgresql": _postgresql}[op.get_bind().dialect.name]()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        for name in ("frozen", "no_delete", "revoked_stay"):
            op.execute(f"DROP TRIGGER certificates_{name}")
    else:
        op.execute("DROP FUNCTION refuse_change() CASCADE")
