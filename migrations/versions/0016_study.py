"""What can be searched, with each database's own index, and notes in lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(title_terms, text_terms, scope, content='search_entries', "
    "content_rowid='number', tokenize='unicode61')",
    "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO search_index(rowid, title_terms, text_terms, scope) "
    "VALUES (new.number, new.title_terms, new.text_terms, new.scope); END",
    "CREATE TRIGGER search_entries_gone AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO search_index(search_index, rowid, title_terms, text_terms, scope) "
    "VALUES ('delete', old.number, old.title_terms, old.text_terms, old.scope); END",
    "CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries BEGIN "
    "INSERT INTO search_index(search_index, rowid, title_terms, text_terms, scope) "
    "VALUES ('delete', old.number, old.title_terms, old.text_terms, old.scope); "
    "INSERT INTO search_index(rowid, title_terms, text_terms, scope) "
    "VALUES (new.number, new.title_terms, new.text_terms, new.scope); END",
)
_POSTGRESQL = (
    "CREATE TABLE search_index (number integer PRIMARY KEY REFERENCES search_entries (number) ON DELETE CASCADE, "
    "terms tsvector NOT NULL)",
    "CREATE INDEX ix_search_index_terms ON search_index USING gin (terms) WITH (fastupdate = off)",
    "CREATE FUNCTION fill_search_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search_index (number, terms) VALUES (NEW.number, "
    "setweight(to_tsvector('simple', NEW.title_terms), 'A') || setweight(to_tsvector('simple', NEW.text_terms), 'B') "
    "|| setweight(to_tsvector('simple', NEW.scope), 'C')) "
    "ON CONFLICT (number) DO UPDATE SET terms = EXCLUDED.terms; RETURN NULL; END $$",
    "CREATE TRIGGER search_entries_indexed AFTER INSERT OR UPDATE ON search_entries "
    "FOR EACH ROW EXECUTE FUNCTION fill_search_index()",
    # A function for the sake of its setting: the planner does not count what it costs to fetch each tsvector from where
    # long values lie, and would look at all of them rather than at the index.
    "CREATE FUNCTION found_texts(wanted text, ranked_by text, reader text, of_kind text, most integer, skipped integer) "
    "RETURNS TABLE (number integer, place_in_list real) LANGUAGE sql STABLE SET enable_seqscan = off AS $$ "
    "SELECT e.number, -ts_rank('{0, 0, 0.2, 1}', i.terms, to_tsquery('simple', ranked_by), 1) "
    "FROM search_index i JOIN search_entries e ON e.number = i.number "
    "WHERE i.terms @@ to_tsquery('simple', wanted) AND (e.locale = reader OR e.alone) "
    "AND (of_kind = '' OR e.kind = of_kind) ORDER BY 2, 1 LIMIT most OFFSET skipped $$",
)


def upgrade() -> None:
    """Forth."""
    op.create_table(
        "search_entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("lesson_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("around", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("title_terms", sa.String(), nullable=False),
        sa.Column("text_terms", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('course', 'lesson', 'document')", name=op.f("ck_search_entries_kind_known")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_search_entries_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lessons.id"], name=op.f("fk_search_entries_lesson_id_lessons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_search_entries_document_id_documents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entries")),
    )
    for column in ("course_id", "lesson_id", "document_id"):
        op.create_index(op.f(f"ix_search_entries_{column}"), "search_entries", [column])
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("(start IS NULL) = (paragraph IS NULL)", name=op.f("ck_notes_anchor_whole")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_notes_enrolment_id_enrolments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_enrolment_id_module", "notes", ["enrolment_id", "module"])
    op.create_index("ix_courses_audience_slug", "courses", ["audience", "slug"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_courses_audience_slug", table_name="courses")
    op.drop_table("notes")
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER search_entries_{name}")
        op.execute("DROP TABLE search_index")
        op.drop_table("search_entries")
    else:
        op.execute("DROP FUNCTION found_texts")
        op.execute("DROP TABLE search_index")
        op.drop_table("search_entries")
        op.execute("DROP FUNCTION fill_search_index()")
