"""What the cells of a column say beyond its type: always filled, all different, few values, marks
that mean "no value". Only where the evidence is strong: a rule that the next file breaks is worse
than none.
"""

from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from tablecheck import infer
from tablecheck.arrow import Column, pc
from tablecheck.distinct import Distinct
from tablecheck.names import STRONG_CODE_WORDS, WEAK_CODE_WORDS, words
from tablecheck.records import Inference

MISSING_MARKS = frozenset(
    {"na", "n/a", "nan", "null", "none", "nr", "nc", "n.c.", "nd", "n.d.", "-", "--", "—", "?", "."}
)
_LEAST_ROWS = 20
_LEAST_ROWS_OF_LIST = 50
_MOST_VALUES = 12
_ROWS_A_VALUE = 8
_MOST_CHARS = 60
_TEXTS = ("text", "mixed-numbers")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a field with the reasons for its type and for each rule."""

    field: dict[str, Any]
    reasons: tuple[Inference, ...]


def weigh(field: dict[str, Any], why: Inference, column: Column) -> Field:
    """Add to a proposed field the rules that its column gives strong evidence of."""
    reasons = [why]
    if field["type"] == "string" and why.reason in _TEXTS:
        field, reasons = _without_marks(field, why, column)
    name = str(field["name"])
    rows = len(column)
    filled = column.filter(_is_filled(column, field.get("missingValues", [""])))
    different = pc.count_distinct(filled).as_py()
    rules: dict[str, Any] = {}

    def add(reason: str, **params: Any) -> None:
        reasons.append(
            Inference(
                column=name, type=field["type"], reason=reason, params={"count": rows, **params}
            )
        )

    if rows >= _LEAST_ROWS and len(filled) == rows:
        rules["required"] = True
        add("always-filled")
        if different == rows and _says_code(name) and field["type"] in ("string", "integer"):
            rules["unique"] = True
            add("all-different")
    if field["type"] == "string" and "unique" not in rules:
        values = _list_of(filled, different)
        if values:
            rules["enum"] = values
            add("few-values", values=values)
    return Field(field={**field, "constraints": rules} if rules else field, reasons=tuple(reasons))


def _is_filled(column: Column, missing: list[str]) -> Any:
    there = pc.is_valid(column)
    if not pa.types.is_string(column.type):
        return there
    marks = pa.array([*missing, ""], type=pa.string())
    return pc.and_(there, pc.invert(pc.is_in(column, value_set=marks)))


def _says_code(name: str) -> bool:
    return any(word in STRONG_CODE_WORDS or word in WEAK_CODE_WORDS for word in words(name))


def _list_of(filled: Column, different: int) -> list[str]:
    """Give the values of a column that takes few, each of them often; else none."""
    rows = len(filled)
    if not 2 <= different <= _MOST_VALUES or rows < max(
        _LEAST_ROWS_OF_LIST, _ROWS_A_VALUE * different
    ):
        return []
    counts = pc.value_counts(filled).to_pylist()
    values = sorted(str(entry["values"]) for entry in counts)
    is_plain = all(len(value) <= _MOST_CHARS and not value.isdigit() for value in values)
    return values if is_plain and min(entry["counts"] for entry in counts) > 1 else []


def _without_marks(
    field: dict[str, Any], why: Inference, column: Column
) -> tuple[dict[str, Any], list[Inference]]:
    """Propose the type of a text column as if its marks for "no value" were empty."""
    values = [value for value in pc.unique(column).to_pylist() if value]
    marks = sorted(value for value in values if value.strip().casefold() in MISSING_MARKS)
    if not marks or len(marks) == len(values):
        return field, [why]
    is_mark = pc.is_in(column, value_set=pa.array(marks, type=pa.string()))
    rest = pc.if_else(is_mark, "", pc.fill_null(column, ""))
    numbers = np.arange(2, len(column) + 2, dtype=np.int64)
    found = infer.propose(Distinct(str(field["name"]), pa.chunked_array(rest), numbers))
    if found.field["type"] == "string":
        return field, [why]
    said = Inference(
        column=why.column,
        type=found.field["type"],
        reason="missing-marks",
        params={"count": pc.sum(is_mark).as_py(), "values": marks},
    )
    return {**found.field, "missingValues": ["", *marks]}, [found.inference, said]
