"""Writing a text of the federation: a draft that saves itself, how it will look, and its publication."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock, i18n, markup
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.people import queries
from lms.people.federations import document_queries, documents, texts
from lms.people.federations.document_views import title_of
from lms.people.federations.forms import DraftForm, PressForm, PublishForm
from lms.people.federations.models import Draft
from lms.people.federations.refusals import DraftMoved, DraftNotThere
from lms.people.federations.views import federations, here
from lms.policy import declares, guard
from lms.texts import gettext as _


def _own(kind: str) -> Draft | None:
    return document_queries.draft(here(), kind, actor().person_id)


def _known(kind: str) -> None:
    """404 for a kind that is neither built in nor one that the federation has or writes."""
    if texts.KIND.fullmatch(kind) is None:
        raise NotFound
    if kind not in texts.BUILT_IN and queries.document(here(), kind) is None and _own(kind) is None:
        raise NotFound


@federations.post("/federation/documents")
@declares("document.write")
def begin_other() -> Any:
    """Begin a text of a kind of its own."""
    with transaction():
        kind = documents.begin_other(here(), actor().person_id, now=clock.now()).kind
    return redirect(url_for("federations.write", kind=kind))


@federations.post("/federation/documents/<kind>/begin")
@declares("document.write")
def begin(kind: str) -> Any:
    """Begin the next version of a text, with the words of the present one."""
    with transaction():
        _known(kind)
        documents.begin(here(), kind, actor().person_id, now=clock.now())
    return redirect(url_for("federations.write", kind=kind))


@federations.route("/federation/documents/<kind>/write", methods=["GET", "POST"])
@declares("document.write")
def write(kind: str) -> Any:
    """One's own draft. Sent by the page itself while one types, or with its buttons."""
    draft = _own(kind)
    if draft is None:
        if request.method == "GET" and queries.document(here(), kind) is not None:  # published or discarded meanwhile
            return redirect(url_for("federations.document", kind=kind))
        raise NotFound
    guard(actor(), "document.write", draft)
    stale, form = None, DraftForm.of(draft)
    if request.method == "POST":
        form = DraftForm()
        if form.validate_on_submit():
            try:
                with transaction():
                    draft = guard(actor(), "document.write", _own(kind))
                    documents.save(draft, *form.given(request.form), form.writing(), now=clock.now())
                return _saved(kind)
            except DraftMoved as refusal:
                form.refuse(refusal)
                stale = draft = guard(actor(), "document.write", _own(kind))
        if wants_json():
            said = " ".join(str(one) for errors in form.errors.values() for one in errors)
            return jsonify(error="not-saved", message=said), 409 if stale else 422
        if stale is not None:
            form.base.data = str(stale.revision)  # what was seen may now be written over
    return _page(kind, draft, form, stale), (422 if form.errors else 200)


def _saved(kind: str) -> Any:
    if wants_json():
        return jsonify(saved=True)
    if code := request.form.get("show"):
        return redirect(url_for("federations.write", kind=kind, show=code) + "#preview")
    if "publish" in request.form:
        return redirect(url_for("federations.publish", kind=kind))
    flash(_("El borrador está guardado. Solo lo ve quien administra la federación."), "done")
    return redirect(url_for("federations.write", kind=kind))


def _page(kind: str, draft: Draft, form: DraftForm, stale: Draft | None) -> str:
    code = request.args.get("show", "")
    code = code if code in i18n.LOCALES else ""
    newest = queries.document(here(), kind)
    others = [(one, name) for one, name in document_queries.drafts(here()) if one.kind == kind and one.id != draft.id]
    return render_template(
        "federations/write.html", kind=kind, draft=draft, form=form, stale=stale, newest=newest, others=others, code=code,
        preview=markup.convert(draft.markdown.get(code) or "", locale=code) if code else None,
        title=title_of(kind, newest.title if newest else draft.title), press=PressForm(formdata=None),
        moved=newest is not None and newest.version != draft.based_on,
    )  # fmt: skip


@federations.post("/federation/documents/<kind>/discard")
@declares("document.write")
def discard(kind: str) -> Any:
    """Throw one's own draft away."""
    with transaction():
        documents.discard(guard(actor(), "document.write", _own(kind)))
    flash(_("El borrador está descartado. Lo publicado sigue como estaba."), "done")
    return redirect(url_for("federations.documents"))


@federations.post("/federation/documents/<kind>/go-on/<int(max=99999):version>")
@declares("document.write")
def go_on(kind: str, version: int) -> Any:
    """Go on with one's own text after somebody else has published."""
    with transaction():
        documents.go_on_from(guard(actor(), "document.write", _own(kind)), version)
    return redirect(url_for("federations.write", kind=kind))


@federations.route("/federation/documents/<kind>/publish", methods=["GET", "POST"])
@declares("document.publish")
def publish(kind: str) -> Any:
    """Read it once more as others will, choose whether everybody signs again, publish."""
    form = PublishForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = documents.publish(
                    here(), kind, actor().person_id, actor().languages, asks_again=form.asks.data == "yes",
                    now=clock.now(),
                )  # fmt: skip
                version = made.version
            flash(_("La versión %(version)s está publicada.", version=version), "done")
            return redirect(url_for("federations.document", kind=kind))
        except DraftNotThere as refusal:
            flash(str(refusal), "error")
            return redirect(url_for("federations.documents"))
        except Refusal as refusal:
            form.refuse(refusal)
    draft = guard(actor(), "document.publish", _own(kind))
    newest = queries.document(here(), kind)
    try:
        html = documents.rendered(draft, actor().languages)
    except Refusal as refusal:
        html = {}
        if not form.errors:
            form.refuse(refusal)
    before = documents.source(newest) if newest else {}
    page = render_template(
        "federations/publish.html", kind=kind, draft=draft, form=form, html=html, newest=newest,
        title=title_of(kind, draft.title), signed=len(document_queries.accepted(here(), kind)),
        changes={code: texts.differences(before[code], draft.markdown.get(code, "")) for code in html if code in before},
    )  # fmt: skip
    return page, (422 if form.errors else 200)
