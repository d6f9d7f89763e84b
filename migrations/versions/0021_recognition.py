"""Recognition: a mentor of another federation, for as long as an agreement recognises their certificate.

Guards are written as in 0004: a name, where, and the condition under which a row is refused, the same on both databases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# The mentor is a senior agent of their own federation at a moment, and this federation recognises it then.
ENTITLED = (
    "EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = {mentor} AND m.federation_id = {theirs} "
    "AND m.role = 'senior' AND m.since <= {at} AND (m.until IS NULL OR m.until > {at}) AND m.paused_at IS NULL) "
    "AND EXISTS (SELECT 1 FROM recognitions r WHERE r.recognising_id = {here} AND r.recognised_id = {theirs} "
    "AND r.what = 'certificates' AND r.accepted_at <= {at} AND (r.ended_at IS NULL OR r.ended_at > {at}))"
)
PAIRED = (
    "(SELECT p.{column} FROM pairings p JOIN mentoring_sessions s ON s.pairing_id = p.id WHERE s.id = NEW.session_id)"
)
GUARDS = (
    (
        "pairings_recognised", "pairings", "INSERT",
        "NEW.mentor_federation_id IS NOT NULL AND NOT ("
        + ENTITLED.format(
            mentor="NEW.mentor_id", theirs="NEW.mentor_federation_id", here="NEW.federation_id", at="NEW.since"
        )
        + ")",
        "a mentor of another federation is one that this federation recognises",
    ),
    (
        "pairings_keep_their_sides", "pairings", "UPDATE",
        "OLD.federation_id <> NEW.federation_id OR OLD.person_id <> NEW.person_id OR OLD.mentor_id <> NEW.mentor_id "
        "OR COALESCE(OLD.mentor_federation_id <> NEW.mentor_federation_id, "
        "(OLD.mentor_federation_id IS NULL) <> (NEW.mentor_federation_id IS NULL))",
        "a pairing keeps its two sides",
    ),
    (
        "hours_entries_recognised", "hours_entries", "INSERT",
        PAIRED.format(column="mentor_federation_id")
        + " IS NOT NULL AND NOT ("
        + ENTITLED.format(
            mentor="NEW.signed_by", theirs=PAIRED.format(column="mentor_federation_id"), here="NEW.federation_id",
            at='NEW."at"',
        )
        + ")",
        "who signs for another federation is one that this federation recognises at that moment",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("pairings", sa.Column("mentor_federation_id", sa.Uuid(), nullable=True))
    for name, table, deed, refused, sentence in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {refused} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'; END IF; "
                "RETURN NEW; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_column("pairings", "mentor_federation_id")
