"""What nearly all cells of a column are, and the few that keep it from being so.

Such a column stays as it is: what is odd is told, and nothing is made of it.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, pc
from tablecheck.distinct import Distinct
from tablecheck.patterns import DATE_FORMATS, first_match
from tablecheck.proposal import Proposal
from tablecheck.report import Finding
from tablecheck.source import warning

_LOOKED_AT = 256
_LIKE_A_DATE = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}\z"
_LEAST_CELLS = 20
_MOST_ODD = 0.05
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_KINDS = {
    "integer": "number", "whole": "number", "number": "number",
    "date": "date", "midnight": "date", "datetime": "date",
}  # fmt: skip


class Nearly(NamedTuple):
    """What most cells of a column are, and the first that is not."""

    format: str
    odd: str
    odd_count: int


def nearly_dates(column: Distinct, values: Cells) -> Nearly | None:
    """Tell how most of the filled values write dates; None where they do not."""
    if first_match(values[:_LOOKED_AT], _LIKE_A_DATE) is None:
        return None
    for format_, _ in DATE_FORMATS:
        shown = "%Y-%m-%d" if format_ == "default" else format_
        if _days(values[:_LOOKED_AT], shown).mean() < 0.5:
            continue  # which spares texts the long look
        is_day = _days(values, shown)
        if is_day.mean() >= 0.5:
            odd = str(values[int(np.argmin(is_day))].as_py())
            return Nearly(shown, odd, odd_rows(column, is_day))
    return None


def odd_rows(column: Distinct, is_usual: npt.NDArray[np.bool_]) -> int:
    """Count the rows that hold an unusual one of the filled values."""
    is_filled = pc.greater(pc.binary_length(column.values), 0).to_numpy(zero_copy_only=False)
    return int(column.counts[is_filled][~is_usual].sum())


def _days(values: Cells, format_: str) -> npt.NDArray[np.bool_]:
    """Mark the texts that name a day of the calendar in this form."""
    width = "{2}" if format_.startswith("%Y-") else "{1,2}"
    shape = re.escape(format_).replace("%Y", "(?P<Y>[0-9]{4})")
    shape = shape.replace("%m", f"(?P<m>[0-9]{width})").replace("%d", f"(?P<d>[0-9]{width})")
    parts: Any = pc.extract_regex(values, rf"^{shape}\z")
    year, month, day = (
        np.asarray(pc.fill_null(pc.cast(pc.struct_field(parts, name), pa.int32()), 0))
        for name in ("Y", "m", "d")
    )
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    is_month = (month >= 1) & (month <= 12)
    last = _DAYS[np.where(is_month, month, 1) - 1] + (is_leap & (month == 2))
    is_day: npt.NDArray[np.bool_] = is_month & (year > 0) & (day >= 1) & (day <= last)
    return is_day


def odd_cell(kinds: Sequence[str]) -> tuple[str, int, int] | None:
    """Tell what nearly all typed cells are, where the first other one is, and how many are."""
    groups = [_KINDS.get(kind, kind) for kind in kinds]
    filled = [group for group in groups if group != "null"]
    usual = max(("number", "date"), key=filled.count)
    odd_count = len(filled) - filled.count(usual)
    if not odd_count or odd_count > _MOST_ODD * len(filled):
        return None
    place = next(n for n, group in enumerate(groups) if group not in (usual, "null"))
    return usual, place, odd_count


def odd_values(proposals: Sequence[Proposal]) -> list[Finding]:
    """Say which columns stayed text because of a few cells."""
    found = []
    for proposal in proposals:
        params = proposal.inference.params
        odd_count = params.get("odd_count", 0)
        count = params.get("count", 0)
        if odd_count and count >= _LEAST_CELLS and odd_count <= _MOST_ODD * count:
            found.append(
                warning(
                    "odd-values", column=proposal.inference.column,
                    row=params.get("odd_row", params["row"]),
                    value=params.get("odd_value", params["value"]),
                    type=params["usual"], count=odd_count, format=params.get("format", ""),
                )
            )  # fmt: skip
    return found
