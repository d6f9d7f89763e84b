"""Packages: what was brought, its files and parts, and how far people are in them."""

import sqlalchemy as sa
from alembic import op

import lms.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = lms.db.Moment(timezone=True)


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "packages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("federation_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("standard", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("brought_by", sa.Uuid(), nullable=True),
        sa.Column("brought_at", MOMENT, nullable=False),
        sa.CheckConstraint("standard IN ('1.2', '2004')", name=op.f("ck_packages_standard_known")),
        sa.ForeignKeyConstraint(
            ["federation_id"], ["federations.id"], name=op.f("fk_packages_federation_id_federations")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_versions.id"], name=op.f("fk_packages_version_id_course_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("version_id", name=op.f("uq_packages_version_id")),
    )
    op.create_index("ix_packages_federation_id", "packages", ["federation_id"])
    op.create_table(
        "package_files",
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _package("package_files"),
        sa.PrimaryKeyConstraint("package_id", "path", name=op.f("pk_package_files")),
    )
    op.create_table(
        "package_items",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("launch", sa.String(length=400), nullable=False),
        sa.Column("parameters", sa.String(length=1000), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_package_items_lesson_id_lessons")),
        _package("package_items"),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_package_items")),
    )
    op.create_index("ix_package_items_package_id", "package_items", ["package_id"])
    op.create_table(
        "package_records",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=12), nullable=False),
        sa.Column("success", sa.String(length=12), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("session_seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "completion IN ('unknown', 'incomplete', 'completed')", name=op.f("ck_package_records_completion_known")
        ),
        sa.CheckConstraint("success IN ('unknown', 'passed', 'failed')", name=op.f("ck_package_records_success_known")),
        sa.CheckConstraint("score >= 0 AND score <= 10000", name=op.f("ck_package_records_score_in_range")),
        sa.CheckConstraint("seconds >= 0 AND session_seconds >= 0", name=op.f("ck_package_records_time_positive")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_package_records_enrolment_id_enrolments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_package_records_lesson_id_lessons")),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.id"], name=op.f("fk_package_records_sign_in_id_sign_ins"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson_id", name=op.f("pk_package_records")),
        sa.UniqueConstraint("id", name=op.f("uq_package_records_id")),
        sa.UniqueConstraint("window_id", name=op.f("uq_package_records_window_id")),
    )
    op.create_index("ix_package_records_sign_in_id", "package_records", ["sign_in_id"])


def _package(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["package_id"], ["packages.id"], name=op.f(f"fk_{table}_package_id_packages"), ondelete="CASCADE"
    )


def downgrade() -> None:
    """Back."""
    for table in ("package_records", "package_items", "package_files", "packages"):
        op.drop_table(table)
