"""Associations and services: create, rename, close."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.federations import bodies
from lms.people.federations.forms import AssociationForm, PressForm, ServiceForm
from lms.people.federations.views import federations, here
from lms.policy import declares, guard
from lms.texts import gettext as _


def _page(association: AssociationForm, service: ServiceForm) -> Any:
    found = bodies.associations(here())
    service.offer(found)
    page = render_template(
        "federations/bodies.html", associations=found, services=bodies.services(here()), association=association,
        service=service, names={one.id: one for one in found},
    )  # fmt: skip
    return page, (422 if association.errors or service.errors else 200)


@federations.get("/federation/bodies")
@declares("federation.change")
def all_bodies() -> Any:
    """What belongs to the federation, and where agents work."""
    return _page(AssociationForm(), ServiceForm())


@federations.post("/federation/associations")
@declares("federation.change")
def create_association() -> Any:
    """A new association."""
    form, back = AssociationForm(), url_for("federations.all_bodies")
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(actor().person_id, form, clock.now()):
                    return redirect(done)
                bodies.create_association(here(), form.name.data or "", by=actor().person_id, now=clock.now())
                once.keep(actor().person_id, form, back)
            flash(_("La asociación está en la lista."), "done")
            return redirect(back)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(form, ServiceForm(formdata=None))


@federations.post("/federation/services")
@declares("federation.change")
def create_service() -> Any:
    """A new service."""
    form, back = ServiceForm(), url_for("federations.all_bodies")
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(actor().person_id, form, clock.now()):
                    return redirect(done)
                bodies.create_service(
                    here(), form.name.data or "", form.chosen(), by=actor().person_id, now=clock.now()
                )
                once.keep(actor().person_id, form, back)
            flash(_("El servicio está en la lista."), "done")
            return redirect(back)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(AssociationForm(formdata=None), form)


def _one(kind: str, body_id: UUID) -> Any:
    found = (bodies.association if kind == "association" else bodies.service)(here(), body_id)
    return guard(actor(), "federation.change", found)


@federations.route("/federation/associations/<uuid:association_id>", methods=["GET", "POST"])
@declares("federation.change")
def association(association_id: UUID) -> Any:
    """One association: its name, and its end."""
    form = AssociationForm(obj=_one("association", association_id))
    if form.validate_on_submit():
        try:
            with transaction():
                bodies.rename_association(
                    _one("association", association_id), form.name.data or "", by=actor().person_id, now=clock.now()
                )
            flash(_("El nombre está guardado."), "done")
            return redirect(url_for("federations.all_bodies"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _body_page("association", association_id, form)


@federations.route("/federation/services/<uuid:service_id>", methods=["GET", "POST"])
@declares("federation.change")
def service(service_id: UUID) -> Any:
    """One service: its name, its association, and its end."""
    kept = _one("service", service_id)
    form = ServiceForm(name=kept.name, association=str(kept.association_id or ""))
    if form.validate_on_submit():
        try:
            with transaction():
                bodies.change_service(
                    _one("service", service_id), form.name.data or "", form.chosen(), by=actor().person_id,
                    now=clock.now(),
                )  # fmt: skip
            flash(_("El servicio está guardado."), "done")
            return redirect(url_for("federations.all_bodies"))
        except Refusal as refusal:
            form.refuse(refusal)
    form.offer(bodies.associations(here()), _one("service", service_id).association_id)
    return _body_page("service", service_id, form)


def _body_page(kind: str, body_id: UUID, form: Any) -> Any:
    page = render_template(
        "federations/body.html", kind=kind, one=_one(kind, body_id), form=form, press=PressForm(formdata=None)
    )
    return page, (422 if form.errors else 200)


@federations.post("/federation/associations/<uuid:association_id>/close")
@declares("federation.change")
def close_association(association_id: UUID) -> Any:
    """The association is no more."""
    return _close("association", association_id)


@federations.post("/federation/services/<uuid:service_id>/close")
@declares("federation.change")
def close_service(service_id: UUID) -> Any:
    """The service is no more."""
    return _close("service", service_id)


def _close(kind: str, body_id: UUID) -> Any:
    try:
        with transaction():
            bodies.close(_one(kind, body_id), by=actor().person_id, now=clock.now())
        flash(_("El cierre queda anotado con fecha de hoy. Lo que menciona su nombre sigue como estaba."), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("federations.all_bodies"))
