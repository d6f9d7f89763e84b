"""Pages: people from a spreadsheet. A list is read and rehearsed, then carried out whole or not at all."""

import io
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import NotFound

from lms import clock, spreadsheets
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.limits import takes
from lms.people import queries as people_queries
from lms.people import rules as people_rules
from lms.people import words as people_words
from lms.people.forms import roles as role_choices
from lms.people.imports import downloads, operations, progress, queries, refusals, rehearsal, rules, words
from lms.people.imports import jobs as jobs  # registers them
from lms.people.imports.forms import EACH_ROW, ImportForm, PlainForm, RunForm
from lms.people.imports.models import Import
from lms.policy import ROLES, declares, guard
from lms.texts import gettext as _
from lms.texts import ngettext

imports = Blueprint("imports", __name__, template_folder="templates")

AT_ONCE = 200_000  # bytes: a larger file is read by a job
PAGE = 50  # findings on a page


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # every role is held in one
    return here


def _invitable() -> list[str]:
    return people_rules.invitable(actor().roles, ROLES)


def _one(import_id: UUID) -> Import:
    return guard(actor(), "people.import", queries.one(_here(), import_id))


@imports.route("/people/imports", methods=["GET", "POST"])
@declares("people.import")
@takes(rules.MOST_BYTES + 1_000_000)  # a little more, so that what is a little too large is told in our own words
def index() -> Any:
    """Choose a list of people, and see how earlier ones ended."""
    form = ImportForm()
    form.role.choices = [EACH_ROW, *role_choices(_invitable())]
    if request.method == "GET":
        federation = people_queries.federation(_here())
        form.locale.data = federation.locale if federation else "es"
    if form.validate_on_submit():
        try:
            return redirect(url_for("imports.one", import_id=_take(form)))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "imports/index.html", form=form, found=queries.latest(_here()), state_of=_state,
    )  # fmt: skip
    return page, (422 if form.errors else 200)


def _take(form: ImportForm) -> UUID:
    """Keep what was sent; read it now if it is small, otherwise let a job do so."""
    import_id = uuid4()
    sent, text = form.file.data, form.text.data or ""
    if not sent and not text:
        raise refusals.FileMissing
    try:
        file = sent.stream if sent else io.BytesIO(text.encode())
        digest, size = rehearsal.take(import_id, file)
        who = rehearsal.importer(_here(), actor().person_id, clock.now())
        asked = {"role": form.role.data, "locale": form.locale.data, "now": clock.now()}
        judgement = rehearsal.judge(import_id, who, **asked) if size <= AT_ONCE else None
        with transaction():
            operations.keep(import_id, _here(), by=actor().person_id, digest=digest, judgement=judgement, **asked)
    except BaseException:
        rehearsal.forget(import_id)
        raise
    if judgement is not None:
        rehearsal.forget(import_id, "upload")
    return import_id


@imports.get("/people/imports/<uuid:import_id>")
@declares("people.import")
def one(import_id: UUID) -> Any:
    """How a list stands: being read, what is wrong with it, ready, on its way, done."""
    this = _one(import_id)
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    shown = list(rehearsal.findings(import_id, PAGE * (page - 1), PAGE + 1))
    return render_template(
        "imports/one.html", this=this, findings=shown[:PAGE], more=len(shown) > PAGE, page=page, words=words,
        state_of=_state, run=RunForm(mail=True), plain=PlainForm(), fault=_fault(this), progress=_progress(this),
        roles=people_words.ROLES, last_mail=rules.leaves_at(this.invited, this.mailed_at) if this.mailed_at else None,
    )  # fmt: skip


def _state(this: Import) -> tuple[str, Any]:
    return words.TO_CHECK if this.state == "judged" and this.findings else words.STATES[this.state]


def _fault(this: Import) -> str:
    return str(refusals.fault(this.fault, this.facts)) if this.fault else ""


def _progress(this: Import) -> dict[str, Any]:
    """What the page shows while work is on its way: words, a share of 100, and whether it is over."""
    done = progress.done(this.id) if this.state in ("reading", "queued") else 0
    if this.state == "reading":
        said = ngettext("%(num)s fila leída", "%(num)s filas leídas", done)
        return {"words": said, "share": 0, "over": False}
    said = _("%(done)s de %(total)s", done=done, total=this.rows)
    return {"words": said, "share": 100 * done // max(this.rows, 1), "over": this.state != "queued"}


@imports.get("/people/imports/<uuid:import_id>/progress", endpoint="progress")
@declares("people.import")
def progress_(import_id: UUID) -> Response:
    """The same for the page's script."""
    return jsonify(_progress(_one(import_id)))


@imports.get("/people/imports/<uuid:import_id>/findings.<any(csv, xlsx):form>")
@declares("people.import")
def findings(import_id: UUID, form: str) -> Response:
    """All that was found wrong, as a file."""
    this = _one(import_id)
    rows = downloads.finding_rows(rehearsal.findings(this.id))
    return spreadsheets.download(rows, form, _("revisar"), (8, 12, 70, 40))


@imports.get("/people/imports/template.<any(csv, xlsx):form>")
@declares("people.import")
def template(form: str) -> Response:
    """An empty list with its headings."""
    return spreadsheets.sent(downloads.template(form, _invitable()), form, _("personas"))


@imports.post("/people/imports/<uuid:import_id>/run")
@declares("people.import")
def run(import_id: UUID) -> Any:
    """Invite everybody on the list: a job does it."""
    form = RunForm()
    if not form.validate():
        raise NotFound
    return _deed(import_id, lambda: operations.start(import_id, mail=form.mail.data, now=clock.now()))


@imports.post("/people/imports/<uuid:import_id>/drop")
@declares("people.import")
def drop(import_id: UUID) -> Any:
    """Forget a list."""
    return _deed(
        import_id,
        lambda: operations.drop(import_id, now=clock.now()),
        _("La lista está descartada y su contenido, borrado."),
    )


@imports.post("/people/imports/<uuid:import_id>/mail")
@declares("people.import")
def mail(import_id: UUID) -> Any:
    """Let the mails leave that an import was done without."""
    return _deed(
        import_id,
        lambda: operations.send_mails(import_id, by=actor().person_id, now=clock.now()),
        _("Los correos salen desde ahora, poco a poco."),
    )


def _deed(import_id: UUID, deed: Any, said: str = "") -> Any:
    try:
        with transaction():
            _one(import_id)
            deed()
        if said:
            flash(said, "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("imports.one", import_id=import_id))
