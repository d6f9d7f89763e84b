"""Files of lessons that are served, voice notes, shared reflections, and plans of self-care."""

import sqlalchemy as sa
from alembic import op

from lms.db import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forth."""
    op.add_column("course_files", sa.Column("digest", sa.String(length=32), server_default="", nullable=False))
    op.create_index(op.f("ix_course_files_digest"), "course_files", ["digest"])
    op.create_table(
        "voice_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("mime", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_voice_notes_size_positive")),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_voice_notes_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_voice_notes_person_id_people")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_voice_notes_enrolment_id_enrolments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_voice_notes_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_notes")),
        sa.UniqueConstraint("enrolment_id", "lesson_id", name=op.f("uq_voice_notes_enrolment_id_lesson_id")),
    )
    op.create_index("ix_voice_notes_person_id", "voice_notes", ["person_id"])
    op.create_table(
        "shared_reflections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("voice_id", sa.Uuid(), nullable=True),
        sa.Column("shared_at", Moment(timezone=True), nullable=False),
        sa.Column("taken_back_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("person_id <> reader_id", name=op.f("ck_shared_reflections_two_people")),
        sa.CheckConstraint(
            "way IN ('words', 'voice', 'both', 'done')", name=op.f("ck_shared_reflections_way_known")
        ),
        sa.CheckConstraint(
            "taken_back_at IS NULL OR (text = '' AND voice_id IS NULL)",
            name=op.f("ck_shared_reflections_taken_back_is_gone"),
        ),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_shared_reflections_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shared_reflections_person_id_people")),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name=op.f("fk_shared_reflections_reader_id_people")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_shared_reflections_enrolment_id_enrolments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_shared_reflections_lesson_id_lessons")),
        sa.ForeignKeyConstraint(
            ["voice_id"], ["voice_notes.id"], name=op.f("fk_shared_reflections_voice_id_voice_notes"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_reflections")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson_id", "reader_id",
            name=op.f("uq_shared_reflections_enrolment_id_lesson_id_reader_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_shared_reflections_reader_id_shared_at", "shared_reflections", ["reader_id", "shared_at"])
    op.create_index("ix_shared_reflections_person_id", "shared_reflections", ["person_id"])
    op.create_index(op.f("ix_shared_reflections_voice_id"), "shared_reflections", ["voice_id"])
    op.create_table(
        "reflection_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shared_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shared_id"], ["shared_reflections.id"], name=op.f("fk_reflection_answers_shared_id_shared_reflections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_reflection_answers_author_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection_answers")),
    )  # fmt: skip
    op.create_index(op.f("ix_reflection_answers_shared_id"), "reflection_answers", ["shared_id"])
    _care()


def _care() -> None:
    op.create_table(
        "care_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("updated_at", Moment(timezone=True), nullable=False),
        sa.Column("reviewed_at", Moment(timezone=True), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_care_plans_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_care_plans_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_plans")),
        sa.UniqueConstraint("federation_id", "person_id", name=op.f("uq_care_plans_federation_id_person_id")),
    )
    op.create_index("ix_care_plans_person_id", "care_plans", ["person_id"])
    op.create_index("ix_care_plans_review_on", "care_plans", ["review_on"])
    op.create_table(
        "care_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Moment(timezone=True), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["care_plans.id"], name=op.f("fk_care_versions_plan_id_care_plans"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_versions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_care_versions_plan_id_number")),
    )


def downgrade() -> None:
    """Back."""
    for table in ("care_versions", "care_plans", "reflection_answers", "shared_reflections", "voice_notes"):
        op.drop_table(table)
    op.drop_index(op.f("ix_course_files_digest"), "course_files")
    op.drop_column("course_files", "digest")
