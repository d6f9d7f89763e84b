"""Languages, and how dates, durations and percentages are said."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates
from flask import Flask, current_app, g, request, session
from flask_babel import Babel, format_decimal
from markupsafe import Markup

from lms import texts

LOCALES = ("es", "en")
CHOICES = (("es", "ES", "Español"), ("en", "EN", "English"))  # for the switch: code, mark, name


# How Babel writes dates and numbers in each.
REGIONS = {"es": "es_ES", "en": "en_GB"}


def region() -> str:
    """The language and region of this request, as Babel wants them."""
    return REGIONS[locale()]


def locale() -> str:
    """The language of this request: the person's, the session's choice, the browser's, the install's."""
    actor = g.get("actor")
    if actor is not None and actor.locale in LOCALES:
        return actor.locale if actor.locale in actor.languages else actor.languages[0]
    if request and request.args.get("lang") in LOCALES:  # a page that keeps no session
        return request.args["lang"]
    default = current_app.config["DEFAULT_LOCALE"]
    if not request:  # a command or a job
        return default
    chosen = session.get("locale")
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES) or default


def timezone() -> str:
    """The person's time zone; in a mail, its receiver's."""
    actor = g.get("actor")
    return actor.timezone if actor is not None else g.get("timezone", "Europe/Madrid")


@lru_cache(4_096)
def _in_words(value: date, spoken: str) -> str:
    return dates.format_date(value, "long", locale=REGIONS[spoken])


def day(value: date | datetime | None) -> str:
    """A date in words: "3 de marzo de 2026"; of a moment, the person's."""
    if value is None:
        return ""
    return _in_words(local(value).date() if isinstance(value, datetime) else value, texts.language())


def moment(value: datetime | None) -> str:
    """A date and an hour in the person's zone: "3 de marzo de 2026, 16:00"."""
    if value is None:
        return ""
    return f"{day(value)}, {local(value):%H:%M}"


@lru_cache(4_096)
def duration(minutes: int | None) -> Markup:
    """Whole minutes, said short, on one line: "1 h 30 min"."""
    sign, (whole, rest) = "−" if minutes and minutes < 0 else "", divmod(abs(int(minutes or 0)), 60)
    parts = ([f"{whole} h"] if whole else []) + ([f"{rest} min"] if rest or not whole else [])
    return Markup(sign + " ".join(parts).replace(" ", "&nbsp;"))


def hours(minutes: int) -> str:
    """Minutes said as hours: 90 → "1 h 30 min", 120 → "2 h", 45 → "45 min"."""
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} h"] if whole or not rest else []
    return sign + " ".join([*parts, f"{rest} min"] if rest else parts)


def percent(hundredths: int | None) -> str:
    """A score in hundredths of a per cent (0–10000) as "75 %"."""
    if hundredths is None:
        return "—"
    return f"{format_decimal(round(hundredths / 100, 1))}\u00a0%"


def local(value: datetime) -> datetime:
    """A moment in the person's zone."""
    return value.astimezone(ZoneInfo(timezone()))


def from_local(day_: date, clock_: Any) -> datetime:
    """The moment at which the person's clock shows this date and time."""
    return datetime.combine(day_, clock_, ZoneInfo(timezone()))


def init_app(app: Flask) -> None:
    """Attach Babel and the filters that templates use."""
    Babel(app, locale_selector=region, timezone_selector=timezone)
    texts.init_app(app)
    app.jinja_env.globals["kept_duration"] = duration
    app.jinja_env.filters |= {"day": day, "moment": moment, "hours": hours, "percent": percent}


def current() -> str:
    """The language tag of what is being rendered."""
    return texts.language()


__all__ = ["LOCALES", "current", "day", "from_local", "hours", "init_app", "local", "locale", "moment", "percent"]
