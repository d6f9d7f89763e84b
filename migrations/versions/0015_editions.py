"""Editions: where they meet, who waits for a seat, meetings with attendance, trainers, completion, what comes before, calendars.

Going back is refused once a certificate of completion stands in the register: it would lose what was issued.
"""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# As text, since the same works on both databases: SQLite adds a constraint only together with its column.
COLUMNS = (
    "editions ADD COLUMN setting VARCHAR(10) DEFAULT 'online' NOT NULL"
    " CONSTRAINT ck_editions_setting_known CHECK (setting IN ('online', 'in-person', 'mixed'))",
    "editions ADD COLUMN place VARCHAR(200) DEFAULT '' NOT NULL",
    "editions ADD COLUMN link VARCHAR(300) DEFAULT '' NOT NULL",
    "editions ADD COLUMN offer_hours INTEGER DEFAULT 48 NOT NULL"
    " CONSTRAINT ck_editions_offer_lasts CHECK (offer_hours > 0)",
    "enrolments ADD COLUMN state VARCHAR(10) DEFAULT 'active' NOT NULL"
    " CONSTRAINT ck_enrolments_state_known CHECK (state IN ('active', 'paused', 'left'))",
    "enrolments ADD COLUMN due_on DATE",
)


def _fk(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **more)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, lms.db.Moment(timezone=True), nullable=nullable)


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _seats_and_meetings() -> None:
    op.create_table(
        "waiting_places",
        _id("id"),
        _id("federation_id"),
        _id("edition_id"),
        _id("person_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("state", 10),
        _moment("asked_at"),
        _moment("expires_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'passed', 'gone')", name=op.f("ck_waiting_places_state_known")
        ),
        sa.CheckConstraint("(state = 'offered') = (expires_at IS NOT NULL)", name=op.f("ck_waiting_places_offer_ends")),
        _fk("waiting_places", "federation_id", "federations"),
        _fk("waiting_places", "edition_id", "editions"),
        _fk("waiting_places", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_places")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_waiting_places_edition_id_number")),
        sa.UniqueConstraint("edition_id", "person_id", name=op.f("uq_waiting_places_edition_id_person_id")),
    )
    op.create_index("ix_waiting_places_person_id", "waiting_places", ["person_id"])
    offered = sa.text("state = 'offered'")
    op.create_index(
        "ix_waiting_places_offered", "waiting_places", ["expires_at"], sqlite_where=offered, postgresql_where=offered
    )
    op.create_table(
        "meetings",
        _id("id"),
        _id("federation_id"),
        _id("edition_id"),
        _text("what", 120),
        _moment("starts_at"),
        sa.Column("minutes", sa.Integer(), nullable=False),
        _text("setting", 10),
        _text("place", 200),
        _text("link", 300),
        _moment("cancelled_at", nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("code_step", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_meetings_lasts")),
        sa.CheckConstraint("setting IN ('online', 'in-person', 'mixed')", name=op.f("ck_meetings_setting_known")),
        _fk("meetings", "federation_id", "federations"),
        _fk("meetings", "edition_id", "editions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_edition_id_starts_at", "meetings", ["edition_id", "starts_at"])
    op.create_index("ix_meetings_starts_at", "meetings", ["starts_at"])
    op.create_table(
        "edition_trainers",
        _id("edition_id"),
        _id("person_id"),
        _id("federation_id"),
        _moment("since"),
        _id("given_by"),
        _fk("edition_trainers", "edition_id", "editions"),
        _fk("edition_trainers", "person_id", "people"),
        _fk("edition_trainers", "federation_id", "federations"),
        sa.PrimaryKeyConstraint("edition_id", "person_id", name=op.f("pk_edition_trainers")),
    )
    op.create_index("ix_edition_trainers_person_id", "edition_trainers", ["person_id"])


def _attendance() -> None:
    op.create_table(
        "attendances",
        _id("meeting_id"),
        _id("enrolment_id"),
        _id("federation_id"),
        _text("state", 10),
        _text("how", 10),
        _id("noted_by"),
        _moment("noted_at"),
        sa.CheckConstraint("state IN ('present', 'absent', 'excused')", name=op.f("ck_attendances_state_known")),
        sa.CheckConstraint("how IN ('list', 'code')", name=op.f("ck_attendances_how_known")),
        _fk("attendances", "meeting_id", "meetings"),
        _fk("attendances", "enrolment_id", "enrolments", ondelete="CASCADE"),
        _fk("attendances", "federation_id", "federations"),
        sa.PrimaryKeyConstraint("meeting_id", "enrolment_id", name=op.f("pk_attendances")),
    )
    op.create_index("ix_attendances_enrolment_id", "attendances", ["enrolment_id"])
    op.create_table(
        "attendance_changes",
        _id("id"),
        _id("meeting_id"),
        _id("enrolment_id"),
        _text("was", 10),
        _text("became", 10),
        _id("by"),
        _moment("at"),
        _fk("attendance_changes", "meeting_id", "meetings"),
        _fk("attendance_changes", "enrolment_id", "enrolments", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_changes")),
    )
    op.create_index("ix_attendance_changes_meeting_id", "attendance_changes", ["meeting_id"])
    op.create_index(op.f("ix_attendance_changes_enrolment_id"), "attendance_changes", ["enrolment_id"])


def _completion() -> None:
    op.create_table(
        "completion_rules",
        _id("id"),
        _id("federation_id"),
        _id("course_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("demands", sa.JSON(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        _moment("made_at"),
        _id("made_by"),
        _fk("completion_rules", "federation_id", "federations"),
        _fk("completion_rules", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_rules")),
        sa.UniqueConstraint(
            "federation_id", "course_id", "number", name=op.f("uq_completion_rules_federation_id_course_id_number")
        ),
    )
    op.create_table(
        "edition_rules",
        _id("edition_id"),
        _id("rule_id"),
        _fk("edition_rules", "edition_id", "editions"),
        _fk("edition_rules", "rule_id", "completion_rules"),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_edition_rules")),
    )
    op.create_table(
        "prerequisites",
        _id("id"),
        _id("federation_id"),
        _id("course_id"),
        _id("needs_id", nullable=True),
        sa.CheckConstraint("needs_id IS NULL OR needs_id <> course_id", name=op.f("ck_prerequisites_not_itself")),
        _fk("prerequisites", "federation_id", "federations"),
        _fk("prerequisites", "course_id", "courses"),
        _fk("prerequisites", "needs_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisites")),
        sa.UniqueConstraint(
            "federation_id", "course_id", "needs_id", name=op.f("uq_prerequisites_federation_id_course_id_needs_id")
        ),
    )
    op.create_table(
        "calendar_feeds",
        _id("person_id"),
        _text("nonce", 40),
        _moment("made_at"),
        _fk("calendar_feeds", "person_id", "people", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
    )
    op.create_table(
        "reminders",
        _id("enrolment_id"),
        _text("about", 60),
        _moment("at"),
        _fk("reminders", "enrolment_id", "enrolments", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("enrolment_id", "about", name=op.f("pk_reminders")),
    )


# --- The register takes certificates of completion: of an enrolment, instead of a dossier ------------------------------
ONE_GROUND = (
    "certificates ADD COLUMN enrolment_id {uuid}"
    " CONSTRAINT ck_certificates_one_ground CHECK ((dossier_id IS NULL) <> (enrolment_id IS NULL))"
)


def _sqlite_nullable(column: str, nullable: bool) -> None:
    """Take NOT NULL from a column of `certificates`, or give it back, as SQLite's documentation describes it
    (lang_altertable, "Making Other Kinds Of Table Schema Changes"): making the table anew would lose what refers to it."""
    with_it, without = f"{column} CHAR(32) NOT NULL", f"{column} CHAR(32)"
    old, new = (with_it, without) if nullable else (without, with_it)
    connection = op.get_bind()
    named = {"name": "certificates"}
    sql = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), named)
    text = sql.scalar_one()
    assert text.count(f"{old},") == 1 or text.count(f"{old}\n") == 1, text
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
        named | {"sql": text.replace(old, new, 1)},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))


def _register() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_nullable("dossier_id", nullable=True)
        op.execute(f"ALTER TABLE {ONE_GROUND.format(uuid='CHAR(32)')}")
        op.execute(
            "CREATE TRIGGER certificates_ground_frozen BEFORE UPDATE OF enrolment_id ON certificates "
            "BEGIN SELECT RAISE(ABORT, 'the facts of a certificate are frozen'); END"
        )
    else:
        op.alter_column("certificates", "dossier_id", nullable=True)
        op.execute(f"ALTER TABLE {ONE_GROUND.format(uuid='UUID')}")
        op.execute(
            "CREATE TRIGGER certificates_ground_frozen BEFORE UPDATE ON certificates FOR EACH ROW "
            "WHEN (OLD.enrolment_id IS DISTINCT FROM NEW.enrolment_id) EXECUTE FUNCTION refuse_change()"
        )
    op.create_index("uq_certificates_enrolment_id", "certificates", ["enrolment_id"], unique=True)


def _unregister() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM certificates WHERE enrolment_id IS NOT NULL")).scalar_one():
        raise RuntimeError(
            "There are certificates of completion in the register: a version before 0015 has no place for them."
        )
    op.drop_index("uq_certificates_enrolment_id", "certificates")
    if connection.dialect.name == "sqlite":
        op.execute("DROP TRIGGER certificates_ground_frozen")
        op.execute("ALTER TABLE certificates DROP COLUMN enrolment_id")
        _sqlite_nullable("dossier_id", nullable=False)
    else:
        op.execute("DROP TRIGGER certificates_ground_frozen ON certificates")
        op.execute("ALTER TABLE certificates DROP COLUMN enrolment_id")
        op.alter_column("certificates", "dossier_id", nullable=False)


def upgrade() -> None:
    """Forth."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    _seats_and_meetings()
    _attendance()
    _completion()
    _register()


def downgrade() -> None:
    """Back."""
    _unregister()
    for table in (
        "reminders", "calendar_feeds", "prerequisites", "edition_rules", "completion_rules", "attendance_changes",
        "attendances", "edition_trainers", "meetings", "waiting_places",
    ):  # fmt: skip
        op.drop_table(table)
    for column in ("due_on", "state"):
        op.drop_column("enrolments", column)
    for column in ("offer_hours", "link", "place", "setting"):
        op.drop_column("editions", column)
