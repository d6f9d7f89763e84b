"""Pages: how a person is called, and how they read."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.people import operations, sessions
from lms.people.called import with_pronouns
from lms.people.forms import AccountForm
from lms.policy import declares
from lms.texts import gettext as _

profile = Blueprint("profile", __name__, template_folder="templates")


profile.add_app_template_filter(with_pronouns)


@profile.route("/account/name", methods=["GET", "POST"])
@declares("account.read", POST="account.change")
def person() -> Any:
    """Name, pronouns, language and time zone."""
    form = AccountForm(obj=sessions.current_person())
    if form.validate_on_submit():
        with transaction():
            operations.change_account(
                actor().person_id, name=form.name.data or "", pronouns=form.pronouns.data or "",
                locale=form.locale.data, timezone=form.timezone.data, now=clock.now(),
            )  # fmt: skip
        flash(_("Tus datos están guardados."), "done")
        return redirect(url_for("account.overview"))
    return render_template("profile/person.html", form=form), (422 if form.errors else 200)


from lms.people.profile import (  # noqa: E402 (they hang on the blueprint)
    legal_name_views,  # noqa: F401
    reading_views,  # noqa: F401
    workplace_views,  # noqa: F401
)
