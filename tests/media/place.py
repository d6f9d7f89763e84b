"""A learner in a lesson, with a mentor; another agent, and a mentor of somebody else."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.mentoring import operations as mentoring
from lms.db import transaction
from tests.learning.conftest import School
from tests.world import LONG_AGO, Browser, World


@dataclass
class Place:
    """Who is there, and where the lesson is."""

    world: World
    learner: UUID
    mentor: UUID
    other_mentor: UUID
    pairing: UUID
    lesson: str

    def learns(self) -> Browser:
        """The learner's browser."""
        return self.world.browser(self.learner)

    def accompanies(self) -> Browser:
        """The mentor's browser."""
        return self.world.browser(self.mentor)

    def record(self, browser: Browser, content: bytes, name: str = "voz.webm", **more: Any) -> Any:
        """Send a recording."""
        # By hand: the test client would spool a large body into a file that nobody closes.
        head = 'Content-Disposition: form-data; name="{}"'
        parts = [f"--b\r\n{head.format('csrf_token')}\r\n\r\n{browser.token}\r\n--b\r\n{head.format('voice')}; "]
        parts.append(f'filename="{name}"\r\nContent-Type: text/html\r\n\r\n')
        body = "".join(parts).encode() + content + b"\r\n--b--\r\n"
        address, form = f"{self.lesson}/voice", "multipart/form-data; boundary=b"
        return browser.client.post(address, data=body, content_type=form, **more)

    def end_pairing(self) -> None:
        """The mentor accompanies the learner no more."""
        with self.world.database(), transaction():
            mentoring.end_pairing(self.pairing, by=self.other_mentor, now=LONG_AGO)


def settle(school: School) -> Place:
    """Put everybody in place."""
    world = school.world
    learner, mentor, other = (
        world.person("agent", name="Ana"),
        world.person("senior", name="Rosa"),
        world.person("senior"),
    )
    enrolment = school.enrol(learner, school.edition(school.course()))
    with world.database(), transaction():
        pairing = mentoring.pair(world.here, learner, mentor, by=other, now=LONG_AGO).id
    return Place(world, learner, mentor, other, pairing, f"/learn/{enrolment}/modulo-1/leccion-1")
