"""Roles: dated, paused; and the separation of duties, held by the database.

Each guard below is named, says whom it refuses, and is written once as a condition under which a row is refused; the two
databases differ only in how a trigger is made.
"""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD_ROLES = ("admin", "registrar", "author", "trainer", "assessor", "senior", "agent", "professional")
ROLES = (*OLD_ROLES, "reference", "ombudsperson")

# Whoever accompanied a person, or signed hours of theirs, or observed them: in any federation, whether it counts or not.
ACCOMPANIED = (
    "EXISTS (SELECT 1 FROM pairings p WHERE p.person_id = {person} AND p.mentor_id = {who}) "
    "OR EXISTS (SELECT 1 FROM hours_entries h WHERE h.person_id = {person} AND {who} IN (h.mentor_id, h.signed_by))"
)
OBSERVED = "EXISTS (SELECT 1 FROM observations o WHERE o.person_id = {person} AND o.assessor_id = {who})"
DOSSIER = "(SELECT d.{column} FROM dossiers d WHERE d.id = NEW.dossier_id)"
SESSION = "(SELECT s.{column} FROM mentoring_sessions s WHERE s.id = NEW.session_id)"


def _took_part(who: str) -> str:
    """`who` is the candidate of the row's dossier, or has mentored or assessed them."""
    person = DOSSIER.format(column="person_id")
    return (
        f"{who} = {person} OR {ACCOMPANIED.format(person=person, who=who)} OR {OBSERVED.format(person=person, who=who)}"
    )


def _votes(verdict: str) -> str:
    return f"(SELECT count(*) FROM decisions v WHERE v.dossier_id = NEW.id AND v.verdict = '{verdict}')"


# (name, table, deed, condition under which it is refused, sentence)
GUARDS = (
    (
        "hours_entries_second_pair_of_eyes", "hours_entries", "INSERT",
        f"NEW.person_id <> {SESSION.format(column='person_id')} "
        f"OR NEW.signed_by IN ({SESSION.format(column='author_id')}, {SESSION.format(column='person_id')})",
        "nobody signs hours that they wrote or that are theirs",
    ),
    (
        "decisions_apart", "decisions", "INSERT",
        f"NEW.person_id <> {DOSSIER.format(column='person_id')} OR {_took_part('NEW.member_id')}",
        "who decides is neither the candidate nor their mentor nor their assessor",
    ),
    (
        "dossiers_decided_by_two", "dossiers", "UPDATE",
        "NEW.state <> OLD.state AND ("
        f"(NEW.state = 'approved' AND (OLD.state <> 'open' OR {_votes('approve')} < 2)) "
        f"OR (NEW.state = 'refused' AND (OLD.state <> 'open' OR {_votes('refuse')} < 2)) "
        "OR (NEW.state = 'issued' AND OLD.state <> 'approved') OR NEW.state = 'open')",
        "a dossier is decided by two members who agree, and issued once approved",
    ),
    (
        "certificates_apart", "certificates", "INSERT",
        f"NEW.person_id <> {DOSSIER.format(column='person_id')} OR {_took_part('NEW.issued_by')}",
        "who issues is neither the holder nor their mentor nor their assessor",
    ),
    (
        "register_acts_not_own", "register_acts", "INSERT",
        "NEW.\"by\" = (SELECT c.person_id FROM certificates c WHERE c.id = NEW.certificate_id)",
        "nobody acts on a certificate of their own",
    ),
    (
        "observations_not_by_mentor", "observations", "INSERT",
        ACCOMPANIED.format(person="NEW.person_id", who="NEW.assessor_id"),
        "the mentor is not the assessor",
    ),
    (
        "pairings_not_with_assessor", "pairings", "INSERT",
        OBSERVED.format(person="NEW.person_id", who="NEW.mentor_id"),
        "the assessor is not the mentor",
    ),
    (
        "memberships_keep_their_past", "memberships", "UPDATE",
        "OLD.id <> NEW.id OR OLD.person_id <> NEW.person_id OR OLD.federation_id <> NEW.federation_id "
        "OR OLD.role <> NEW.role OR OLD.since <> NEW.since OR COALESCE(OLD.given_by <> NEW.given_by, "
        "(OLD.given_by IS NULL) <> (NEW.given_by IS NULL)) "
        "OR (OLD.until IS NOT NULL AND (NEW.until IS NULL OR NEW.until > OLD.until)) "
        "OR (OLD.taken_by IS NOT NULL AND COALESCE(OLD.taken_by <> NEW.taken_by, TRUE))",
        "a role keeps whose it is, what it is, and its past; it is given anew, never prolonged",
    ),
    ("memberships_stay", "memberships", "DELETE", "TRUE", "roles are never deleted"),
)  # fmt: skip


OLD_CHECKS = {
    "role_known": f"role IN {OLD_ROLES!r}",
    "not_given_to_oneself": "given_by IS NULL OR given_by <> person_id",
}
CHECKS = OLD_CHECKS | {
    "role_known": f"role IN {ROLES!r}",
    "not_paused_by_oneself": "paused_by IS NULL OR paused_by <> person_id",
    "ends_after_it_begins": "until IS NULL OR until >= since",
}


def _recheck(
    before: dict[str, str], after: dict[str, str], columns: tuple[sa.Column, ...], drop: tuple[str, ...]
) -> None:
    """Give memberships other columns and checks; in two steps, since SQLite's table is made anew under the same names."""
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    with op.batch_alter_table("memberships") as batch:
        for name in changed:
            if name in before:
                batch.drop_constraint(op.f(f"ck_memberships_{name}"), type_="check")
        for column in columns:
            batch.add_column(column)
    with op.batch_alter_table("memberships") as batch:
        for name in changed:
            if name in after:
                batch.create_check_constraint(op.f(f"ck_memberships_{name}"), after[name])
        for name in drop:
            batch.drop_column(name)


def upgrade() -> None:
    paused = (
        sa.Column("paused_at", lms.db.Moment(timezone=True), nullable=True),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
    )
    _recheck(OLD_CHECKS, CHECKS, paused, ())
    for name, table, deed, refused, sentence in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        else:
            # A function of its own: a trigger's WHEN may not look into other tables.
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {refused} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'; END IF; "
                f"RETURN {'OLD' if deed == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    # The older version knows neither the newer roles nor a pause: such roles end where they stand.
    new = tuple(set(ROLES) - set(OLD_ROLES))
    op.execute(
        "UPDATE memberships SET until = paused_at WHERE paused_at IS NOT NULL AND until IS NULL AND paused_at >= since"
    )
    op.execute(f"UPDATE memberships SET role = 'professional', until = COALESCE(until, since) WHERE role IN {new!r}")
    _recheck(CHECKS, OLD_CHECKS, (), ("paused_by", "paused_at"))
