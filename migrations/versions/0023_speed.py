"""Mails of messages leave several at a time: a message knows the job that has its mail in hand."""

import json
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_jobs = sa.table(
    "jobs",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("payload", sa.JSON()),
    sa.column("state", sa.String()),
    sa.column("tries", sa.Integer()),
    sa.column("due_at", sa.DateTime(timezone=True)),
)
_messages = sa.table(
    "messages",
    sa.column("id", sa.Uuid()),
    sa.column("mail", sa.String()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("digest_id", sa.Uuid()),
    sa.column("job_id", sa.Uuid()),
)


def upgrade() -> None:
    """What waits is gathered anew; what was given up stays with its job."""
    op.add_column("messages", sa.Column("job_id", sa.Uuid(), nullable=True))
    connection, single = op.get_bind(), _jobs.c.kind == "mail.message"
    for job_id, payload in connection.execute(
        sa.select(_jobs.c.id, _jobs.c.payload).where(single, _jobs.c.state == "failed")
    ).all():
        found = payload if isinstance(payload, dict) else json.loads(payload)
        connection.execute(sa.update(_messages).where(_messages.c.id == UUID(found["message"])).values(job_id=job_id))
    connection.execute(sa.delete(_jobs).where(single, _jobs.c.state.in_(("due", "running"))))


def downgrade() -> None:
    """Each message whose mail is due gets a job of its own again."""
    connection, several = op.get_bind(), _jobs.c.kind == "mail.messages"
    single = sa.select(_jobs.c.id).where(_jobs.c.kind == "mail.message", _jobs.c.state != "done")
    due = connection.execute(
        sa.select(_messages.c.id, _messages.c.at).where(
            _messages.c.mail == "due",
            _messages.c.digest_id.is_(None),
            sa.or_(_messages.c.job_id.is_(None), _messages.c.job_id.not_in(single)),
        )
    ).all()
    rows = [
        {
            "id": uuid4(), "kind": "mail.message", "payload": {"message": str(row.id), "group": ""}, "state": "due",
            "tries": 0, "due_at": row.at,
        }
        for row in due
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(_jobs), rows)
    connection.execute(sa.delete(_jobs).where(several))
    op.drop_column("messages", "job_id")
