"""frictionless's own reader of one field, for the values that no shortcut can read."""

import re
from collections.abc import Callable
from typing import Any

from frictionless import Field, FrictionlessException

from tablecheck.typed import Reader

# What a field or a cell that fits no rule makes frictionless raise.
_CRASHES = (FrictionlessException, ArithmeticError, LookupError, TypeError, ValueError, re.error)


def _field(descriptor: dict[str, Any]) -> Field:
    """Make a field by any edition of the standard: its schema has been judged already."""
    return Field.from_descriptor(descriptor, datapackage_version="unknown")


def reader_of(field: dict[str, Any]) -> Reader:
    """Make the reader of a field; what it gives has been accepted before."""
    read = _field({**field, "constraints": {}}).create_value_reader()

    def reader(text: str) -> Any:
        return read(text)

    return reader


def judge_of(field: dict[str, Any]) -> Callable[[Any], tuple[Any, bool]]:
    """Make the judge of a cell of a field, its constraints and missing values among the rules.

    It gives the cast value, and whether the cell is right. A field that cannot be applied accepts
    nothing.
    """
    try:
        read = _field(field).create_cell_reader()
    except _CRASHES:
        return lambda _cell: (None, False)

    def judge(cell: Any) -> tuple[Any, bool]:
        try:
            value, notes = read(cell)
        except _CRASHES:
            return None, False
        return value, not notes

    return judge
