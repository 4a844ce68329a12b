"""The type of a text column, decided by every value it holds, with the reason.

A leading zero anywhere makes the column text for ever: `01001` is a commune, not a thousand and
one. What is proposed is what frictionless then accepts for the whole file.
"""

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck import patterns
from tablecheck.arrow import Cells, pc
from tablecheck.dates import parse_dates, parse_datetimes
from tablecheck.distinct import Distinct
from tablecheck.marks import choices, doubtful_mark, shown_marks
from tablecheck.names import STRONG_CODE_WORDS, code_word, words
from tablecheck.nearly import nearly_dates, odd_rows
from tablecheck.proposal import Proposal
from tablecheck.records import Inference

GEOMETRY_NAMES = frozenset({"geom", "geometry", "wkt", "the_geom", "geometrie", "geo_shape"})


def propose(column: Distinct) -> Proposal:
    """Propose the field of a text column."""
    values = column.filled
    if not len(values):
        return _proposal(column, "string", "no-values")
    trimmed = pc.utf8_trim_whitespace(values)
    for attempt in (_digits, _number):
        found = attempt(column, values, trimmed)
        if found is not None:
            return found
    for attempt_text in (_date, _datetime, _time, _boolean, _geometry):
        found = attempt_text(column, values)
        if found is not None:
            return found
    return _text(column, values, trimmed)


def propose_words(column: Distinct) -> Proposal:
    """Propose the field of texts in a typed file, where a figure in quotes was meant as text."""
    values = column.filled
    if not len(values):
        return _proposal(column, "string", "no-values")
    for attempt in (_date, _datetime, _geometry, _mixed_dates):
        found = attempt(column, values)
        if found is not None:
            return found
    return _proposal(column, "string", "text-in-file")


def _proposal(
    column: Distinct, type_: str, reason: str, field: dict[str, Any] | None = None, **params: Any
) -> Proposal:
    return Proposal(
        field={"name": column.name, "type": type_, **(field or {})},
        inference=Inference(
            column=column.name,
            type=type_,
            reason=reason,
            params={"count": column.filled_count, **params},
        ),
    )


def _because(column: Distinct, reason: str, value: str, **params: Any) -> Proposal:
    row = column.row_of(value)
    return _proposal(column, "string", reason, row=row, value=value[:200], **params)


def _untrimmed(values: Cells, trimmed: Cells, text: str) -> str:
    place = pc.index(trimmed, text).as_py()
    return str(values[place].as_py())


def _digits(column: Distinct, values: Cells, trimmed: Cells) -> Proposal | None:
    if not patterns.all_match(trimmed, patterns.DIGITS):
        return None
    code = _code_sign(column, values, trimmed)
    if code is not None:
        return code
    word = code_word(column.name, pc.unique(pc.utf8_length(trimmed)).to_pylist())
    if word is not None:
        return _proposal(column, "string", "code-name", word=word)
    try:
        pc.cast(trimmed, pa.int64())
    except pa.ArrowInvalid:
        lengths = pc.utf8_length(trimmed)
        longest = trimmed[pc.index(lengths, pc.max(lengths)).as_py()].as_py()
        return _because(column, "too-many-digits", _untrimmed(values, trimmed, longest))
    return _proposal(column, "integer", "all-integers")


def _code_sign(column: Distinct, values: Cells, trimmed: Cells) -> Proposal | None:
    """Find what a number never has: a leading zero or a plus sign."""
    for pattern, reason in ((patterns.LEADING_ZERO, "leading-zero"), (r"^\+", "plus-sign")):
        sign = patterns.first_match(trimmed, pattern)
        if sign is not None:
            return _because(column, reason, _untrimmed(values, trimmed, sign))
    return None


def _number(column: Distinct, values: Cells, trimmed: Cells) -> Proposal | None:
    for decimal, group in patterns.NUMBER_STYLES:
        if patterns.all_match(trimmed, patterns.number_pattern(decimal, group)):
            break
    else:
        return None
    if patterns.all_match(trimmed, "^(?:nan|NaN)\\z"):
        return None
    code = _code_sign(column, values, trimmed)
    if code is not None:
        return code
    strong = next((word for word in words(column.name) if word in STRONG_CODE_WORDS), None)
    if group and strong is not None:
        return _proposal(column, "string", "code-name", word=strong)
    mark = doubtful_mark(column.name, trimmed)
    if mark is not None:
        value = _untrimmed(values, trimmed, str(patterns.first_match(trimmed, f"[{mark}]")))
        doubt = _because(column, "ambiguous-separator", value, mark=mark)
        return msgspec.structs.replace(doubt, choices=choices(mark))
    has_decimals = patterns.first_match(trimmed, rf"\{decimal}[0-9]") is not None
    field: dict[str, Any] = {}
    if decimal != "." and has_decimals:
        field["decimalChar"] = decimal
    if group:
        field["groupChar"] = group
    reason = "all-numbers"
    if group:
        reason = "grouped-numbers"
    elif field:
        reason = "decimal-comma"
    proposal = _proposal(column, "number", reason, field, **_marks(field))
    marks = shown_marks(column.name, trimmed, decimal, group)
    return msgspec.structs.replace(proposal, marks=marks)


def _marks(field: dict[str, Any]) -> dict[str, Any]:
    return {
        name: field[key]
        for key, name in (("decimalChar", "decimal_char"), ("groupChar", "group_char"))
        if key in field
    }


def _date(column: Distinct, values: Cells) -> Proposal | None:
    for format_, pattern in patterns.DATE_FORMATS:
        if patterns.all_match(values, pattern) and parse_dates(values, format_) is not None:
            field = {} if format_ == "default" else {"format": format_}
            shown = "%Y-%m-%d" if format_ == "default" else format_
            return _proposal(column, "date", "all-dates", field, format=shown)
    return None


def _datetime(column: Distinct, values: Cells) -> Proposal | None:
    for format_, pattern in patterns.DATETIME_FORMATS:
        if not patterns.all_match(values, pattern):
            continue
        offsets = pc.match_substring_regex(values, patterns.HAS_OFFSET)
        has_offset = pc.any(offsets).as_py()
        if has_offset and not pc.all(offsets).as_py():
            naive = values[pc.index(offsets, False).as_py()].as_py()
            return _because(column, "mixed-offsets", naive)
        if parse_datetimes(values, format_) is None:
            continue
        field = {} if format_ == "default" else {"format": format_}
        reason = "all-datetimes-offset" if has_offset else "all-datetimes"
        shown = "%Y-%m-%dT%H:%M:%S" if format_ == "default" else format_
        return _proposal(column, "datetime", reason, field, format=shown)
    return None


def _time(column: Distinct, values: Cells) -> Proposal | None:
    for format_, pattern in patterns.TIME_FORMATS:
        if patterns.all_match(values, pattern):
            field = {} if format_ == "default" else {"format": format_}
            return _proposal(column, "time", "all-times", field)
    return None


def _boolean(column: Distinct, values: Cells) -> Proposal | None:
    if len(values) > 8:
        return None
    found = [str(text) for text in values.to_pylist()]
    yes = {word for word, _ in patterns.BOOLEAN_WORDS}
    no = {word for _, word in patterns.BOOLEAN_WORDS}
    if not all(text.lower() in yes | no for text in found):
        return None
    trues = [text for text in found if text.lower() in yes]
    falses = [text for text in found if text.lower() in no]
    for word, opposite in patterns.BOOLEAN_WORDS:  # a column that only says yes still knows no
        lowered = {text.lower() for text in found}
        if word in lowered and not falses:
            falses = [opposite]
        if opposite in lowered and not trues:
            trues = [word]
    field = {"trueValues": trues, "falseValues": falses}
    return _proposal(column, "boolean", "yes-no", field, values=", ".join(found))


def _geometry(column: Distinct, values: Cells) -> Proposal | None:
    if column.name.strip().lower() not in GEOMETRY_NAMES:
        return None
    if patterns.all_match(values, patterns.WKT):
        return _proposal(column, "string", "wkt-geometry")
    if patterns.all_match(values, r'^\s*\{.*"coordinates"\s*:'):
        return _proposal(column, "string", "geojson-geometry")
    return None


def _text(column: Distinct, values: Cells, trimmed: Cells) -> Proposal:
    zero = patterns.first_match(trimmed, r"^0[0-9][0-9 .]*\z")
    if zero is not None:
        return _because(column, "leading-zero", _untrimmed(values, trimmed, zero))
    numeric = pc.match_substring_regex(trimmed, patterns.ANY_NUMBER)
    share = pc.mean(pc.cast(numeric, pa.float64())).as_py()
    if share == 1:
        styles = [patterns.number_pattern(*style) for style in patterns.NUMBER_STYLES]
        is_usual = _usual(trimmed, styles)
        odd = trimmed[int(np.argmin(is_usual))].as_py()
        return _because(
            column, "mixed-marks", _untrimmed(values, trimmed, odd),
            usual="form", odd_count=odd_rows(column, is_usual),
        )  # fmt: skip
    mixed = _mixed_dates(column, values)
    if mixed is not None:
        return mixed
    nearly = nearly_dates(column, values)
    if nearly is not None:
        return _because(
            column, "mostly-dates", nearly.odd,
            format=nearly.format, usual="date", odd_count=nearly.odd_count,
        )  # fmt: skip
    other = values[pc.index(numeric, False).as_py()].as_py()
    if share < 0.5:
        return _because(column, "text", other)
    odd_count = odd_rows(column, numeric.to_numpy(zero_copy_only=False))
    return _because(column, "mixed-numbers", other, usual="number", odd_count=odd_count)


def _usual(values: Cells, forms: list[str]) -> npt.NDArray[np.bool_]:
    """Mark the values that are written in the form that most have."""
    masks = (pc.match_substring_regex(values, form) for form in forms)
    best: npt.NDArray[np.bool_] = max(
        (mask.to_numpy(zero_copy_only=False) for mask in masks), key=np.count_nonzero
    )
    return best


def _mixed_dates(column: Distinct, values: Cells) -> Proposal | None:
    """Name two values of a column that writes its dates in more than one way."""
    forms = [pattern for _, pattern in (*patterns.DATE_FORMATS, *patterns.DATETIME_FORMATS)]
    if not patterns.all_match(values, "|".join(forms)):
        return None
    firsts = {patterns.first_match(values, pattern) for pattern in forms} - {None}
    if len(firsts) < 2:
        return None
    rows = sorted((column.row_of(str(value)), str(value)) for value in firsts)
    (_, first), (row, second) = rows[:2]
    is_usual = _usual(values, forms)
    odd = str(values[int(np.argmin(is_usual))].as_py())
    return _because(
        column, "mixed-dates", first, other_row=row, other_value=second, usual="form",
        odd_value=odd, odd_row=column.row_of(odd), odd_count=odd_rows(column, is_usual),
    )  # fmt: skip
