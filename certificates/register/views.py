"""Pages of the register: the registrar's list and acts, the holder's certificates, the PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

import certificates.documents.jobs  # noqa: F401 (registers the job that an issue writes)
from certificates.documents import operations as documents
from certificates.documents import qr
from certificates.register import labels, names, operations, queries, rules
from certificates.register.forms import ReasonForm, ShowNameForm
from certificates.register.models import Certificate
from lms import audit, clock, i18n
from lms.access import FRESH, actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.people.privacy import sights
from lms.policy import declares, guard, may
from lms.texts import gettext as _

blueprint = Blueprint("register", __name__, template_folder="templates")
LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate as lists and pages show it."""

    id: UUID
    name: str
    legal: bool  # it bears a legal name, and `name` is another
    title: str
    serial: str
    code: str
    status: str
    tag: str
    word: Any
    issued_on: date
    valid_until: date | None  # None: it does not lapse
    snapshot: dict[str, Any]

    @property
    def completion(self) -> bool:
        """Whether it says that a course was completed, and accredits nobody."""
        return rules.is_completion(self.snapshot)


def _federation_id() -> UUID:
    """The federation in which the actor's role is held."""
    federation_id = actor().federation_id
    assert federation_id is not None
    return federation_id


@blueprint.get("/register/agents")
@declares("register.read")
def agents() -> str:
    """Accredited agents who agreed to be on the list that a federation shows to services: name and accreditation, no more."""
    found = [
        (name, rules.localised(rules.subject(one.snapshot)["title"], i18n.current()), one.valid_until)
        for name, one in queries.listed(_federation_id(), clock.now())
    ]
    return render_template("register/agents.html", found=found, today=clock.now())


def _lines(found: Sequence[Certificate]) -> list[Line]:
    """As lists show them; one statement more where any bears a legal name."""
    shown = names.shown(found)
    return [_line(one, shown[one.id]) for one in found]


def _line(certificate: Certificate, name: str) -> Line:
    status = rules.status(certificate.state, certificate.valid_until, clock.now())
    tag, word, _sentence = labels.STATUS[status]
    snapshot = certificate.snapshot
    return Line(
        id=certificate.id,
        name=name,
        legal=names.is_legal(snapshot),
        title=rules.localised(rules.subject(snapshot)["title"], i18n.current()),
        serial=certificate.serial,
        code=rules.grouped(certificate.code),
        status=status,
        tag=tag,
        word=word,
        issued_on=date.fromisoformat(snapshot["issued_on"]),
        valid_until=rules.last_day(snapshot),
        snapshot=snapshot,
    )


@blueprint.get("/register")
@declares("register.read")
def index() -> str:
    """The registrar's page: what is to be issued, what is about to lapse, and all that was issued, newest first."""
    federation_id = _federation_id()
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = queries.issued(federation_id, page=page)
    return render_template(
        "register/index.html",
        due=[
            (each, rules.localised(each.title, i18n.current()))
            for each in (queries.due(federation_id, limit=50) if page == 1 else [])
        ],
        lapsing=_lines(queries.lapsing(federation_id, clock.now()) if page == 1 else []),
        lines=_lines(found[: queries.PAGE]),
        page=page,
        more=len(found) > queries.PAGE,
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/issue")
@declares("certificate.issue")
def issue(dossier_id: UUID) -> Any:
    """Issue the certificate of an approved dossier; a second click leads to the one that there is."""
    try:
        with transaction():
            dossier = guard(actor(), "certificate.issue", queries.dossier(_federation_id(), dossier_id))
            certificate = operations.issue(
                dossier.id, by=actor().person_id, federation_id=dossier.federation_id, now=clock.now()
            )
    except operations.AlreadyIssued as refusal:
        flash(str(refusal), "info")
        return redirect(url_for("register.certificate", certificate_id=refusal.certificate_id))
    except Refusal as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("register.index"))
    flash(_("Certificado %(serial)s emitido.", serial=certificate.serial), "done")
    return redirect(url_for("register.certificate", certificate_id=certificate.id))


@blueprint.get("/certificates")
@declares("certificate.mine")
def mine() -> str:
    """One's own certificates."""
    found = queries.of_person(actor().person_id, actor().federation_id)
    return render_template("register/mine.html", lines=_lines(found))


@blueprint.get("/certificates/<uuid:certificate_id>")
@declares("certificate.read")
def certificate(certificate_id: UUID) -> str:
    """A certificate, to its holder and to the registrar; what was done to it and why, to the registrar alone."""
    found = guard(actor(), "certificate.read", queries.certificate(actor().federation_id, certificate_id))
    return _certificate(found)


def _certificate(found: Certificate, opened: str | None = None) -> str:
    sights.note(found.person_id, "certificate")
    url = documents.verify_url(found.code)
    own = found.person_id == actor().person_id
    acts = [] if own or not actor().has("registrar") else queries.acts(found.id)
    who = people.names({one.by for one in acts}) if acts else {}
    path, modules = qr.path(url)
    return render_template(
        "register/certificate.html",
        line=_lines([found])[0],
        opened=opened,  # the legal name, once somebody asked to see it
        may_open=names.is_legal(found.snapshot) and may(actor(), "legal-name.view", found),
        found=found,
        url=url,
        own=own,
        qr=path,
        modules=modules,
        form=ShowNameForm() if own else None,
        timeline=[
            {
                "when": i18n.moment(one.at),
                "iso": one.at.isoformat(),
                "what": labels.ACTS[one.act],
                "who": who.get(one.by, ""),
                "detail": one.reason,
            }
            for one in acts
        ],
        may_act=may(actor(), "certificate.revoke", found),
    )


@blueprint.get("/certificates/<uuid:certificate_id>/pdf")
@declares("certificate.read")
def pdf(certificate_id: UUID) -> Any:
    """The PDF, as a file; made now if nobody has asked for it before."""
    found = guard(actor(), "certificate.read", queries.certificate(actor().federation_id, certificate_id))
    if names.is_legal(found.snapshot):
        page = url_for("register.certificate", certificate_id=certificate_id)
        if found.person_id != actor().person_id:  # others ask for it by POST, which the trail notes
            return redirect(page)
        if clock.now() - actor().confirmed_at > FRESH:
            return redirect(url_for("account.confirm", next=page))
    return _file(found)


def _file(found: Certificate) -> Response:
    sights.note(found.person_id, "certificate")
    answer = Response(documents.pdf(found), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="certificado-{found.serial}.pdf"'
    return answer


def _opened(certificate_id: UUID) -> tuple[Certificate, str]:
    """A certificate with its legal name, opened; who opened it is in the trail."""
    with transaction():
        found = guard(actor(), "legal-name.view", queries.certificate(actor().federation_id, certificate_id))
        if not names.is_legal(found.snapshot):
            raise NotFound
        name = names.name(found.id, found.snapshot, found.sealed_name)
        audit.record(
            "legal-name.view",
            f"person:{found.person_id}",
            federation_id=found.federation_id,
            actor_id=actor().person_id,
            now=clock.now(),
            why=f"certificate:{found.id}",
        )
    return found, name


@blueprint.post("/certificates/<uuid:certificate_id>/legal-name")
@declares("legal-name.view")
def legal_name(certificate_id: UUID) -> str:
    """The legal name that a certificate bears, for the registrar."""
    return _certificate(*_opened(certificate_id))


@blueprint.post("/certificates/<uuid:certificate_id>/pdf")
@declares("legal-name.view")
def legal_pdf(certificate_id: UUID) -> Response:
    """The PDF with the legal name, for the registrar."""
    return _file(_opened(certificate_id)[0])


@blueprint.post("/certificates/<uuid:certificate_id>/name")
@declares("certificate.share")
def show_name(certificate_id: UUID) -> Any:
    """The holder's switch: whether the public page shows the name."""
    form = ShowNameForm()
    guard(actor(), "certificate.share", queries.certificate(actor().federation_id, certificate_id))
    if form.validate_on_submit():
        show = form.show.data == "yes"
        with transaction():
            found = guard(actor(), "certificate.share", queries.certificate(actor().federation_id, certificate_id))
            operations.show_name(found.id, person_id=actor().person_id, show=show, now=clock.now())
        flash(
            _("La página pública muestra tu nombre.") if show else _("La página pública ya no muestra tu nombre."),
            "done",
        )
    return redirect(url_for("register.certificate", certificate_id=certificate_id))


# What the confirming page says of each act: (title, what it means, button, what is said afterwards).
ACTS: dict[str, tuple[Any, Any, Any, Any]] = {
    "suspend": (
        _l("Suspender el certificado"),
        _l("La página pública dirá desde ahora mismo que está suspendido. Podrás levantar la suspensión más adelante."),
        _l("Suspender el certificado"),
        _l("El certificado está suspendido."),
    ),
    "reinstate": (
        _l("Levantar la suspensión"),
        _l("El certificado volverá a estar vigente, y la página pública lo dirá desde ahora mismo."),
        _l("Levantar la suspensión"),
        _l("La suspensión está levantada."),
    ),
    "revoke": (
        _l("Revocar el certificado"),
        _l("La página pública dirá desde ahora mismo que está revocado. No se puede deshacer."),
        _l("Revocar para siempre"),
        _l("El certificado está revocado."),
    ),
}


def _act(certificate_id: UUID, action: str, act: str) -> Any:
    """The page that asks for a reason, and the act itself."""
    form = ReasonForm()
    title, meaning, button, afterwards = ACTS[act]
    if form.validate_on_submit():
        try:
            with transaction():
                found = guard(actor(), action, queries.certificate(actor().federation_id, certificate_id))
                getattr(operations, act)(
                    found.id,
                    by=actor().person_id,
                    federation_id=found.federation_id,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(str(afterwards), "done")
            return redirect(url_for("register.certificate", certificate_id=certificate_id))
        except Refusal as refusal:
            form.refuse(refusal)
    found = guard(actor(), action, queries.certificate(actor().federation_id, certificate_id))
    page = render_template(
        "register/act.html", form=form, line=_lines([found])[0], act=act, title=title, meaning=meaning, button=button
    )
    return page, (422 if form.errors else 200)


@blueprint.route("/certificates/<uuid:certificate_id>/suspend", methods=["GET", "POST"])
@declares("certificate.suspend")
def suspend(certificate_id: UUID) -> Any:
    """Suspend, with a reason."""
    return _act(certificate_id, "certificate.suspend", "suspend")


@blueprint.route("/certificates/<uuid:certificate_id>/reinstate", methods=["GET", "POST"])
@declares("certificate.suspend")
def reinstate(certificate_id: UUID) -> Any:
    """Lift a suspension, with a reason."""
    return _act(certificate_id, "certificate.suspend", "reinstate")


@blueprint.route("/certificates/<uuid:certificate_id>/revoke", methods=["GET", "POST"])
@declares("certificate.revoke")
def revoke(certificate_id: UUID) -> Any:
    """Revoke for good, with a reason."""
    return _act(certificate_id, "certificate.revoke", "revoke")


from certificates.register import completion_views  # noqa: E402, F401 (they hang on the blueprint)
