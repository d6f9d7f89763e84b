"""Answers and evidence said in words, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.lists import format_list

from assessments.competencies.framework import framework, said
from certificates.accreditation.queries import Road
from certificates.accreditation.rules import Answer, title
from lms.i18n import current, day, hours, percent
from lms.places import place
from lms.texts import gettext as _
from lms.texts import ngettext

Names = Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone of the road, as the `steps` macro takes it."""

    title: str
    state: str  # done | current | waiting | todo
    detail: str
    href: str | None = None
    whose: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Minutes of a kind against what is asked, as the `bars` macro takes it."""

    label: str
    value: int
    target: int
    words: str
    target_words: str


def people_in(answers: Iterable[Answer]) -> set[UUID]:
    """Whoever is named by id in answers: mentors and assessors."""
    found: set[UUID] = set()
    for answer in answers:
        facts = answer.facts
        found |= {UUID(id_) for id_ in facts.get("mentors", {}).get("who", [])}
        found |= {UUID(rating["by"]) for rating in facts.get("ratings", [])}
        found |= people_in(answer.parts)
    return found


def heading(answer: Answer) -> str:
    """The requirement's title."""
    return title(answer.requirement["title"], current())


def kind_of_hours(kind: str) -> str:
    """A kind of session."""
    return {
        "individual": _("Mentoría individual"),
        "group": _("Correflexión en grupo"),
        "observation": _("Observación directa"),
        "practice": _("Práctica supervisada"),
    }[kind]


def _of(done: int, total: int) -> str:
    """Minutes against what is asked: "7 h de 12 h", "13 h (se piden 12 h)"."""
    if done <= total:
        return _("%(done)s de %(total)s", done=hours(done), total=hours(total))
    return _("%(done)s (se piden %(total)s)", done=hours(done), total=hours(total))


def progress(answer: Answer) -> str:
    """How far: "7 h de 12 h", "3 de 5 lecciones"."""
    done, total = answer.done, answer.total
    if "certificate" in answer.facts:
        return _("Reconocido")
    if answer.unit == "minute":
        return _of(done, total)
    if answer.unit == "lesson":
        return ngettext("%(done)s de %(num)s lección", "%(done)s de %(num)s lecciones", total, done=done)
    if answer.unit == "quiz":
        return ngettext("%(done)s de %(num)s comprobación", "%(done)s de %(num)s comprobaciones", total, done=done)
    if answer.unit == "area":
        return (
            ngettext("%(done)s de %(num)s competencia", "%(done)s de %(num)s competencias", total, done=done)
            if (answer.requirement.get("codes"))
            else ngettext("%(done)s de %(num)s área", "%(done)s de %(num)s áreas", total, done=done)
        )
    if answer.unit == "part":
        return ngettext("%(done)s de %(num)s parte", "%(done)s de %(num)s partes", total, done=done)
    return _("Aceptado") if answer.met else _("Sin aceptar en su versión actual")


def details(answer: Answer, names: Names) -> list[str]:
    """The evidence, sentence by sentence."""
    told = {
        "document": _document,
        "course": _course,
        "quiz": _quiz,
        "hours": _hours,
        "competency": _competency,
    }.get(answer.requirement["kind"])
    if told is not None:
        return [*told(answer, names), *recognised(answer)]
    return [_("%(what)s: %(how)s", what=heading(part), how=progress(part)) for part in answer.parts]


def recognised(answer: Answer) -> list[str]:
    """Where it comes from, as far as that is another federation."""
    facts = answer.facts
    if "certificate" in facts:
        found = facts["certificate"]
        return [
            _(
                "Por el certificado %(serial)s de %(federation)s, en vigor hasta el %(date)s.",
                serial=found["serial"],
                federation=found["from"]["name"],
                date=_date(found["valid_until"]),
            )
        ]
    if answer.requirement["kind"] not in ("course", "quiz"):
        return []
    names = {row["from"]["id"]: row["from"]["name"] for row in facts["modules"] if "from" in row}
    return [
        _("Hecho en %(federation)s, con acuerdo de reconocimiento.", federation=name) for name in sorted(names.values())
    ]


def lacking(answer: Answer) -> list[str]:
    """What a requirement still lacks, in few sentences: for a step of the road."""
    facts, kind = answer.facts, answer.requirement["kind"]
    if kind in ("course", "quiz") and not facts["enrolment"]:
        return [_("Empieza por inscribirte en una edición del curso.")]
    if kind == "course":
        rows = [row for row in facts["modules"] if row["done"] < row["lessons"] or not row["lessons"]]
        return _course(replace(answer, facts=facts | {"modules": rows}), {})
    if kind == "quiz":
        return _quiz(replace(answer, facts={"modules": [row for row in facts["modules"] if not row["passed"]]}), {})
    if kind == "competency":
        return [_("Nivel que se pide: %(level)s o más.", level=facts["level"])]
    if kind != "hours":
        return details(answer, {})
    mentors = facts["mentors"] if facts["mentors"]["done"] < facts["mentors"]["asked"] else {"asked": 0, "who": []}
    rows = [row for row in facts["kinds"] if row["done"] < row["asked"]]
    told = _hours(replace(answer, facts={"kinds": rows, "mentors": mentors}), {})
    if facts["waiting"]:
        waiting = ngettext(
            "%(num)s sesión por visar (%(minutes)s).",
            "%(num)s sesiones por visar (%(minutes)s).",
            facts["waiting"],
            minutes=hours(facts["waiting_minutes"]),
        )
        told.append(waiting)
    return told


def _date(iso: str | None) -> str:
    return day(datetime.fromisoformat(iso)) if iso else ""


def _document(answer: Answer, _names: Names) -> list[str]:
    facts = answer.facts
    if not facts:
        return []
    return [_("Versión %(number)s, aceptada el %(date)s.", number=facts["version"], date=_date(facts["given_at"]))]


def _course(answer: Answer, _names: Names) -> list[str]:
    return [
        _(
            "Módulo %(number)s: %(done)s de %(total)s lecciones.",
            number=row["module"],
            done=row["done"],
            total=row["lessons"],
        )
        if row["lessons"]
        else _("Módulo %(number)s: sin lecciones todavía.", number=row["module"])
        for row in answer.facts["modules"]
    ]


def _quiz(answer: Answer, _names: Names) -> list[str]:
    told = []
    for row in answer.facts["modules"]:
        facts = {"number": row["module"], "score": percent(row["score"]), "date": _date(row["at"])}
        if row["score"] is None:
            told.append(_("Módulo %(number)s: por hacer.", **facts))
        elif row["passed"]:
            told.append(_("Módulo %(number)s: superada con un %(score)s, el %(date)s.", **facts))
        else:
            told.append(_("Módulo %(number)s: %(score)s en el mejor intento, sin superar.", **facts))
    return told


def _hours(answer: Answer, names: Names) -> list[str]:
    facts = answer.facts
    told = [
        _("%(what)s: %(how)s.", what=kind_of_hours(row["kind"]), how=_of(row["done"], row["asked"]))
        for row in facts["kinds"]
    ]
    mentors = facts["mentors"]
    if mentors["asked"]:
        told.append(
            ngettext(
                "Horas visadas por %(done)s persona sénior; se pide %(num)s.",
                "Horas visadas por %(done)s personas sénior; se piden %(num)s.",
                mentors["asked"],
                done=mentors["done"],
            )
        )
    if mentors["who"] and names:
        told.append(_("Visadas por: %(who)s.", who=_list(mentors["who"], names)))
    return told


def _competency_title(code: str) -> str:
    found = framework().by_code.get(code)  # a later framework may have dropped what an old dossier names
    return said(found.title, current()) if found else ""


def _competency(answer: Answer, names: Names) -> list[str]:
    facts = answer.facts
    told = [_("Nivel que se pide: %(level)s o más.", level=facts["level"])]
    for rating in facts["ratings"]:
        told.append(
            _(
                "%(code)s %(title)s: nivel %(level)s, por %(who)s, el %(date)s.",
                code=rating["code"],
                title=_competency_title(rating["code"]),
                level=rating["level"],
                who=names.get(UUID(rating["by"]), _("quien evaluó")),
                date=_date(rating["at"]),
            )
        )
    return told


def _list(ids: Iterable[str], names: Names) -> str:
    return format_list(sorted(names.get(UUID(id_), "?") for id_ in ids), locale=current())


def turn(answer: Answer, names: Names) -> str | None:
    """Whose turn it is, and since when, if that is known."""
    if answer.whose is None:
        return None
    if answer.whose == "mentor":
        who = _list(answer.facts.get("waiting_for", []), names) or _("quien te acompaña")
    else:
        who = {"me": _("tuyo"), "assessor": _("quien evalúa"), "federation": _("tu federación")}[answer.whose]
    if answer.waiting_since is not None:
        return _("%(who)s, desde el %(date)s", who=who, date=day(answer.waiting_since))
    return who


def _text(kind: str) -> str:
    """Where a text is read and accepted."""
    if kind == "consent":
        return place("account.consent")
    if kind == "code-of-ethics":
        return f"{place('account.document', kind=kind)}?next={place('accreditation.road')}"
    return place("account.overview")


def _place(answer: Answer) -> str | None:
    """Where to go on with a requirement."""
    facts, kind = answer.facts, answer.requirement["kind"]
    if kind == "quiz" and facts["enrolment"]:
        open_ = [row["slug"] for row in facts["modules"] if row["slug"] and not row["passed"]]
        if open_:
            return place("quizzes.quiz", enrolment_id=facts["enrolment"], module=open_[0])
    if kind in ("course", "quiz"):
        if facts["enrolment"]:
            return place("learning.edition", enrolment_id=facts["enrolment"])
        return place("catalogue.course", slug=facts["course"])
    if kind == "document":
        return _text(answer.requirement["document"])
    places = {"hours": "mentoring.index", "competency": "competencies.profile"}
    return place(places[kind]) if kind in places else None


def steps(road: Road, names: Names, *, brief: bool = False) -> list[Step]:
    """The requirements in their order, then the application, the decision and the certificate.

    `names`: of the mentors who have sessions to sign. `brief` says how far each is, but not what it lacks.
    """
    found: list[Step] = []
    mine = next((answer for answer in road.answers if answer.whose == "me"), None)
    for answer in road.answers:
        if answer.met:
            state = "done"
        elif answer.whose == "me":
            state = "current" if answer is mine else "todo"
        else:
            state = "waiting"
        told = [] if answer.unit == "lesson" and not answer.total else [f"{progress(answer)}."]
        told += [] if brief else recognised(answer) if answer.met else lacking(answer)
        found.append(Step(heading(answer), state, " ".join(told), _place(answer), turn(answer, names)))
    return [*found, *_last_steps(road)]


def _last_steps(road: Road) -> list[Step]:
    dossier = road.dossier
    state = dossier.state if dossier is not None else None
    if dossier is None or not dossier.stands:
        if road.may_apply:
            ask = Step(_("Pedir la acreditación"), "current", _("Con el formulario de «Mi camino»."), None, _("tuyo"))
        else:
            told = _("Cuando todo lo anterior esté, la pides desde «Mi camino».")
            ask = Step(_("Pedir la acreditación"), "todo", told)
        return [
            ask,
            Step(_("Decisión y certificado"), "todo", _("Lo deciden dos personas de tu federación.")),
        ]
    asked = Step(_("Acreditación pedida"), "done", _("El %(date)s.", date=day(dossier.applied_at)))
    federation = _("tu federación")
    if state == "open":
        since = _("%(who)s, desde el %(date)s", who=federation, date=day(dossier.applied_at))
        return [asked, Step(_("Decisión y certificado"), "waiting", _("Deciden dos personas."), None, since)]
    if state == "approved":
        since = _("%(who)s, desde el %(date)s", who=federation, date=day(dossier.decided_at))
        return [
            asked,
            Step(_("Decisión y certificado"), "waiting", _("Aprobada. Falta emitir el certificado."), None, since),
        ]
    return [asked, Step(_("Decisión y certificado"), "done", _("Certificado emitido."), place("register.mine"))]


def bars(answer: Answer) -> list[Bar]:
    """The hours of an answer, in all and by kind, against what is asked."""

    def bar(label: str, done: int, asked: int) -> Bar:
        return Bar(label, done, asked, _of(done, asked), hours(asked))

    rows: list[dict[str, Any]] = answer.facts["kinds"]
    return [
        bar(_("En total"), answer.done, answer.total),
        *(bar(kind_of_hours(row["kind"]), row["done"], row["asked"]) for row in rows),
    ]


def hours_in(answers: Iterable[Answer]) -> list[Answer]:
    """The answers about hours, also those inside combinations."""
    found: list[Answer] = []
    for answer in answers:
        if answer.unit == "minute":
            found.append(answer)
        found += hours_in(answer.parts)
    return found
