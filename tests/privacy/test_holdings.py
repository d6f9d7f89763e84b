"""The registry speaks of every table and of every column that names a person."""

from flask import Flask
from sqlalchemy import Uuid

from lms.people.federations.rules import RETENTION
from lms.people.privacy import holdings
from lms.tables import TABLES

# Ids without a foreign key that are no person's.
NOT_PEOPLE = {
    "messages.job_id",
    "pairings.mentor_federation_id",
    "courses.current_version_id",
    "schemes.current_version_id",
    "package_records.window_id",
    "lrs_names.name",
    "audit_entries.chain",
    "audit_heads.chain",
    "audit_checks.chain",
    "recognitions.proposed_by_id",
    "services.association_id",
    "certificates.enrolment_id",
    "draft_changes.file_id",
}


def names_a_person(column) -> bool:
    """It refers to people, or is an id of which the database does not know whose."""
    if column.foreign_keys:
        return any(key.column.table.name == "people" for key in column.foreign_keys)
    return isinstance(column.type, Uuid) and column.name != "id" and str(column) not in NOT_PEOPLE


def test_every_table_has_a_holding_or_speaks_of_nobody(app: Flask) -> None:
    spoken = {one.table.name for one in app.extensions["lms_holdings"]}
    nobody = app.extensions["lms_nobody"]
    assert spoken.isdisjoint(nobody)
    assert spoken | nobody == set(TABLES), "say what a table holds in the holdings.py beside its models.py"


def test_every_column_that_names_a_person_is_a_side(app: Flask) -> None:
    sides = {f"{one.table.name}.{side.column}" for one in app.extensions["lms_holdings"] for side in one.sides}
    named = {str(column) for table in TABLES.values() for column in table.c if names_a_person(column)}
    assert named <= sides


def test_what_hangs_on_a_persons_row_is_held_too(app: Flask) -> None:
    held = {one.table.name for one in app.extensions["lms_holdings"]}
    own = {one.table.name for one in app.extensions["lms_holdings"] if any(side.shown for side in one.sides)}
    hanging = {
        table.name
        for table in TABLES.values()
        for key in table.foreign_keys
        if key.column.table.name in own and key.column.table.name != "people"
    }
    assert hanging <= held


def test_sides_and_columns_are_real(app: Flask) -> None:
    for one in app.extensions["lms_holdings"]:
        for side in one.sides:
            assert {side.column, *side.shown, *side.names} <= set(one.table.c.keys())
            assert side.erase, (one.table.name, side.column)
            cleared = [deed.values for deed in side.erase if isinstance(deed, holdings.Clear)]
            assert all(set(values) <= set(one.table.c.keys()) for values in cleared)
        for column, model, wanted in one.looked_up.values():
            assert column in one.table.c
            assert wanted in model.__table__.c
        assert all(aged.kind in RETENTION for aged in one.aged)


def test_a_column_of_a_person_is_shown_or_named_as_an_office(app: Flask) -> None:
    """Whatever a row says goes into the copy of somebody (`Side.shown`), unless SILENT says that it is the machine's."""
    for one in app.extensions["lms_holdings"]:
        if any(side.shown for side in one.sides):
            told = {name for side in one.sides for name in (*side.shown, *side.names, side.column)}
            told |= {column for column, _model, _name in one.looked_up.values()}
            silent = {column.name for column in one.table.c if column.name not in told and not column.foreign_keys}
            assert silent <= SILENT.get(one.table.name, set()) | {"id"}, one.table.name


# What a copy leaves out: secrets, fingerprints, counters of the machine.
SILENT = {
    "package_records": {"window_id", "sequence"},
    "people": {
        "password", "active", "fs_uniquifier", "fs_webauthn_user_handle", "tf_primary_method", "tf_totp_secret",
        "tf_last_counter", "tf_phone_number", "mf_recovery_codes",
    },
    "passkeys": {
        "credential_id", "public_key", "sign_count", "transports", "backup_state", "extensions", "usage",
    },
    "invitations": {"unsent", "locale", "nonce", "expires_at", "withdrawn_at"},
    "messages": {"job_id"},
    "talk_threads": {"closed_at", "last_at", "posts"},
    "talk_posts": {"number"},
    "pairings": {"mentor_federation_id"},
    "sign_ins": {"confirmed_at", "expires_at"},
    "audit_entries": {"chain", "number", "facts", "previous", "hash"},
    "phone_keys": {"sealed"},
    "deeds": {"key", "digest", "outcome"},
    "reflections": {"revision", "page", "sequence"},
    "course_drafts": {"revision", "published_revision", "saved_at"},
    "draft_files": {"content", "revision", "page", "sequence"},  # a text of the federation's, on which others go on
    "draft_changes": {"content", "number", "page", "file_id"},
    "notes": {"paragraph", "start", "revision", "page", "sequence"},
    "care_plans": {"revision", "page", "sequence", "reminded_for"},
    "voice_notes": {"key"},
    "devices": {"token_hash"},
    "document_drafts": {"based_on", "page", "revision", "sequence"},
    "attempts": {"seed", "sheet"},
    "dossiers": {"parties"},
    "certificates": {"digest", "pdf_digest", "enrolment_id"},
    "calendar_feeds": {"nonce"},
    "register_acts": {"digest"},
    "hours_entries": {"reverses"},
}  # fmt: skip
