"""What is configured and what is missing, in plain words; and whether the records contradict each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from certificates.register import queries as register
from courses.mentoring import reconciliation as hours
from lms import clock, config, heads, keys, rotation, walk
from lms.db import db
from lms.jobs import Job
from lms.people.federations import rules
from lms.people.messages import delivery
from lms.people.models import Federation
from lms.people.trail import queries as trail

STALE = timedelta(hours=3)  # heads that were not kept for longer


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    ok: bool
    what: str


def checks() -> list[Check]:
    """Database, migrations, queue, mail, address, secrets: each with a sentence."""
    settings = current_app.config
    return [*_database(), *_keys(), *_heads(), *_address(settings), *_mail(settings), *_libraries()]


def _database() -> Iterable[Check]:
    url = make_url(current_app.config["DATABASE_URL"])
    try:
        with db.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        yield Check(False, f"Database ({url.get_backend_name()}): it does not answer ({type(error).__name__}).")
        return
    alembic = Config()
    alembic.set_main_option("script_location", str(config.CHECKOUT / "migrations"))
    newest = ScriptDirectory.from_config(alembic).get_current_head()
    if present != newest:
        yield Check(False, f"Database: at version {present}, this code wants {newest}. Run `lms init-db`.")
        return
    yield Check(True, f"Database: {url.get_backend_name()}, version {present}.")
    count = db.session.scalar(select(func.count()).select_from(Federation)) or 0
    yield Check(count > 0, f"Federations: {count}." + ("" if count else " Create one with `lms federation create`."))
    waived = db.session.scalars(select(Federation.slug).where(Federation.second_factor_waived, ~Federation.demo)).all()
    yield Check(
        not waived,
        "Second factor: asked of those who issue, sign or administer."
        if not waived
        else f"Second factor: waived in {', '.join(waived)}.",
    )
    yield _crisis_contacts()
    failed = db.session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) or 0
    yield Check(failed == 0, f"Queue: {failed} jobs given up.")
    late = delivery.status(clock.now())
    if late.waiting and late.oldest:
        yield Check(
            False,
            f"Mail: {late.waiting} wait for the server since {late.oldest:%Y-%m-%d %H:%M} UTC (`lms mail status`).",
        )


def _heads() -> Iterable[Check]:
    try:
        last, fault = heads.last_kept(), trail.first_fault()
    except SQLAlchemyError:
        return  # said above
    place = heads.second_place()
    where = f"{heads.folder()}" + (f" and {place}" if place else "; HEADS_URL names no second place")
    if last is None:
        yield Check(True, f"Heads of the audit trail: none kept yet; the worker does it each hour ({where}).")
    else:
        late = clock.now() - last > STALE
        yield Check(not late, f"Heads of the audit trail: kept last on {last:%Y-%m-%d %H:%M} UTC ({where}).")
    if place is not None:
        copied = heads.copied()
        yield Check(copied, "Second place of heads: up to date." if copied else "Second place of heads: not as here.")
    if fault is not None:
        yield Check(False, f"Audit trail: the last check found a fault ({fault}). Run `lms audit verify`.")


def _keys() -> Iterable[Check]:
    try:
        present, used = keys.present(), rotation.uses()
    except keys.UnreadableKey:
        yield Check(
            False, "Master key: it cannot be read. Put it back from your backup; what is sealed stays as it is."
        )
        return
    except SQLAlchemyError:  # `_database` says so
        return
    lost = sum(used[mark] for mark in used if mark not in {key.mark for key in present})
    if lost:
        yield Check(False, f"Master key: {lost} sealed texts need a key that is not here (`lms keys status`).")
    elif keys.from_setting():
        yield Check(
            True, f"Master key: {len(present)} from MASTER_KEY. Keep it apart from the backups of the database."
        )
    elif present:
        yield Check(
            True, f"Master key: in {keys.path()}. Back it up apart from the database: together they open everything."
        )
    else:
        yield Check(True, "Master key: made when something is sealed for the first time.")


def _crisis_contacts() -> Check:
    today = clock.now().date()
    rows = db.session.execute(
        select(Federation.slug, Federation.crisis_contacts, Federation.crisis_reviewed_on).order_by(Federation.slug)
    )
    old = [row.slug for row in rows if row.crisis_contacts and rules.review_is_due(row.crisis_reviewed_on, today)]
    if not old:
        return Check(True, "Crisis contacts: nobody's own are older than six months.")
    return Check(False, f"Crisis contacts: not looked at for six months in {', '.join(old)}.")


def _address(settings: Any) -> Iterable[Check]:
    address = urlsplit(settings["BASE_URL"])
    local = address.hostname in ("127.0.0.1", "localhost", "::1")
    yield Check(
        local or address.scheme == "https",
        f"Address: {settings['BASE_URL']}" + ("" if local or address.scheme == "https" else " — use https."),
    )
    yield Check(
        len(settings["SECRET_KEY"]) >= 32,
        "Secret: long enough." if len(settings["SECRET_KEY"]) >= 32 else "SECRET_KEY is shorter than 32 characters.",
    )


def _mail(settings: Any) -> Iterable[Check]:
    scheme = urlsplit(settings["MAIL_URL"]).scheme
    where = {
        "console": "printed",
        "file": f"written to {urlsplit(settings['MAIL_URL']).path}",
        "memory": "kept nowhere",
    }
    yield Check(scheme != "memory", f"Mail: {where.get(scheme, 'sent by SMTP')}.")


def _libraries() -> Iterable[Check]:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        yield Check(False, "PDF: the system libraries of WeasyPrint are missing. Run bin/setup.")
    else:
        yield Check(True, "PDF: WeasyPrint is ready.")
    if not (config.CHECKOUT / "node_modules" / "scorm-again").is_dir():
        yield Check(False, "Packages: their run-time is missing. Run bin/setup.")
    elif not current_app.config["PACKAGES_URL"]:
        yield Check(
            False, "Packages: they are not opened. Set PACKAGES_URL to an origin of their own (docs/settings.md)."
        )
    else:
        yield Check(True, f"Packages: run on {current_app.config['PACKAGES_URL']}.")


def contradictions(kept_heads: Mapping[UUID, Iterable[walk.Head]]) -> list[str]:
    """Every fault of every chain, and every place where certificates or hours disagree with the trail."""
    faults = [
        f"{finding.chain} · entry {finding.number} · {finding.fault}: {finding.detail}"
        for finding in walk.verify_all(kept_heads)
    ]
    for federation_id in db.session.scalars(select(Federation.id)):
        faults += [
            f"certificate {one.certificate_id} · {one.fault}: {one.detail}"
            for one in register.contradictions(federation_id)
        ]
        faults += hours.contradictions(federation_id)
    return faults
