"""The composition root: which settings, which database, which blueprints make the app."""

import gc
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from flask import Flask, g
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined, Template
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import (
    access,
    assets,
    config,
    cookies,
    errors,
    frame,
    i18n,
    jobs,
    limits,
    mail,
    policy,
    published,
    reading,
    security_headers,
    spoken,
    uploads,
)
from lms.db import Base, db
from lms.places import place
from lms.road_picture import road_picture
from lms.tables import TABLES

csrf = CSRFProtect()
migrate = Migrate()


class Platform(Flask):
    """Flask, of which no view or hook is a coroutine: it need not look at each of them for each request."""

    request_class = uploads.Request
    jinja_environment = spoken.Spoken

    def ensure_sync(self, func: Any) -> Any:
        """`func` as it is."""
        return func


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The whole app. `overrides` are settings of lms.config, taking precedence over the environment."""
    app = Platform(__name__)
    app.config.from_mapping(config.load(overrides))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if proxies := int(app.config["TRUSTED_PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.CHECKOUT / "migrations"), render_as_batch=True, compare_type=True)
    i18n.init_app(app)
    errors.init_app(app)
    limits.init_app(app)
    mail.init_app(app)
    jobs.init_app(app)
    security_headers.init_app(app)
    _people(app)
    csrf.init_app(app)
    cookies.init_app(app)
    _blueprints(app)
    _founding(app)
    _openings(app)
    _deeds(app)
    _editions(app)
    _crisis(app)
    _holdings(app)
    _duties(app)
    _authoring(app)
    _stuck(app)
    _published(app)
    _templates(app)

    return app


def _people(app: Flask) -> None:
    from lms.people import security, sessions

    access.init_app(app, sessions.load_actor)
    security.init_app(app)


def _blueprints(app: Flask) -> None:
    from assessments.competencies.views import blueprint as competencies
    from assessments.quizzes.views import blueprint as quizzes
    from certificates.accreditation.views import blueprint as accreditation
    from certificates.register.views import blueprint as register
    from certificates.verification.views import blueprint as verification
    from courses.authoring.views import blueprint as authoring
    from courses.care.views import blueprint as care
    from courses.catalogue.views import blueprint as catalogue
    from courses.editions.views import blueprint as editions
    from courses.learning.views import blueprint as learning
    from courses.media.views import blueprint as media
    from courses.mentoring.views import blueprint as mentoring
    from courses.offline.views import blueprint as offline
    from courses.packages.views import blueprint as packages
    from courses.reports.views import blueprint as reports
    from courses.spaces.views import blueprint as spaces
    from courses.statements.views import blueprint as statements
    from courses.study.views import blueprint as study
    from lms.home.views import blueprint as home
    from lms.pages import blueprint as platform
    from lms.people.entry.views import entry
    from lms.people.federations.views import federations
    from lms.people.imports.views import imports
    from lms.people.messages.views import messages
    from lms.people.privacy.views import privacy
    from lms.people.profile.views import profile
    from lms.people.trail.views import trail
    from lms.people.views import account, people

    for blueprint in (
        platform, home, account, people, federations, entry, imports, profile, privacy, messages, trail,
        catalogue, authoring, learning, media, care, editions, study, offline, packages, statements, spaces, reports, mentoring,
        quizzes, competencies, accreditation, register, verification,
    ):  # fmt: skip
        app.register_blueprint(blueprint)


def _founding(app: Flask) -> None:
    """What topics give a federation when it is created, beside its documents."""
    from certificates.accreditation.operations import install_default

    app.extensions["lms_founding"] = [install_default]


def _openings(app: Flask) -> None:
    """Who knows the editions that are open to everybody, for those who let people in."""
    from courses.learning import openings

    app.extensions["lms_openings"] = openings


def _deeds(app: Flask) -> None:
    """Which forms may be filled in without a connection and sent later; which pages a phone keeps with a module's lessons."""
    from assessments.quizzes import deeds as quizzes
    from courses.offline import lessons

    app.extensions["lms_kept"] = quizzes.pages
    app.extensions["lms_deeds"] = {
        "learning.lesson": lessons.lesson,
        "quizzes.answers": quizzes.answers,
        "quizzes.submit": quizzes.submit,
    }


def _editions(app: Flask) -> None:
    """What courses have to know of the houses above them: what comes before an edition, what completes it, what its course
    home shows beside the lessons."""
    from assessments.quizzes.queries import passed_of
    from certificates.register.queries import accredited
    from courses.authoring import moves
    from courses.editions import admission, panel

    app.extensions["lms_follow"] = moves.follow
    app.extensions["lms_before_enrolling"] = [admission.look]
    app.extensions["lms_quizzes_passed"] = passed_of
    app.extensions["lms_accredited"] = accredited
    app.extensions["lms_course_panels"] = [panel.panel]


def _crisis(app: Flask) -> None:
    """Whose crisis contacts the platform's page shows before everybody's."""
    from lms.people import queries

    app.extensions["lms_crisis"] = queries.crisis


def _holdings(app: Flask) -> None:
    """What each topic holds about people: the `holdings.py` beside its `models.py`."""
    from lms.people.privacy import holdings, sights

    houses = sorted({mapper.class_.__module__.rpartition(".")[0] for mapper in Base.registry.mappers})
    rows: list[Any] = []
    for house in houses:
        if find_spec(f"{house}.holdings"):
            rows += getattr(import_module(f"{house}.holdings"), "HOLDINGS", ())
    order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    found = [row for row in rows if isinstance(row, holdings.Holding)]
    app.extensions["lms_holdings"] = sorted(found, key=lambda one: order[one.table])
    app.extensions["lms_nobody"] = frozenset(
        name for row in rows if isinstance(row, holdings.Nobody) for name in row.tables
    )
    sights.init_app(app)


def _duties(app: Flask) -> None:
    """What a lower house has to know of a higher one to keep duties apart."""
    from assessments.competencies.queries import assessors_ever

    app.extensions["lms_assessors"] = assessors_ever


def _stuck(app: Flask) -> None:
    """For those who teach: who has tried a quiz twice and not passed."""
    from assessments.quizzes.queries import stuck

    app.extensions["lms_quizzes_stuck"] = stuck


def _published(app: Flask) -> None:
    """What is done when a course or a text of a federation is published: it can be searched."""
    from courses.study import index

    published.init_app(app, version=index.index_version, document=index.index_document)


def _authoring(app: Flask) -> None:
    """What those who write courses need of the houses above them: the competencies, the quizzes, and who follows an edition."""
    from assessments.bank import operations as bank
    from assessments.competencies.framework import framework
    from assessments.quizzes import moves
    from courses.study import moves as notes

    app.extensions["lms_authoring"] = SimpleNamespace(
        competencies=framework().by_code,
        read_questions=bank.read_questions,
        keep_questions=bank.keep_questions,
        followers=[moves.follow, notes.follow],
    )


class Components(Template):
    """A template whose macros are loaded once. Jinja would compare its globals with the page's at each import; ours have
    the same."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module(None)


def _templates(app: Flask) -> None:
    from lms.home import navigation
    from lms.people.federations import look

    app.jinja_env.template_class = Components

    assets.init_app(app)

    @cache
    def kept_icon(name: str, size: str | None = None) -> Markup:
        """An icon is the same wherever it stands."""
        return app.jinja_env.get_template("components/icons.html").module.drawn_icon(name, size)  # type: ignore[attr-defined]

    app.jinja_env.globals |= {
        "drawn_road": road_picture,
        "kept_icon": kept_icon,
        "reading_marks": reading.marks,
        "place": place,
    }
    demo = (app.config["LMS_HOME"] / "demo").exists()

    def site() -> SimpleNamespace:
        actor = g.get("actor")
        return SimpleNamespace(
            name=(actor and actor.federation_name) or app.config["SITE_NAME"],
            languages=tuple(one for one in i18n.CHOICES if one[0] in actor.languages) if actor else i18n.CHOICES,
            logo=actor and look.logo(actor.federation_id, actor.look),
            colours=actor and look.colours(actor.federation_id, actor.look),
            safe_exit_url=app.config["SAFE_EXIT_URL"],
            demo=demo,
        )

    frame.init_app(app, navigation.items, navigation.PLACES, site)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        actor = g.get("actor")
        return {
            "actor": actor,
            "locale": i18n.current(),
            "site": site(),
            "may": partial(policy.may, actor),
        }


def settle() -> None:
    """For a process that serves: what has been loaded stays, and the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


__all__ = ["TABLES", "create_app", "settle"]
