"""How one reads: for everybody, signed in or not."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, url_for

from lms import clock, reading
from lms.db import transaction
from lms.people.profile import operations
from lms.people.profile.forms import ReadingForm
from lms.people.profile.views import profile
from lms.policy import declares
from lms.texts import gettext as _


@profile.route("/account/reading", methods=["GET", "POST"])
@declares("reading.choose")
def how_one_reads() -> Any:
    """Choose text size, spacing, colours, calm and motion; kept with the account, or in this browser for visitors."""
    form = ReadingForm(data={name: known[0] for name, known in reading.CHOICES.items()} | reading.current())
    if form.validate_on_submit():
        said = reading.chosen({name: form[name].data for name in reading.CHOICES})
        if g.actor is not None:
            with transaction():
                operations.choose_reading(g.actor.person_id, said, now=clock.now())
        flash(_("Así leerás desde ahora.") if said else _("Todo queda como viene de origen."), "done")
        answer = make_response(redirect(url_for("profile.how_one_reads")))
        reading.keep(answer, said)
        return answer
    return render_template("profile/reading.html", form=form), (422 if form.errors else 200)
