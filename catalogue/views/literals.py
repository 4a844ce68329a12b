"""Values as somebody wrote them, read by the type of their column and written as SQL.

What leaves here is safe inside a statement: a text in quotes with its own quotes doubled, or
something that Python's own reader of numbers and dates has understood and written anew.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from catalogue.records import Column
from catalogue.views.errors import ViewError
from catalogue.views.kinds import Kind, kind_of

TERRITORY = ZoneInfo("Europe/Brussels")
_YES = frozenset(("true", "1", "yes", "oui", "ja"))
_NO = frozenset(("false", "0", "no", "non", "nee"))
_PLAIN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_DIGITS = 60


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as SQL takes it whatever its signs."""
    return '"' + name.replace('"', '""') + '"'


def is_day(text: str) -> bool:
    """Tell whether a text is a day without a time."""
    return bool(_PLAIN_DAY.fullmatch(text.strip()))


def literal(column: Column, text: str) -> str:
    """Return a value for a column as SQL. Raises ViewError where it is none of its type."""
    kind = kind_of(column.type)
    written = None if "\0" in text else _READERS[kind](text.strip(), text)
    if written is None:
        raise ViewError("view-value-unreadable", column=column.name, type=column.type, value=text)
    return written


def _text(_: str, text: str) -> str:
    return quoted(text)


def _number(text: str, _: str) -> str | None:
    if len(text) > _MOST_DIGITS:
        return None
    try:
        value = Decimal(text.replace(",", ".", 1).replace("\u202f", "").replace("\u00a0", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return None
    return format(value, "f") if abs(value.adjusted()) < 30 else f"{value:e}"


def _date(text: str, _: str) -> str | None:
    try:
        return f"DATE '{date.fromisoformat(text).isoformat()}'"
    except ValueError:
        return None


def _moment(text: str, _: str) -> str | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = value if value.tzinfo else value.replace(tzinfo=TERRITORY)
    return f"TIMESTAMPTZ '{whole.isoformat()}'"


def _local_moment(text: str, _: str) -> str | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if value.tzinfo else f"TIMESTAMP '{value.isoformat(sep=' ')}'"


def _time(text: str, _: str) -> str | None:
    try:
        value = time.fromisoformat(text)
    except ValueError:
        return None
    return None if value.tzinfo else f"TIME '{value.isoformat()}'"


def _boolean(text: str, _: str) -> str | None:
    if text.lower() in _YES:
        return "true"
    return "false" if text.lower() in _NO else None


def _none(_text: str, _: str) -> None:
    return None


_READERS = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.LOCAL_MOMENT: _local_moment,
    Kind.TIME: _time,
    Kind.BOOLEAN: _boolean,
    Kind.OTHER: _none,
}
