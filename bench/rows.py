"""What is measured: for each row, the chains of requests that do the work, and what every answer must hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bench import peers
from bench.drive import BOUNDARY, Chain, Step
from bench.peers import Aim, Peer
from bench.town import COURSE, Award, Someone, Town
from certificates.register.rules import grouped
from courses.mentoring import forms as mentoring

FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"  # what the page's script sends
UUID_PATTERN = "(%x+%-%x+%-%x+%-%x+%-%x+)"
QUESTIONS = 10


PLAIN = Aim()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `chains(town, count)` gives at least one chain; none when the page is not there yet.

    `once`: each chain changes something and is done once, so `chains` prepares `count` fresh ones. `share` lessens the count
    where one request is heavy.
    """

    name: str
    title: str
    chains: Callable[[Town, int], Sequence[Chain]]
    aim: Aim = PLAIN
    peer: Peer | None = None
    once: bool = False
    share: float = 1.0


def _fields(town: Town, **fields: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"csrf_token": town.token, **fields})


def _multipart(town: Town, **fields: str) -> str:
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrf_token": town.token, **fields}.items()
    )
    return "".join(parts) + "{parts}" * (not fields) + f"--{BOUNDARY}--\r\n"


def _pages(town: Town, address: Callable[[Someone], str | None], *holds: str) -> list[Chain]:
    """A page looked at by each of the readers."""
    found = [(reader, address(reader)) for reader in town.readers]
    return [(Step(url, cookie=reader.cookie, holds=holds),) for reader, url in found if url]


def sign_in(town: Town, _count: int) -> list[Chain]:
    url = town.url("security.login")
    return [(Step(url, holds=("</form>", 'name="password"')),)] * 16 if url else []


def desk(town: Town, _count: int) -> list[Chain]:
    url = town.url("home.index")
    if not url:
        return []
    return [
        (Step(url, cookie=reader.cookie, holds=(f"/learn/{reader.enrolment_id}", "</html>")),)
        for reader in town.readers
    ]


def catalogue(town: Town, _count: int) -> list[Chain]:
    return _pages(town, lambda _: town.url("catalogue.course", slug=COURSE), town.title, "</html>")


def course(town: Town, _count: int) -> list[Chain]:
    return _pages(
        town,
        lambda reader: town.url("learning.edition", enrolment_id=reader.enrolment_id),
        town.title,
        town.lesson_title,
    )


def lesson(town: Town, _count: int) -> list[Chain]:
    place = {"module": town.lesson_module, "lesson": town.lesson_slug}
    text = town.lesson_html
    return _pages(
        town,
        lambda reader: town.url("learning.lesson", enrolment_id=reader.enrolment_id, **place),
        town.lesson_title,
        text[:200],
        text[-100:],
    )


def _quiz_url(town: Town, someone: Someone) -> str | None:
    if not town.quiz_module:
        return None
    return town.url("quizzes.quiz", enrolment_id=someone.enrolment_id, module=town.quiz_module)


def quiz_page(town: Town, _count: int) -> list[Chain]:
    return _pages(town, lambda reader: _quiz_url(town, reader), town.quiz_title, "csrf_token")


def _start(town: Town, someone: Someone) -> Step:
    return Step(
        _quiz_url(town, someone) or "",
        "POST",
        someone.cookie,
        _fields(town),
        FORM,
        status=302,
        capture=f"/attempts/{UUID_PATTERN}$",
        writes=1,
    )


def _save(town: Town, someone: Someone, attempt: UUID | str, answers: dict[str, str]) -> Step:
    """As the page's script sends it; without `answers` those that an earlier step picked."""
    return Step(
        f"/attempts/{attempt}/answers",
        "POST",
        someone.cookie,
        _multipart(town, **answers),
        MULTIPART,
        script=True,
        holds=("saved",),
        writes=len(answers) or QUESTIONS,
    )


def _submit(town: Town, someone: Someone, attempt: UUID | str, answers: dict[str, str]) -> Step:
    body = _fields(town, confirm="1", **answers) + "{form}" * (not answers)
    return Step(f"/attempts/{attempt}/submit", "POST", someone.cookie, body, FORM, status=302, writes=1)


def _all(sheet: list[str]) -> dict[str, str]:
    return {f"q{position}": key for position, key in enumerate(sheet)}


def start(town: Town, count: int) -> list[Chain]:
    people = town.writers[:count]
    if not town.quiz_module or not _quiz_url(town, people[0]):
        return []
    town.no_attempts(people)
    return [(_start(town, someone),) for someone in people]


def sheet(town: Town, _count: int) -> list[Chain]:
    if not town.quiz_module or not town.url("quizzes.attempt", attempt_id=town.edition_id):
        return []
    attempts = town.open_attempts(town.readers)
    return [
        (Step(f"/attempts/{attempt}", cookie=reader.cookie, holds=(f'name="q{QUESTIONS - 1}"', "csrf_token")),)
        for reader, (attempt, _sheet) in zip(town.readers, attempts, strict=True)
    ]


def save(town: Town, _count: int) -> list[Chain]:
    if not town.quiz_module or not town.url("quizzes.answers", attempt_id=town.edition_id):
        return []
    attempts = town.open_attempts(town.readers)
    return [
        (_save(town, reader, attempt, {f"q{position}": sheet[position]}),)
        for position in range(QUESTIONS)
        for reader, (attempt, sheet) in zip(town.readers, attempts, strict=True)
    ]


def submit(town: Town, count: int) -> list[Chain]:
    if not town.quiz_module or not town.url("quizzes.submit", attempt_id=town.edition_id):
        return []
    people = town.writers[:count]
    attempts = town.open_attempts(people)
    return [
        (_submit(town, someone, attempt, _all(sheet)),)
        for someone, (attempt, sheet) in zip(people, attempts, strict=True)
    ]


def whole_quiz(town: Town, count: int) -> list[Chain]:
    if not town.quiz_module or not town.url("quizzes.submit", attempt_id=town.edition_id):
        return []
    people = town.writers[:count]
    town.no_attempts(people)
    return [
        (
            _start(town, someone),
            Step("/attempts/{found}", cookie=someone.cookie, holds=(f'name="q{QUESTIONS - 1}"',), picks=True),
            _save(town, someone, "{found}", {}),
            _submit(town, someone, "{found}", {}),
            Step("/attempts/{found}", cookie=someone.cookie, holds=("%", "</html>")),
        )
        for someone in people
    ]


def sign(town: Town, count: int) -> list[Chain]:
    url = town.url("mentoring.sign")
    if not url or not town.seniors:
        return []
    return [
        (
            Step(
                url,
                "POST",
                mentor.cookie,
                _fields(town, session=mentoring.chosen_key(session_id, written_at)),
                FORM,
                status=302,
                writes=1,
            ),
        )
        for mentor, session_id, written_at in town.waiting_sessions(count)
    ]


def verify(town: Town, _count: int) -> list[Chain]:
    if not town.url("verification.page", code="AAAA"):
        return []
    return [
        (Step(f"/verify/{award.code}", holds=(grouped(award.code), award.serial)),)
        for _someone, award in town.certificates(town.readers)
    ]


def verify_json(town: Town, _count: int) -> list[Chain]:
    if not town.url("verification.page", code="AAAA"):
        return []
    return [
        (Step(f"/verify/{award.code}.json", holds=(award.code, '"checks"')),)
        for _someone, award in town.certificates(town.readers)
    ]


def _pdf(town: Town, people: Sequence[tuple[Someone, Award]]) -> list[Chain]:
    found = [(someone, town.url("register.pdf", certificate_id=award.id)) for someone, award in people]
    return [(Step(url, cookie=someone.cookie, holds=("%PDF-", "%%EOF")),) for someone, url in found if url]


def pdf_first(town: Town, count: int) -> list[Chain]:
    return _pdf(town, town.without_pdf(town.writers[:count])) if town.url("register.pdf", certificate_id=town.edition_id) else []  # fmt: skip


def pdf_later(town: Town, _count: int) -> list[Chain]:
    return _pdf(town, town.with_pdf(town.readers)) if town.url("register.pdf", certificate_id=town.edition_id) else []  # fmt: skip


QUIZ_STEP = Aim(floor=3)
ROWS = (
    Row("sign-in", "sign-in page", sign_in, peer=peers.SIGN_IN),
    Row("desk", "desk of a trainee", desk, Aim(2.5, 25), peers.DESK),
    Row("course", "course page, enrolled", course, Aim(1.5, 40), peers.COURSE),
    Row("catalogue", "course page, public", catalogue, Aim(1.5, 40), peers.COURSE),
    Row("lesson", "lesson page", lesson, Aim(2.5, 25), peers.LESSON),
    Row("quiz-page", "quiz, start page", quiz_page, Aim(3, 20), peers.QUIZ_PAGE),
    Row("quiz-start", "quiz: start an attempt", start, QUIZ_STEP, once=True),
    Row("quiz-sheet", "quiz: the sheet", sheet, QUIZ_STEP),
    Row("quiz-save", "quiz: save one answer", save, Aim(floor=2)),
    Row("quiz-submit", "quiz: submit", submit, QUIZ_STEP, once=True),
    Row("quiz-whole", "quiz: start, sheet, save all, submit, review", whole_quiz, Aim(3, 20), peers.QUIZ, once=True, share=0.4),
    Row("sign-off", "sign one session off", sign, Aim(floor=3), once=True),
    Row("verify", "verification page", verify, Aim(1.5, 25), peers.VERIFY),
    Row("verify-json", "verification JSON", verify_json, Aim(1.5, 25), peers.BADGE),
    Row("pdf-first", "certificate PDF, first download", pdf_first, Aim(peer=5), peers.PDF, once=True, share=0.08),
    Row("pdf-later", "certificate PDF, later download", pdf_later, Aim(peer=60), peers.PDF),
)  # fmt: skip
