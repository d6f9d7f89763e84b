"""A mark and two notes in the first lesson of whoever has just begun."""

from datetime import datetime

from courses.catalogue.models import Lesson, Module
from courses.learning.models import Enrolment
from courses.learning.rules import Writing
from courses.study import notes
from courses.study.notes import Anchor
from courses.study.terms import plain_text
from lms.db import db
from lms.ids import new_id, new_key

SHORTEST, LONGEST = 60, 300  # of a line that is worth a mark


def write(enrolment: Enrolment, lesson: Lesson, now: datetime) -> None:
    """Mark a line, write on another, and on the lesson."""
    module = db.session.get_one(Module, lesson.module_id).slug
    worth = [line for line in plain_text(lesson.html["es"]).split("\n") if SHORTEST < len(line) < LONGEST]
    for anchor, text in (
        (Anchor(0, 0, worth[1].partition(".")[0]), ""),
        (Anchor(0, 0, worth[2].partition(".")[0]), "Decirlo así, con estas palabras, en mi primera mañana."),
        (None, "Preguntarle a Rosa cómo empezó ella."),
    ):
        writing = Writing(new_key(), 1, 0)
        notes.add(new_id(), enrolment.id, module, lesson.slug, text, anchor=anchor, writing=writing, now=now)
