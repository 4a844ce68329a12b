"""Languages of the pages: from the address, the cookie or the browser; texts, numbers and dates to
match.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, get_locale
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept

from catalogue.languages import nearest
from catalogue.records import LANGUAGES, Text

LOCALES = {"fr": "fr", "nl": "nl_BE", "en": "en_GB"}
OWN_NAMES = {"fr": "Français", "nl": "Nederlands", "en": "English"}
COOKIE = "lang"
DEFAULT = "fr"


class Words(NamedTuple):
    """A text as shown: `lang` is None where it is the reader's language or unknown."""

    text: str
    lang: str | None

    def __html__(self) -> str:
        if self.lang is None:
            return str(escape(self.text))
        return str(Markup('<span lang="{}">{}</span>').format(self.lang, self.text))

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def init_app(app: Flask) -> None:
    """Give the app its languages, and templates their filters."""
    Babel(
        app,
        default_locale="en",
        default_timezone="Europe/Brussels",
        locale_selector=lambda: LOCALES[reader_language()],
    )
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.jinja_env.filters.update(
        number=number,
        size=size,
        day=day,
        moment=moment,
        words=words,
        isodate=isodate,
        keywords=keywords,
    )
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        language_names=OWN_NAMES,
        reader_language=reader_language,
    )


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = reader_language()


def reader_language() -> str:
    """Return `fr`, `nl` or `en`: from the address, else the cookie, else the browser."""
    if not has_request_context():
        return DEFAULT
    found = g.get("lang")
    if found in LANGUAGES:
        return str(found)
    first = request.path.split("/", 2)[1]
    if first in LANGUAGES:
        return first
    return preferred_language()


def preferred_language() -> str:
    """Return the language that the reader chose before, or that the browser asks for."""
    return preferred(request.cookies.get(COOKIE), request.accept_languages)


def preferred(chosen: str | None, accepted: LanguageAccept) -> str:
    """Return a language of ours: the one chosen before, else the first that is accepted."""
    if chosen in LANGUAGES:
        return str(chosen)
    # Werkzeug's best_match takes an exact `fr;q=0.5` before a preferred `nl-BE`.
    for tag in accepted.values():
        primary = tag.replace("_", "-").split("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return DEFAULT


def words(text: Text, lang: str | None = None) -> Words:
    """Return a text in the reader's language, or else the nearest one, marked with its language."""
    wanted = lang or reader_language()
    value, tag = nearest(text, wanted)
    return Words(value or "", None if tag in (wanted, "und") else tag)


class Keywords(NamedTuple):
    """Keywords as shown, with their language where it is not the reader's."""

    words: list[str]
    lang: str | None


def keywords(found: dict[str, list[str]]) -> Keywords:
    """Return the keywords in the reader's language, or else in the nearest one there is."""
    wanted = reader_language()
    value, tag = nearest(found, wanted)
    return Keywords(value or [], None if tag in (wanted, "und") else tag)


def number(value: float) -> str:
    """Format a number for the reader."""
    return format_decimal(value, locale=get_locale())


def size(size_bytes: int) -> str:
    """Format a number of bytes for the reader, with three figures at most."""
    value, unit = float(size_bytes), "byte"
    for unit in ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte"):
        if value < 1000 or unit == "terabyte":
            break
        value /= 1000
    rounded = round(value, 1) if value < 10 and unit != "byte" else round(value)
    return format_unit(rounded, f"digital-{unit}", length="short", locale=get_locale())


def day(value: str | date | None) -> str:
    """Format a day or a moment as a day; what is no date stays as it is."""
    found = _parse(value)
    if found is None:
        return str(value or "")
    return _with_first(format_date(found, "long", rebase=isinstance(found, datetime)))


def moment(value: str | datetime | None) -> str:
    """Format a moment with its time, in the time of the territory."""
    found = _parse(value)
    if not isinstance(found, datetime):
        return day(value)
    return _with_first(format_datetime(found, "d MMMM y, HH:mm"))


def _with_first(text: str) -> str:
    """Return a date as French writes the first of a month, which its patterns do not know."""
    is_first = reader_language() == "fr" and text.startswith("1 ")
    return f"1er {text[2:]}" if is_first else str(text)


def isodate(value: str | None) -> str:
    """Return what the `datetime` attribute of `<time>` wants."""
    found = _parse(value)
    return "" if found is None else found.isoformat()


def _parse(value: str | date | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        if len(value) <= 10:
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
