"""Pages: SCORM packages that a federation brings, and how far people are in them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)

from courses.editions import page_queries
from courses.packages import operations, origin, queries
from courses.packages.forms import AUDIENCES, PackageForm
from courses.packages.refusals import FileMissing
from lms import clock
from lms.access import actor
from lms.errors import Refusal
from lms.limits import LARGEST_BODY, takes
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("packages", __name__, template_folder="templates")
NEW = "new"


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # every role is held in one
    return here


@blueprint.record_once
def _keep_apart(state: Any) -> None:
    """Before anything else, also before anybody is recognised."""
    state.app.before_request_funcs.setdefault(None, []).insert(0, origin.keep_apart)


@blueprint.route("/packages", methods=["GET", "POST"])
@declares("package.list", POST="package.bring")
@takes(LARGEST_BODY)
def index() -> Any:
    """The federation's packages; whoever writes courses brings another, or the next version of one."""
    form, found = PackageForm(), queries.brought(_here())
    form.course.choices = [SelectChoice(NEW, _("Un curso nuevo"))] + [
        SelectChoice(str(one.course_id), _("La versión siguiente de «%(title)s»", title=one.title.get("es", "")))
        for one in found
    ]
    if request.method == "POST" and form.validate():
        try:
            return redirect(_bring(form))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "packages/index.html",
        form=form,
        found=found,
        audiences=AUDIENCES,
        runs=origin.address() is not None,
        editions=queries.editions(_here(), None if actor().has("registrar") else actor().person_id),
    )
    return page, (422 if form.errors else 200)


def _bring(form: PackageForm) -> str:
    """Publish what was sent; the address that follows. The same archive sent twice is one package."""
    if not form.file.data:
        raise FileMissing
    who, now = actor(), clock.now()
    replaces = None if form.course.data == NEW else UUID(form.course.data)
    given = {name: form[name].data or "" for name in ("audience", "language", "title", "summary")}
    package = operations.bring(
        form.file.data.stream,
        _here(),
        by=who.person_id,
        now=now,
        minutes=form.minutes.data or 30,
        replaces=replaces,
        **given,
    )
    flash(
        _("El paquete está publicado como curso, con SCORM %(standard)s. Abre una edición para que se haga.",
          standard=package.standard), "done",
    )  # fmt: skip
    return url_for("packages.index")


@blueprint.get("/editions/<uuid:edition_id>/packages")
@declares("edition.teach")
def progress(edition_id: UUID) -> str:
    """How far those of an edition are in its package, as the package tells it."""
    edition = guard(actor(), "edition.teach", page_queries.edition(edition_id))
    return render_template("packages/progress.html", edition=edition, told=queries.told(edition.id))


from courses.packages import player_views, window_views  # noqa: E402, F401 (they hang on the blueprint)
