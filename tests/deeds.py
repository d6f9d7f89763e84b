"""Every deed stands in the trail: while tests run, each request that commits a change has to append to the audit trail.

Whatever tests ask of the app is watched, in whatever topic. A request that changes a table and notes nothing fails its test,
unless it stands here with the reason why it is no deed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, has_request_context, request, request_tearing_down
from sqlalchemy import Engine, event

WRITE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# Tables whose rows are no deeds.
NO_DEEDS = {
    "audit_entries": "the trail itself",
    "audit_heads": "the trail itself",
    "jobs": "work that follows from a deed, which is noted",
    "statements": "what is told to an LRS of a deed or of study that is noted or exempt by itself",
    "lrs_names": "the random name that goes with them",
    "submissions": "a form's key, so that it is taken once",
}
# (endpoint, table): why it is not noted.
REHEARSAL = "a rehearsal, seen by its owner alone; what is carried out is noted"
STUDY = "one's own study as one goes; what counts is handed in, which is noted"
COURSE = (
    "a draft of a course, which keeps who changed what and when by itself; its beginning and its publication are noted"
)
DRAFT = "one's own draft of a text; its publication is noted"
NOT_NOTED: dict[tuple[str, str], str] = {
    **{
        (f"federations.{deed}", "document_drafts"): DRAFT
        for deed in ("begin", "begin_other", "write", "discard", "go_on")
    },
    **{
        (f"authoring.{deed}", table): COURSE
        for deed in ("file", "add", "beside", "order", "rename", "remove", "restore", "images", "bring_into")
        for table in ("course_drafts", "draft_files", "draft_changes")
    },
    ("imports.index", "people_imports"): REHEARSAL,
    ("imports.drop", "people_imports"): REHEARSAL,
    ("imports.run", "people_imports"): "the job that carries it out notes it",
    ("learning.lesson", "enrolments"): STUDY,
    ("learning.lesson", "reflections"): STUDY,
    ("learning.lesson", "lessons_done"): STUDY,
    ("packages.activity", "package_records"): STUDY,
    ("packages.save", "package_records"): STUDY,
    ("packages.save", "lessons_done"): STUDY,
    ("packages.save", "enrolments"): STUDY,
    ("study.lesson_notes", "notes"): STUDY,
    ("study.write_note", "notes"): STUDY,
    ("study.drop_note", "notes"): STUDY,
    ("care.plan", "care_plans"): STUDY,
    ("quizzes.quiz", "attempts"): STUDY,
    ("quizzes.answers", "answers"): STUDY,
    ("quizzes.submit", "answers"): "answers that a form without script brings; the submission is noted when it counts",
    ("messages.open_one", "messages"): "which of one's own messages are read",
    ("messages.read_all", "messages"): "which of one's own messages are read",
    **{
        ("offline.send", table): "what a phone sends later is noted as if it were sent at once"
        for table in ("deeds", "enrolments", "reflections", "lessons_done", "answers")
    },
    ("offline.key", "deeds"): "that an old deed arrived once is forgotten",
    ("platform.language", "people"): "the language of one's own pages",
    ("register.pdf", "certificates"): "the file of a certificate, made at its first download; the issue is noted",
}
# Once an hour, that a session is used.
SEEN = re.compile(r"UPDATE sign_ins SET seen_at=[^,]+ WHERE")


@contextmanager
def watched() -> Iterator[list[str]]:
    """What was changed inside without an entry in the trail: "endpoint table" each."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if not has_request_context() or cursor.rowcount == 0 or SEEN.match(statement):
            return
        if match := WRITE.match(statement):
            g.setdefault("written", {}).setdefault(id(connection.connection.dbapi_connection), set()).add(match[1])

    def keep(connection: Any) -> None:
        if has_request_context():
            written = g.get("written", {}).pop(id(connection.connection.dbapi_connection), set())
            g.setdefault("committed", set()).update(written)

    def forget(connection: Any) -> None:
        if has_request_context():
            g.get("written", {}).pop(id(connection.connection.dbapi_connection), None)

    def judge(_app: Flask, **_more: Any) -> None:
        tables = g.get("committed", set())
        if "audit_entries" in tables:
            return
        found.extend(
            f"{request.endpoint} {table}"
            for table in sorted(tables - set(NO_DEEDS))
            if (request.endpoint, table) not in NOT_NOTED
        )

    events = (("after_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, function in events:
        event.listen(Engine, name, function)
    request_tearing_down.connect(judge)
    try:
        yield found
    finally:
        request_tearing_down.disconnect(judge)
        for name, function in events:
            event.remove(Engine, name, function)
