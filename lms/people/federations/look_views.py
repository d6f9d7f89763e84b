"""The federation's logo and colours: the page where they are chosen, and the two files that pages load."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock, storage
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.limits import takes
from lms.people import queries
from lms.people.federations import colours, logos, look, operations
from lms.people.federations.forms import ColoursForm, LogoForm
from lms.people.federations.refusals import ColourTooPale, LogoMissing, LogoTooLarge
from lms.people.federations.views import federations, here, own
from lms.policy import declares
from lms.texts import gettext as _

KEPT = "public, max-age=31536000, immutable"  # the address changes with the content
ROOM = 20_000  # of a sending, for what is not the file


@federations.get("/federation/look")
@declares("federation.change")
def looks() -> Any:
    """Logo and colours, and how both themes look with them."""
    row = own("federation.change")
    form = ColoursForm(act=row.look.get("act"), people=row.look.get("people"))
    return _page(LogoForm(), form, shown=(row.look.get("act"), row.look.get("people")))


def _page(logo: LogoForm, form: ColoursForm, *, shown: tuple[str | None, str | None], offers: Any = None) -> Any:
    row = own("federation.change")
    wrong = bool(logo.errors or form.errors)
    page = render_template(
        "federations/look.html", row=row, logo=logo, form=form, offers=offers or {}, house=colours.HOUSE,
        current=look.logo(row.id, row.look), panes={name: value for name, value in zip(("act", "people"), shown, strict=True) if value},
    )  # fmt: skip
    return page, (422 if wrong else 200)


@federations.post("/federation/look/logo")
@declares("federation.change")
@takes(logos.LARGEST_FILE + ROOM)
def set_logo() -> Any:
    """Take a new logo."""
    form = LogoForm()
    row = own("federation.change")
    if form.validate_on_submit():
        try:
            made = logos.read(_content(form))
            with transaction():
                operations.set_logo(here(), made, by=actor().person_id, now=clock.now())
            flash(_("El logotipo nuevo ya se ve."), "done")
            return redirect(url_for("federations.looks"))
        except Refusal as refusal:
            form.refuse(refusal)
    kept = row.look.get("act"), row.look.get("people")
    return _page(form, ColoursForm(formdata=None, act=kept[0], people=kept[1]), shown=kept)


def _content(form: LogoForm) -> bytes:
    sent = request.files.get(form.logo.name)
    content = b""
    if sent:
        with sent.stream as file:  # a large one lies in a temporary file
            content = file.read(logos.LARGEST_FILE + 1)
    if not content:
        raise LogoMissing
    if len(content) > logos.LARGEST_FILE:
        raise LogoTooLarge
    return content


@federations.post("/federation/look/logo/remove")
@declares("federation.change")
def remove_logo() -> Any:
    """Back to the mark of the house."""
    with transaction():
        operations.remove_logo(here(), by=actor().person_id, now=clock.now())
    flash(_("El logotipo está quitado."), "done")
    return redirect(url_for("federations.looks"))


@federations.post("/federation/look/colours")
@declares("federation.change")
def set_colours() -> Any:
    """Take colours that can be read, or show how they would look."""
    form, offers, found = ColoursForm(), {}, {}
    if form.validate_on_submit():
        for field, offered in ((form.act, form.act_offered), (form.people, form.people_offered)):
            field.data = offered.data or field.data or ""
            try:
                found[field.name] = operations.readable(field.name, field.data)
            except ColourTooPale as refusal:
                offers[field.name] = refusal.facts["nearest"]
                form.refuse(refusal)
            except Refusal as refusal:
                form.refuse(refusal)
        if not form.errors and "try" not in request.form:
            with transaction():
                operations.set_colours(here(), **found, by=actor().person_id, now=clock.now())
            flash(_("Los colores están guardados."), "done")
            return redirect(url_for("federations.looks"))
    shown = tuple(found.get(name) or offers.get(name) for name in ("act", "people"))
    return _page(LogoForm(formdata=None), form, shown=shown, offers=offers)  # type: ignore[arg-type]


@federations.get("/federation/look/panes.css")
@declares("federation.change")
def panes() -> Response:
    """The tokens of two panes, light and dark, for colours that need not be saved yet."""
    act, people = (colours.read(request.args.get(name, "")) for name in ("act", "people"))
    return _stylesheet(colours.panes(act, people), "private, max-age=3600")


@federations.get("/federations/<uuid:federation_id>/colours/<digest>.css")
@declares("federation.look")
def stylesheet(federation_id: UUID, digest: str) -> Response:
    """The federation's colours."""
    row = queries.federation(federation_id)
    act, people = (row.look.get("act"), row.look.get("people")) if row else (None, None)
    if not (act or people) or digest != colours.digest(act, people):
        raise NotFound
    return _stylesheet(colours.stylesheet(act, people), KEPT)


def _stylesheet(text: str, kept: str) -> Response:
    return Response(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": kept})


@federations.get("/federations/<uuid:federation_id>/logo/<digest>.png")
@declares("federation.look")
def logo(federation_id: UUID, digest: str) -> Response:
    """The federation's logo: always a PNG that we have made ourselves."""
    row = queries.federation(federation_id)
    kept = (row.look.get("logo") or {}) if row else {}
    content = storage.get(look.key(federation_id, digest)) if kept.get("digest") == digest else None
    if content is None:
        raise NotFound
    return Response(content, content_type="image/png", headers={"Cache-Control": KEPT})
