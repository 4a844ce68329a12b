"""How the values of a column are spread, as parts of a picture that lead to the rows they count."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from catalogue.records import Column
from catalogue.views import Operator, Profile
from portal.pages.cells import cell

FEW = 12


class Part(NamedTuple):
    """A stretch of values, or one value: in how many rows it is, which conditions mean it."""

    words: str
    row_count: int
    conditions: dict[str, str]


class Box(NamedTuple):
    """A bar in a drawing."""

    x: float
    y: float
    width: float
    height: float


def parts_of(column: Column, profile: Profile | None) -> list[Part]:
    """Return the stretches of numbers and dates, or the values of a column that has few."""
    if profile is None:
        return []
    name = column.name
    if profile.bins:
        return [
            Part(
                f"{shown(column, one.start)} – {shown(column, one.end)}",
                one.count,
                {_key(name, Operator.AT_LEAST): one.start, _key(name, Operator.LESS): one.end},
            )
            for one in profile.bins
        ]
    return [value_part(column, one.value, one.count) for one in profile.top[:FEW]]


def value_part(column: Column, value: str, row_count: int) -> Part:
    """Return one value as a part."""
    conditions = {_key(column.name, Operator.EQUAL): value}
    return Part(shown(column, value), row_count, conditions)


def boxes(counts: Sequence[int], *, width: float, height: float, gap: float = 1) -> list[Box]:
    """Return a bar for each count, the highest as high as the drawing."""
    highest = max(counts, default=0)
    if not highest:
        return []
    step = width / len(counts)
    heights = [_height(count, highest, height) for count in counts]
    return [
        Box(round(place * step, 2), round(height - high, 2), round(step - gap, 2), high)
        for place, high in enumerate(heights)
    ]


def shown(column: Column, text: str) -> str:
    """Return a value as its profile writes it, for the reader's eye."""
    value = _read(column.type, text)
    return text if isinstance(value, str) else cell(value, column.name).text


def _key(name: str, operator: Operator) -> str:
    return f"{name}__{operator.value}"


def _height(count: int, highest: int, height: float) -> float:
    """Return a height that shows that a rare value is not none."""
    return round(max(1.5, count / highest * height), 2) if count else 0.0


def _read(sql_type: str, text: str) -> Any:
    try:
        if sql_type == "BOOLEAN":
            return text == "true"
        if sql_type == "DATE":
            return date.fromisoformat(text)
        if sql_type.startswith("TIMESTAMP"):
            return datetime.fromisoformat(text)
        if sql_type != "VARCHAR" and (number := Decimal(text)).is_finite():
            return number
    except (ValueError, InvalidOperation):
        pass
    return text
