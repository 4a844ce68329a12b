"""Figures written as people write them: `1 250,5`, `12 km`, `−3`, `1.250`.

A mark before exactly three figures can separate thousands or decimals: both readings are given,
and the other cells of the column decide.
"""

import re
from collections.abc import Iterator
from typing import Any

from tablecheck.mends.candidate import Candidate, plain_figures, spaced

EXAMPLES: list[tuple[dict[str, Any], str, list[tuple[str, str | None]]]] = [
    ({"type": "number", "decimalChar": ","}, "1.5", [("decimal-mark", "1,5")]),
    ({"type": "number"}, "1,5", [("decimal-mark", "1.5")]),
    ({"type": "number"}, "1\u202f250,5", [("group-spaces", "1250.5")]),
    ({"type": "number"}, "1.250,5", [("group-marks", "1250.5")]),
    ({"type": "number"}, "1,250", [("decimal-mark", "1.250"), ("group-marks", "1250")]),
    ({"type": "number"}, "0,250", [("decimal-mark", "0.250")]),
    ({"type": "number"}, "1,234,567", [("group-marks", "1234567")]),
    ({"type": "number"}, "\u221212.5", [("plain-figures", "-12.5")]),
    ({"type": "number", "decimalChar": ","}, "12,5 km/h", [("unit", "12,5")]),
    ({"type": "number"}, "€ 12,50", [("unit", "12.50")]),
    ({"type": "integer"}, "12,0", [("fraction", "12")]),
    ({"type": "integer"}, "12.", [("fraction", "12")]),
    ({"type": "integer"}, "1 250", [("group-spaces", "1250")]),
    ({"type": "integer"}, "1.250", [("decimal-mark", None), ("group-marks", "1250")]),
    ({"type": "integer"}, "12,5", [("decimal-mark", None)]),
    ({"type": "integer"}, "12 km", [("unit", "12")]),
    ({"type": "integer"}, "3 k€", []),
    ({"type": "integer"}, "3 ou 4", []),
    ({"type": "year"}, "2024,0", [("fraction", "2024")]),
]

_UNIT = r"(?:[€$£]|[^\W\d_]{1,3}[²³23]?(?:/[^\W\d_]{1,5}[²³23]?)?|°C?|[^\W\d_]{4,12})"
_FIGURES = re.compile(rf"^(?P<before>[€$£] ?)?(?P<figures>[+-]?\d[\d .,']*)(?P<unit> ?{_UNIT})?$")
# These change the number, or nobody knows by how much.
_MULTIPLES = re.compile(
    r"^(?:[kKM]€?|Md€?|K?EUR|MEUR|k\$|M\$|mi[ol]\w*|mln|mrd|mld|mille|milliers?|duizend\w*|ou|of|or|"
    r"et|en|and|[eE])$"
)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?P<mark>[ .,'])\d{3}(?:(?P=mark)\d{3})*$")


def of_number(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the readings of a text that stands where a number should."""
    plain = plain_figures(spaced(text))
    found = _FIGURES.match(plain)
    if found is None:
        return
    unit = (found["unit"] or "").strip()
    if _MULTIPLES.match(unit):
        return
    kind = "unit" if unit or found["before"] else ""
    if not kind and plain != spaced(text):
        kind = "plain-figures"
    figures = found["figures"].strip()
    is_whole = field.get("type") in ("integer", "year")
    decimal = "." if is_whole else str(field.get("decimalChar", "."))
    for own, mark, whole, fraction in _readings(figures, None if is_whole else decimal):
        if fraction is None:
            yield Candidate(kind or own, whole, mark)
        elif not is_whole:
            yield Candidate(kind or own, f"{whole}{decimal}{fraction}", mark)
        elif fraction.strip("0"):
            yield Candidate(own, None, mark)
        else:
            yield Candidate(kind or "fraction", whole, mark)


def _readings(figures: str, decimal: str | None) -> Iterator[tuple[str, str, str, str | None]]:
    """Give each reading as what is done, the sign that it is about, whole part and fraction."""
    bare = figures.replace(" ", "").replace("'", "")
    spaces = "group-spaces" if bare != figures else ""
    if re.fullmatch(r"[+-]?\d+", bare):
        yield spaces or "plain-figures", "", bare, None
        return
    if mixed := re.fullmatch(r"([+-]?\d{1,3}(?:\.\d{3})+),(\d+)", bare):
        yield "group-marks", ".", mixed[1].replace(".", ""), mixed[2]
        return
    if mixed := re.fullmatch(r"([+-]?\d{1,3}(?:,\d{3})+)\.(\d+)", bare):
        yield "group-marks", ",", mixed[1].replace(",", ""), mixed[2]
        return
    if single := re.fullmatch(r"([+-]?\d+)([.,])(\d*)", bare):
        whole, mark, fraction = single.groups()
        is_own = mark == decimal  # the mark that the field itself writes decimals with
        own = spaces or ("plain-figures" if is_own else "decimal-mark")
        yield own, "" if own == "plain-figures" else mark, whole, fraction or "0"
        if _GROUPED.match(figures) and not is_own and not spaces and whole.lstrip("+-0"):
            yield "group-marks", mark, whole + fraction, None
    elif several := re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+", bare):
        yield "group-marks", several[1], bare.replace(several[1], ""), None
