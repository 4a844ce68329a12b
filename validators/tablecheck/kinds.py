"""Columns of Python values, from files whose cells already have a type: spreadsheets and JSON."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from tablecheck.arrow import Cells, Column
from tablecheck.distinct import Distinct
from tablecheck.infer import propose_words
from tablecheck.names import code_word
from tablecheck.nearly import odd_cell
from tablecheck.proposal import Proposal
from tablecheck.records import Inference
from tablecheck.typed import CannotTypeError, cast_column, to_arrow


def propose_values(
    name: str, cells: Sequence[Any], numbers: Sequence[int]
) -> tuple[Proposal, Column]:
    """Propose the field of a column of Python values, and type the column by it.

    `numbers` are the record numbers of the rows.
    """
    each = [_kind(cell) for cell in cells]
    kinds = set(each)
    kinds.discard("null")
    count = sum(cell is not None for cell in cells)

    def give(
        type_: str, reason: str, values: Sequence[Any] = cells, **params: Any
    ) -> tuple[Proposal, Column]:
        inference = Inference(
            column=name, type=type_, reason=reason, params={"count": count, **params}
        )
        field = {"name": name, "type": type_}
        return Proposal(field=field, inference=inference), _chunked(to_arrow(type_, values))

    if not kinds:
        return give("string", "no-values")
    if kinds == {"text"}:
        return _texts(name, cells, numbers)
    if kinds <= {"integer", "whole", "number"}:
        return _figures(name, cells, kinds, give)
    if kinds == {"boolean"}:
        return give("boolean", "typed-by-file", kind="boolean")
    if kinds <= {"date", "midnight"}:
        dates = [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
        return give("date", "typed-by-file", dates, kind="date")
    if kinds <= {"datetime", "midnight"} or kinds == {"moment"}:
        return give("datetime", "typed-by-file", kind="datetime")
    if kinds == {"object"}:
        return give("object", "json-objects")
    if kinds == {"array"}:
        return give("array", "json-lists")
    if kinds == {"time"}:
        return give("time", "typed-by-file", kind="time")
    told: dict[str, Any] = {"kinds": ", ".join(sorted(kinds))}
    if (odd := odd_cell(each)) is not None:
        usual, place, odd_count = odd
        value = str(cells[place])[:200]
        told |= {"usual": usual, "row": numbers[place], "value": value, "odd_count": odd_count}
    return give("any", "mixed-kinds", **told)


def _chunked(array: Cells) -> Column:
    return pa.chunked_array([array])


def _figures(
    name: str, cells: Sequence[Any], kinds: set[str], give: Callable[..., tuple[Proposal, Column]]
) -> tuple[Proposal, Column]:
    if "number" in kinds:
        return give("number", "typed-by-file", kind="number")
    widths = (len(str(abs(int(cell)))) for cell in cells if cell is not None)
    word = code_word(name, widths)
    if word is not None:
        whole = [None if cell is None else str(int(cell)) for cell in cells]
        return give("any", "code-name-typed", whole, word=word)
    whole_numbers = [None if cell is None else int(cell) for cell in cells]
    try:
        return give("integer", "typed-by-file", whole_numbers, kind="integer")
    except CannotTypeError as error:
        texts = [None if cell is None else str(int(cell)) for cell in cells]
        return give("any", "too-many-digits", texts, value=error.value, row=None)


def _texts(name: str, cells: Sequence[Any], numbers: Sequence[int]) -> tuple[Proposal, Column]:
    column = pa.chunked_array([["" if cell is None else cell for cell in cells]], type=pa.string())
    distinct = Distinct(name, column, np.asarray(numbers, dtype=np.int64))
    proposal = propose_words(distinct)
    return proposal, cast_column(distinct, proposal.field, [""], _no_reader)


def _no_reader() -> Any:
    raise AssertionError("a proposed type is one that is read without frictionless")


def _kind(cell: Any) -> str:
    """Name the kind of a value; a date with a midnight clock may be either."""
    if cell is None:
        return "null"
    if isinstance(cell, str):
        return "text" if cell else "null"
    if isinstance(cell, bool):
        return "boolean"
    if isinstance(cell, int):
        return "integer"
    if isinstance(cell, (float, Decimal)):
        return "whole" if _is_whole(cell) else "number"
    if isinstance(cell, datetime):
        if cell.utcoffset() is not None:
            return "moment"
        return "midnight" if cell.time() == time(0) else "datetime"
    if isinstance(cell, date):
        return "date"
    if isinstance(cell, (time, timedelta)):
        return "time"
    return "object" if isinstance(cell, dict) else "array"


def _is_whole(cell: float | Decimal) -> bool:
    return False if isinstance(cell, Decimal) else cell.is_integer()
