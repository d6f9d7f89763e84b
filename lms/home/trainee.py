"""The desk of an agent: one next step, the road, and what waits for others."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from certificates.accreditation import evidence, words
from certificates.accreditation import queries as accreditation
from certificates.accreditation.evidence import Sources
from certificates.accreditation.queries import Road
from courses.learning.queries import CourseProgress, ModuleProgress
from lms.home.rules import Standing, next_step
from lms.i18n import current, day
from lms.places import place
from lms.policy import Actor
from lms.texts import gettext as _
from lms.texts import ngettext


@dataclass(frozen=True, slots=True)
class Next:
    """The one next step, in words."""

    title: str
    text: str
    href: str | None = None
    action: str | None = None


def agent(actor: Actor, federation: Any, now: datetime) -> Any:
    """What the agent's desk shows."""
    sources = evidence.collect(actor.person_id, federation, evidence.EVERYTHING, now=now)
    roads = accreditation.roads(actor.person_id, federation, sources, now=now)
    names = {session.mentor_id: session.mentor_name for session in sources.hours.sessions}
    return SimpleNamespace(
        next=_next(roads, sources),
        roads=[_road(road, names) for road in roads],
        waits=_waits(sources),
        meetings=meetings(sources.courses),
    )


def meetings(courses: list[CourseProgress]) -> list[Any]:
    """The next meeting of each edition that somebody is in, the soonest first."""
    coming = [
        SimpleNamespace(
            at=course.next_meeting,
            edition=course.edition_name,
            href=place("learning.edition", enrolment_id=course.enrolment_id),
        )
        for course in courses
        if course.next_meeting is not None and course.state == "active"
    ]
    return sorted(coming, key=lambda one: one.at)


def _road(road: Road, names: words.Names) -> Any:
    steps = words.steps(road, names, brief=True)
    return SimpleNamespace(
        title=words.title(road.scheme.title, current()),
        done=sum(step.state == "done" for step in steps),
        total=len(steps),
        steps=steps,
    )


def _lesson_left(courses: list[CourseProgress]) -> tuple[CourseProgress, ModuleProgress] | None:
    """The first module with lessons still to do, in the latest edition that has one."""
    going = [course for course in courses if course.state == "active"]  # nobody is called back from a pause
    return next(
        ((course, module) for course in going for module in course.modules if module.done < module.lessons), None
    )


def _quiz_left(sources: Sources) -> tuple[CourseProgress, ModuleProgress] | None:
    """The first module whose lessons are done and whose check of learning has not been passed."""
    for course in sources.courses:
        for module in course.modules if course.state == "active" else ():
            best = sources.quizzes.get((course.course_slug, module.number))
            if module.lessons and module.done >= module.lessons and (best is None or not best.passed):
                return course, module
    return None


def _standing(roads: list[Road], sources: Sources) -> Standing:
    answers = [answer for road in roads for answer in road.missing]
    dossiers = [road.dossier.state for road in roads if road.dossier is not None and road.dossier.stands]
    states = {"waiting": 0, "returned": 0}
    for session in sources.hours.sessions:
        states[session.state] += 1
    return Standing(
        enrolled=any(course.state != "left" for course in sources.courses),
        lessons_left=_lesson_left(sources.courses) is not None,
        quiz_left=_quiz_left(sources) is not None,
        returned=states["returned"],
        paired=bool(sources.hours.mentors),
        document_left=any(answer.requirement["kind"] == "document" for answer in answers),
        hours_left=any(answer.unit == "minute" for answer in answers),
        may_apply=any(road.may_apply for road in roads),
        dossier=next(iter(dossiers), None),
        waiting=states["waiting"],
    )


def _next(roads: list[Road], sources: Sources) -> Next:
    step = next_step(_standing(roads, sources))
    if step == "lesson":
        return _lesson(sources.courses)
    if step == "quiz":
        return _quiz(sources)
    if step == "returned":
        return _returned(sources)
    plain = {
        "certificate": lambda: Next(
            _("Tienes tu certificado"),
            _("Aquí ves cómo está, lo descargas y decides si tu nombre se ve cuando alguien lo comprueba."),
            place("register.mine"),
            _("Ver mi certificado"),
        ),
        "decision": lambda: Next(
            _("Tu solicitud está en manos de tu federación"),
            _(
                "La deciden dos personas, en un plazo de 60 días. Lo que decidan lo verás aquí; no tienes que hacer nada más."
            ),
            place("accreditation.road"),
            _("Ver mi camino"),
        ),
        "apply": lambda: Next(
            _("Ya puedes pedir tu acreditación"),
            _("Todo lo que pide el esquema está hecho. Revisa lo que se va a presentar y pídela cuando quieras."),
            place("accreditation.road"),
            _("Revisar y pedirla"),
        ),
        "enrol": lambda: Next(
            _("Elige la edición del curso que te venga bien"),
            _("El curso se hace a tu ritmo, desde el móvil, y puedes parar y volver cuando quieras."),
            place("catalogue.index"),
            _("Ver los cursos"),
        ),
        "document": lambda: Next(
            _("Lee el código ético y di si lo aceptas"),
            _("Es corto. Dice a qué nos comprometemos quienes acompañamos."),
            place("account.document", kind="code-of-ethics"),
            _("Leer el código ético"),
        ),
        "hours": lambda: Next(
            _("Apunta tu próxima sesión de mentoría"),
            _("Cuando la apuntes, le llegará a tu agente sénior para que la vise."),
            place("mentoring.new_session"),
            _("Apuntar una sesión"),
        ),
        "pairing": lambda: Next(
            _("Tu federación te buscará una persona sénior"),
            _("En cuanto la tengas, aparecerá aquí y podrás apuntar vuestras sesiones."),
        ),
        "wait": lambda: Next(
            _("Ahora les toca a otras personas"),
            _("Tu parte está hecha. Más abajo ves qué falta y de quién depende."),
            place("accreditation.road"),
            _("Ver mi camino"),
        ),
    }
    return plain[step]()


def _lesson(courses: list[CourseProgress]) -> Next:
    found = _lesson_left(courses)
    assert found is not None  # next_step said so
    course, module = found
    title = module.title.get(current()) or module.title["es"]
    begun = course.last_lesson is not None
    if begun and course.last_lesson is not None:
        text = _(
            "Qué bien verte. Lo dejaste en el módulo %(module)s, lección %(lesson)s.",
            module=course.last_lesson.module_number,
            lesson=course.last_lesson.lesson_number,
        )
    else:
        text = _("Tu plaza está lista. Empieza cuando quieras; todo se guarda solo.")
    href = place("learning.edition", enrolment_id=course.enrolment_id)
    if course.last_lesson is not None and course.last_lesson.module_slug == module.slug:
        href = f"{href}/{module.slug}/{course.last_lesson.lesson_slug}"  # right where they left it
    return Next(
        _("Módulo %(number)s: %(title)s", number=module.number, title=title),
        text,
        href,
        _("Seguir con el curso") if begun else _("Empezar el curso"),
    )


def _quiz(sources: Sources) -> Next:
    found = _quiz_left(sources)
    assert found is not None
    course, module = found
    title = module.title.get(current()) or module.title["es"]
    return Next(
        _("Comprueba lo aprendido en «%(title)s»", title=title),
        _("Has hecho todas sus lecciones. Las respuestas se guardan según las das, y puedes dejarlo a medias."),
        place("quizzes.quiz", enrolment_id=course.enrolment_id, module=module.slug),
        _("Ir a las preguntas"),
    )


def _returned(sources: Sources) -> Next:
    session = next(session for session in sources.hours.sessions if session.state == "returned")
    return Next(
        _("%(name)s te ha devuelto una sesión", name=session.mentor_name),
        _(
            "Es la del %(day)s. Lee su nota, corrige lo que haga falta y vuelve a enviársela.",
            day=day(session.starts_at),
        ),
        place("mentoring.session", session_id=session.id),
        _("Ver la sesión"),
    )


def _waits(sources: Sources) -> list[str]:
    counts: dict[str, int] = {}
    for session in sources.hours.sessions:
        if session.state == "waiting":
            counts[session.mentor_name] = counts.get(session.mentor_name, 0) + 1
    return [
        ngettext(
            "%(name)s tiene %(num)s sesión por visar", "%(name)s tiene %(num)s sesiones por visar", count, name=name
        )
        for name, count in sorted(counts.items())
    ]
