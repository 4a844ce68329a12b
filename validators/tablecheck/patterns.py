"""How numbers, dates and words for yes and no are written here: French, Dutch and English habits.

Each pattern accepts only what frictionless accepts for the field that we then propose.
"""

import re
from functools import cache

from tablecheck.arrow import Cells, pc

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
CURLY = "\u2019"

DIGITS = r"^[+-]?[0-9]+\z"
LEADING_ZERO = r"^[+-]?0[0-9]"

# (decimal, group), tried in this order: the first that fits every value is taken.
NUMBER_STYLES: tuple[tuple[str, str], ...] = (
    (".", ""),
    (",", ""),
    (",", " "),
    (",", NBSP),
    (",", NARROW_NBSP),
    (",", "."),
    (",", "'"),
    (",", CURLY),
    (".", " "),
    (".", NBSP),
    (".", NARROW_NBSP),
    (".", ","),
    (".", "'"),
    (".", CURLY),
)
ANY_NUMBER = rf"^[+-]?[0-9]+(?:[ {NBSP}{NARROW_NBSP}.,'{CURLY}][0-9]+)*(?:[eE][+-]?[0-9]+)?\z"

# (strptime format, pattern, places of year, month and day, or None where widths vary)
DATE_FORMATS: tuple[tuple[str, str], ...] = (
    ("default", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z"),
    ("%d/%m/%Y", r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\z"),
    ("%d-%m-%Y", r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}\z"),
    ("%d.%m.%Y", r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}\z"),
    ("%Y/%m/%d", r"^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}\z"),
    ("%m/%d/%Y", r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\z"),
)
DATETIME_FORMATS: tuple[tuple[str, str], ...] = (
    (
        "default",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
        r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?\z",
    ),
    ("%Y-%m-%dT%H:%M", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}\z"),
    ("%Y-%m-%d %H:%M", r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\z"),
    ("%d/%m/%Y %H:%M:%S", r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}\z"),
    ("%d/%m/%Y %H:%M", r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}\z"),
    ("%d-%m-%Y %H:%M:%S", r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}\z"),
    ("%d-%m-%Y %H:%M", r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4} [0-9]{1,2}:[0-9]{2}\z"),
)
HAS_OFFSET = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})\z"
TIME_FORMATS: tuple[tuple[str, str], ...] = (
    ("default", r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\z"),
    ("%H:%M", r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]\z"),
)
BOOLEAN_WORDS: tuple[tuple[str, str], ...] = (
    ("true", "false"),
    ("oui", "non"),
    ("ja", "nee"),
    ("vrai", "faux"),
    ("waar", "onwaar"),
    ("yes", "no"),
)
WKT = (
    r"^\s*(?i:SRID=[0-9]+;)?\s*(?i:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)"
    r"\s*(?i:ZM|Z|M)?\s*(?:\(|(?i:EMPTY))"
)


def number_pattern(decimal: str, group: str) -> str:
    """Give the pattern of numbers written with these marks."""
    whole = "[0-9]+" if not group else rf"(?:[0-9]+|[0-9]{{1,3}}(?:{_escape(group)}[0-9]{{3}})+)"
    point = _escape(decimal)
    return rf"^(?:[+-]?(?:{whole}(?:{point}[0-9]+)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|NaN)\z"


def _escape(char: str) -> str:
    return "\\" + char if char in ".'" else char


def all_match(values: Cells, pattern: str) -> bool:
    """Tell whether every value matches; a short look at the first ones spares most of the work."""
    if len(values) and _compiled(pattern).search(values[0].as_py()) is None:
        return False
    for part in (values[:64], values):
        if not pc.all(pc.match_substring_regex(part, pattern)).as_py():
            return False
    return True


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Give a pattern as Python writes it: the same for one short text, and much sooner done."""
    return re.compile(pattern.replace(r"\z", r"\Z"))


def first_match(values: Cells, pattern: str, *, negate: bool = False) -> str | None:
    """Give the first value that matches (or does not, with `negate`)."""
    mask = pc.match_substring_regex(values, pattern)
    place = pc.index(mask, not negate).as_py()
    return None if place < 0 else str(values[place].as_py())
