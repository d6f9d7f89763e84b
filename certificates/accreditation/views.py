"""Mi camino, the application, and the dossiers that a federation decides."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from certificates.accreditation import evidence, operations, queries, rules, words
from certificates.accreditation.forms import ApplyForm, DecideForm
from certificates.accreditation.models import Dossier
from courses.care import queries as care
from lms import clock, once
from lms.access import FRESH, actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.people.privacy import sights
from lms.people.profile import operations as profile
from lms.policy import declares, guard, may
from lms.texts import gettext as _

blueprint = Blueprint("accreditation", __name__, template_folder="templates")

DECIDED_WITHIN = timedelta(days=60)  # an application is decided within this time
WARNED_AFTER = timedelta(days=45)


def _federation() -> UUID:
    """The federation in which the actor acts."""
    federation_id = actor().federation_id
    if federation_id is None:
        raise NotFound
    return federation_id


@blueprint.get("/road")
@declares("road.read")
def road() -> Any:
    """Each scheme's requirements: what is there, what is missing, whose turn it is."""
    return _road(None)


@blueprint.route("/road/apply", methods=["GET", "POST"])
@declares("road.read", POST="dossier.apply")
def apply() -> Any:
    """Open a dossier; its form stands on the road."""
    form = ApplyForm()
    if not form.is_submitted():
        return redirect(url_for("accreditation.road"))
    if form.validate():
        try:
            with transaction():
                now, me = clock.now(), actor().person_id
                if done := once.answer(me, form, now):
                    return redirect(done)
                legal = form.name_kind.data == "legal"
                operations.apply(me, _federation(), _scheme_id(form), actor().name, now=now, legal=legal)
                address = url_for("accreditation.road")
                once.keep(me, form, address)
            flash(_("Has pedido la acreditación. Tus evidencias quedan guardadas como están hoy."), "done")
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    return _road(form), 422


def _scheme_id(form: ApplyForm) -> UUID:
    try:
        return UUID(form.scheme_id.data or "")
    except ValueError:
        raise NotFound from None


def _road(form: ApplyForm | None) -> str:
    now = clock.now()
    sources = evidence.collect(actor().person_id, _federation(), evidence.EVERYTHING, now=now)
    roads = queries.roads(actor().person_id, _federation(), sources, now=now)
    names = {session.mentor_id: session.mentor_name for session in sources.hours.sessions}
    if form is None and any(one.may_apply for one in roads):
        form = ApplyForm(formdata=None)
    return render_template("accreditation/road.html", roads=roads, names=names, form=form, words=words)


@blueprint.get("/dossiers")
@declares("dossier.list")
def dossiers() -> str:
    """Open dossiers by age, approved ones that wait for their certificate, and the last decided."""
    federation_id, me = _federation(), actor().person_id
    standing = queries.dossiers(federation_id, me)
    decided = queries.dossiers(federation_id, me, decided=True)
    return render_template(
        "accreditation/dossiers.html",
        mine=[row for row in standing if row.waits_for_me],
        others=[row for row in standing if row.state == "open" and not row.waits_for_me],
        approved=[row for row in standing if row.state == "approved"],
        decided=decided,
        names=people.names(row.person_id for row in (*standing, *decided)),
        now=clock.now(),
        limit=queries.LIMIT,
        warned_after=WARNED_AFTER,
        title=rules.title,
    )


@blueprint.get("/dossiers/<uuid:dossier_id>")
@declares("dossier.read")
def dossier(dossier_id: UUID) -> str:
    """The evidence as it was frozen, and the decision; for a member, the form where they may vote."""
    found = guard(actor(), "dossier.read", queries.dossier(dossier_id))
    return _dossier(found, None)


@blueprint.post("/dossiers/<uuid:dossier_id>/legal-name")
@declares("legal-name.view")
def legal_name(dossier_id: UUID) -> str:
    """Open the legal name that the certificate of a standing dossier shall bear; who opened it is in the trail."""
    with transaction():
        found = guard(actor(), "legal-name.view", queries.dossier(dossier_id))
        if not found.legal_name or found.state not in queries.STANDING:
            raise NotFound
        opened = profile.open_legal_name(
            found.person_id,
            by=actor().person_id,
            now=clock.now(),
            federation_id=found.federation_id,
            why=f"dossier:{found.id}",
        )
    return _dossier(found, None, opened)


@blueprint.route("/dossiers/<uuid:dossier_id>/decision", methods=["GET", "POST"])
@declares("dossier.decide")
def decide(dossier_id: UUID) -> Any:
    """Vote on a dossier."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            with transaction():
                now, me = clock.now(), actor().person_id
                found = guard(actor(), "dossier.decide", queries.dossier(dossier_id))
                if done := once.answer(me, form, now):
                    return redirect(done)
                decided = operations.decide(
                    found.id,
                    member_id=me,
                    federation_id=_federation(),
                    verdict=form.verdict.data,
                    reasons=form.reasons.data or "",
                    now=now,
                )
                address = url_for("accreditation.dossier", dossier_id=found.id)
                once.keep(me, form, address)
            flash(_voted(decided), "done")
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    found = guard(actor(), "dossier.decide", queries.dossier(dossier_id))
    return _dossier(found, form), (422 if form.errors else 200)


def _voted(dossier: Dossier) -> str:
    return {
        "approved": _("Tu voto está guardado. Con él, la acreditación queda aprobada."),
        "refused": _("Tu voto está guardado. Con él, la acreditación queda denegada."),
    }.get(dossier.state, _("Tu voto está guardado. Falta el de otra persona de la federación."))


def _dossier(found: Dossier, form: DecideForm | None, opened: str | None = None) -> str:
    me = actor()
    own = found.person_id == me.person_id
    sights.note(found.person_id, "dossier")
    final = found.state != "open"
    answers = [rules.thawed(item) for item in found.evidence]
    votes = queries.decisions(found.id)
    voted = any(vote.member_id == me.person_id for vote in votes)
    conflict = None
    if not own:
        parties = {*found.parties, *evidence.parties(found.person_id)}
        conflict = rules.conflict(str(me.person_id), str(found.person_id), parties)
    may_vote = not (own or final or voted or conflict) and may(me, "dossier.decide", found)
    if may_vote and form is None and clock.now() - me.confirmed_at <= FRESH:
        form = DecideForm(formdata=None)
    return render_template(
        "accreditation/dossier.html",
        dossier=found,
        version=queries.version(found.version_id),
        answers=answers,
        votes=votes,
        opened=opened,  # the legal name, once somebody asked to see it
        may_open=found.legal_name and found.state in queries.STANDING and may(me, "legal-name.view", found),
        own=own,
        final=final,
        voted=voted,
        party=conflict is not None,
        may_vote=may_vote,
        form=form if may_vote or (form is not None and form.errors) else None,
        names=people.names({found.person_id, *words.people_in(answers), *(vote.member_id for vote in votes)}),
        words=words,
        title=rules.title,
        plan=care.plan_stands(found.person_id, found.federation_id),
    )
