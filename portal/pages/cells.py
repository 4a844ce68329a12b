"""Formats one value of a table for the eye: by type, in the reader's language, codes untouched."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from babel.numbers import format_decimal
from flask_babel import format_date, format_datetime, get_locale, gettext

from portal.preview import short_geometry

LONGEST = 200
_ADDRESS = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)

# A number whose name says that it counts nothing: years, codes and identifiers carry no thousands
# separator.
_CODE = re.compile(
    r"(^|_)(id|ids|code|codes|nr|num|numero|year|annee|an|jaar|insee|nis|ins|nsi|siren|siret|kbo|cp|postcode"
    r"|postal|lat|lon|latitude|longitude|x|y|geonames)(_|$)",
    re.IGNORECASE,
)


def is_code_name(name: str) -> bool:
    """Tell whether a column is called like one of codes, identifiers or years."""
    return bool(_CODE.search(name))


class Cell(NamedTuple):
    """A value as shown: `kind` is the class of its cell."""

    text: str
    kind: str
    is_cut: bool = False
    address: str | None = None


def cell(value: Any, name: str = "") -> Cell:
    """Return a value with its class: `number`, `code`, `text`, `date`, `null`, `geometry`; a
    text that is an address of the web leads there."""
    if value is None:
        return Cell("", "null")
    if isinstance(value, bool):
        return Cell(gettext("yes") if value else gettext("no"), "text")
    if isinstance(value, int | float | Decimal):
        return _number(value, name)
    if isinstance(value, datetime):
        return Cell(_moment(value), "date")
    if isinstance(value, date):
        return Cell(format_date(value, "short", rebase=False), "date")
    if isinstance(value, bytes):
        return Cell(short_geometry(value), "geometry")
    text = str(value)
    address = text if _ADDRESS.fullmatch(text) else None
    if len(text) > LONGEST:
        return Cell(text[:LONGEST].rstrip() + "…", "text", is_cut=True, address=address)
    return Cell(text, "text", address=address)


def _number(value: int | float | Decimal, name: str) -> Cell:
    is_code = is_code_name(name)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return Cell(str(value), "number")
    pattern = "0.##########" if is_code else "#,##0.######"
    try:
        return Cell(format_decimal(value, pattern, locale=get_locale()), "number")
    except InvalidOperation:  # more digits than a decimal number keeps
        return Cell(str(value), "number")


def _moment(value: datetime) -> str:
    # A moment without a time zone is what a clock on the wall showed: it must not be moved.
    pattern = "dd/MM/yyyy HH:mm:ss" if value.second else "dd/MM/yyyy HH:mm"
    return str(format_datetime(value, pattern, rebase=value.tzinfo is not None))
