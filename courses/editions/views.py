"""An edition, for those who keep and teach it: its meetings, its people, its settings."""

from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for

import courses.editions.jobs
import courses.editions.models  # noqa: F401 (its tables are known from here on)
from courses.catalogue.rules import in_language
from courses.editions import completion, operations, page_queries, queries, rules
from courses.editions.forms import ArrangeForm, MeetingForm, NeedForm, RuleForm, TrainerForm
from courses.editions.operations import Arrangement, Plan
from courses.editions.page_queries import EditionPage
from lms import clock, i18n, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("editions", __name__, template_folder="templates")
LAST_PAGE = 1000


def taught(edition_id: UUID) -> EditionPage:
    """The edition, if the actor teaches it or keeps the register."""
    return guard(actor(), "edition.teach", page_queries.edition(edition_id))


def kept(edition_id: UUID) -> EditionPage:
    """The edition, if the actor keeps the register."""
    return guard(actor(), "edition.change", page_queries.edition(edition_id))


def planned(form: MeetingForm) -> Plan:
    """A meeting as a form gives it; its hour is that of whoever writes it."""
    assert form.day.data is not None
    return Plan(
        what=form.what.data or "",
        day=form.day.data,
        starts_at=i18n.from_local(form.day.data, form.time.data),
        minutes=form.minutes.data or 0,
        setting=form.setting.data,
        place=form.place.data or "",
        link=form.link.data or "",
    )


@blueprint.route("/editions/<uuid:edition_id>", methods=["GET", "POST"])
@declares("edition.teach")
def edition(edition_id: UUID) -> Any:
    """The meetings of an edition; POST plans another one."""
    form, now = MeetingForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                found = taught(edition_id)
                if answer := once.answer(actor().person_id, form, now):
                    return redirect(answer)
                operations.plan(
                    edition_id, planned(form), federation_id=found.federation_id, by=actor().person_id, now=now
                )
                here = url_for("editions.edition", edition_id=edition_id)
                once.keep(actor().person_id, form, here)
            flash(_("El encuentro está en el calendario de la edición."), "done")
            return redirect(here)
        except Refusal as refusal:
            form.refuse(refusal)
    found = taught(edition_id)
    lines = page_queries.meetings(edition_id)
    page = render_template("editions/edition.html", edition=found, lines=lines, form=form, now=now)
    return page, (422 if form.errors else 200)


@blueprint.get("/editions/<uuid:edition_id>/people")
@declares("edition.teach")
def people(edition_id: UUID) -> str:
    """Who is in an edition and who waits, with what each has done."""
    found = taught(edition_id)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    learners = page_queries.learners(edition_id, page)
    shown = learners[: page_queries.PAGE]
    return render_template(
        "editions/people.html",
        edition=found,
        learners=shown,
        standings=queries.standings([one.enrolment_id for one in shown]),
        queue=page_queries.queue(edition_id) if page == 1 else [],
        page=page,
        more=len(learners) > page_queries.PAGE,
    )


def _settings(found: EditionPage, now: datetime, **tried: Any) -> Any:
    """The settings with their forms; one that was refused is shown as it was filled in."""
    rule = page_queries.rule(found)
    demands = rule.demands if rule else rules.USUAL
    shares = dict.fromkeys(rules.DEMANDS, 0) | {one["kind"]: one["share"] for one in demands}
    forms: dict[str, Any] = {
        "arrange": tried.get("arrange") or ArrangeForm(formdata=None, obj=found),
        "trainer": tried.get("trainer") or TrainerForm(formdata=None),
        "rule": tried.get("rule") or RuleForm(formdata=None, data=shares | {"usual": bool(rule and rule.usual)}),
        "need": tried.get("need") or NeedForm(formdata=None),
    }
    could = page_queries.could_teach(found.federation_id, now)
    forms["trainer"].trainer.choices = [(str(id_), name) for id_, name in could if id_ not in found.trainers]
    forms["need"].needs.choices = _needs(found)
    page = render_template(
        "editions/settings.html",
        edition=found,
        rule=rule,
        needed=page_queries.needed(found.course_id, found.federation_id),
        arrange=forms["arrange"],
        trainer=forms["trainer"],
        rule_form=forms["rule"],
        need=forms["need"],
    )
    return page, (422 if any(form.errors for form in forms.values()) else 200)


def _needs(found: EditionPage) -> list[tuple[str, str]]:
    courses = page_queries.courses(found.federation_id)
    others = [(str(id_), in_language(title, i18n.current())) for id_, title in courses if id_ != found.course_id]
    return [("accreditation", _("Una acreditación en vigor")), *sorted(others, key=itemgetter(1))]


@blueprint.route("/editions/<uuid:edition_id>/settings", methods=["GET", "POST"])
@declares("edition.change")
def settings(edition_id: UUID) -> Any:
    """An edition's dates, seats and place, its trainers, what completes it and what comes before; POST: dates, seats, place."""
    form, now = ArrangeForm() if request.method == "POST" else None, clock.now()
    if form is not None and form.validate():
        try:
            with transaction():
                found = kept(edition_id)
                values: dict[str, Any] = {name: form[name].data or "" for name in Arrangement.__slots__}
                given = Arrangement(**values)
                operations.arrange(edition_id, given, federation_id=found.federation_id, by=actor().person_id, now=now)
            flash(_("Los datos de la edición están guardados."), "done")
            return redirect(url_for("editions.settings", edition_id=edition_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _settings(kept(edition_id), now, arrange=form)


@blueprint.post("/editions/<uuid:edition_id>/trainers")
@declares("edition.change")
def give_trainer(edition_id: UUID) -> Any:
    """Let somebody teach the edition."""
    form, now = TrainerForm(), clock.now()
    found = kept(edition_id)
    could = page_queries.could_teach(found.federation_id, now)
    form.trainer.choices = [(str(id_), name) for id_, name in could]
    if form.validate():
        try:
            with transaction():
                found = kept(edition_id)
                operations.give_trainer(
                    edition_id, UUID(form.trainer.data), federation_id=found.federation_id, by=actor().person_id,
                    now=now,
                )  # fmt: skip
            flash(_("Hecho: desde ahora ve la edición y a quienes están en ella."), "done")
            return redirect(url_for("editions.settings", edition_id=edition_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _settings(kept(edition_id), now, trainer=form)


@blueprint.post("/editions/<uuid:edition_id>/trainers/<uuid:person_id>/take")
@declares("edition.change")
def take_trainer(edition_id: UUID, person_id: UUID) -> Any:
    """Somebody teaches the edition no longer."""
    with transaction():
        found = kept(edition_id)
        operations.take_trainer(
            edition_id, person_id, federation_id=found.federation_id, by=actor().person_id, now=clock.now()
        )
    flash(_("Ya no lleva esta edición. Lo que apuntó se queda."), "done")
    return redirect(url_for("editions.settings", edition_id=edition_id))


@blueprint.post("/editions/<uuid:edition_id>/rule")
@declares("edition.change")
def set_rule(edition_id: UUID) -> Any:
    """What completes the edition."""
    form, now = RuleForm(), clock.now()
    if form.validate():
        shares = {kind: int(form[kind].data or 0) for kind in rules.DEMANDS}
        try:
            with transaction():
                found = kept(edition_id)
                completion.set_rule(
                    edition_id, shares, usual=bool(form.usual.data), federation_id=found.federation_id,
                    by=actor().person_id, now=now,
                )  # fmt: skip
            flash(_("La regla está guardada. Los certificados ya emitidos conservan la suya."), "done")
            return redirect(url_for("editions.settings", edition_id=edition_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _settings(kept(edition_id), now, rule=form)


@blueprint.post("/editions/<uuid:edition_id>/needs")
@declares("edition.change")
def require(edition_id: UUID) -> Any:
    """The edition's course asks for something before it."""
    form, now = NeedForm(), clock.now()
    found = kept(edition_id)
    form.needs.choices = _needs(found)
    if form.validate():
        try:
            with transaction():
                found = kept(edition_id)
                needs = None if form.needs.data == "accreditation" else UUID(form.needs.data)
                completion.require(
                    found.course_id, needs, federation_id=found.federation_id, by=actor().person_id, now=now
                )
            flash(_("Guardado: se pide a quien se inscriba desde ahora. Quien ya está dentro sigue."), "done")
            return redirect(url_for("editions.settings", edition_id=edition_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _settings(kept(edition_id), now, need=form)


@blueprint.post("/editions/<uuid:edition_id>/needs/<uuid:need_id>/take")
@declares("edition.change")
def require_no_more(edition_id: UUID, need_id: UUID) -> Any:
    """It no longer does."""
    with transaction():
        found = kept(edition_id)
        completion.require_no_more(need_id, federation_id=found.federation_id, by=actor().person_id, now=clock.now())
    flash(_("Ya no se pide."), "done")
    return redirect(url_for("editions.settings", edition_id=edition_id))


from courses.editions import calendar_views, meeting_views, seat_views  # noqa: E402, F401 (they hang on the blueprint)
