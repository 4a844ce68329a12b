"""A view of a version as records, and how it is read from a query string.

`docks__gte=20&commune__eq=Lille&commune__eq=Kortrijk&bbox=3,50.5,3.5,50.9&sort=docks&desc=1`: each
condition is `<column>__<operator>=<value>`; the same one twice means either value (for `ne` none of
them); different ones all hold.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

import msgspec

from catalogue.records import Column
from catalogue.views.errors import ViewError
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.literals import literal
from catalogue.views.places import place_columns

MAX_FILTERS = 40
MAX_VALUES = 200
MAX_VALUE_LENGTH = 1_000


class Operator(StrEnum):
    """What a condition compares; `CONTAINS` and `STARTS` take no heed of accents and capitals."""

    EQUAL = "eq"
    UNEQUAL = "ne"
    LESS = "lt"
    AT_MOST = "lte"
    GREATER = "gt"
    AT_LEAST = "gte"
    CONTAINS = "contains"
    STARTS = "starts"
    EMPTY = "empty"


_ORDERED = (Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST)
_EQUAL = (Operator.EQUAL, Operator.UNEQUAL)
_OF_KIND: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (
        Operator.CONTAINS,
        Operator.STARTS,
        *_EQUAL,
        *_ORDERED,
    ),
    Kind.NUMBER: (*_EQUAL, *_ORDERED),
    Kind.DATE: (*_EQUAL, *_ORDERED),
    Kind.MOMENT: (*_EQUAL, *_ORDERED),
    Kind.LOCAL_MOMENT: (*_EQUAL, *_ORDERED),
    Kind.TIME: (*_EQUAL, *_ORDERED),
    Kind.BOOLEAN: (Operator.EQUAL,),
    Kind.OTHER: (),
}


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition on one column; for `EMPTY` the value is `1` (is empty) or `0` (is not)."""

    column: str
    operator: Operator
    values: tuple[str, ...]


class Bounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An area in degrees of longitude and latitude (WGS 84)."""

    west: float
    south: float
    east: float
    north: float


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some rows of a version in some order; without anything, all of them as they lie."""

    filters: tuple[Filter, ...] = ()
    bounds: Bounds | None = None
    sort: str | None = None
    is_descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Tell whether rows may be left out."""
        return bool(self.filters or self.bounds)

    @property
    def is_plain(self) -> bool:
        """Tell whether it is the whole table as it lies."""
        return not self.is_narrowed and self.sort is None

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query string that asks for this view; `read` gives it back."""
        found = [
            (f"{one.column}__{one.operator.value}", value)
            for one in self.filters
            for value in one.values
        ]
        if (area := self.bounds) is not None:
            sides = (area.west, area.south, area.east, area.north)
            found.append(("bbox", ",".join(format(side, ".10g") for side in sides)))
        if self.sort is not None:
            found.append(("sort", self.sort))
            if self.is_descending:
                found.append(("desc", "1"))
        return found


def operators_of(column: Column) -> tuple[Operator, ...]:
    """Return the operators that a column takes, the handiest first."""
    return (*_OF_KIND[kind_of(column.type)], Operator.EMPTY)


def is_sortable(column: Column) -> bool:
    """Tell whether rows can be put in the order of a column."""
    return kind_of(column.type) is not Kind.OTHER


def read(
    pairs: Iterable[tuple[str, str]], columns: Sequence[Column], *, others: Collection[str] = ()
) -> View:
    """Read a view from a query string; `others` names parameters that mean something else.

    Raises ViewError for a column, an operator, a value or a parameter that does not fit.
    """
    by_name = {column.name: column for column in columns}
    values: dict[tuple[str, Operator], list[str]] = {}
    single: dict[str, str] = {}
    for key, value in pairs:
        if key in ("bbox", "sort", "desc"):
            if single.setdefault(key, value) != value:
                raise ViewError("view-parameter-repeated", name=key)
        elif (condition := _condition(key, by_name, others)) is not None:
            _check(by_name[condition[0]], condition[1], value)
            values.setdefault(condition, []).append(value)
    if len(values) > MAX_FILTERS or any(len(some) > MAX_VALUES for some in values.values()):
        raise ViewError("view-too-many", filters=MAX_FILTERS, values=MAX_VALUES)
    return View(
        filters=tuple(
            Filter(column=column, operator=operator, values=tuple(dict.fromkeys(some)))
            for (column, operator), some in values.items()
        ),
        bounds=_bounds(single.get("bbox"), columns),
        sort=_sort(single.get("sort"), by_name),
        is_descending=bool(single.get("sort")) and single.get("desc") == "1",
    )


def _condition(
    key: str, by_name: dict[str, Column], others: Collection[str]
) -> tuple[str, Operator] | None:
    if key in others:
        return None
    name, mark, wanted = key.rpartition("__")
    if not mark:
        raise ViewError("view-parameter-unknown", name=key, allowed=[*others, "sort", "desc"])
    column = _column(name, by_name)
    allowed = operators_of(column)
    if wanted not in allowed:
        raise ViewError(
            "view-operator-unknown",
            column=name,
            type=column.type,
            operator=wanted,
            allowed=[one.value for one in allowed],
        )
    return name, Operator(wanted)


def _column(name: str, by_name: dict[str, Column]) -> Column:
    found = by_name.get(name)
    if found is None:
        raise ViewError("view-column-unknown", column=name, columns=list(by_name))
    return found


def _check(column: Column, operator: Operator, value: str) -> None:
    if len(value) > MAX_VALUE_LENGTH:
        raise ViewError("view-value-too-long", column=column.name, maximum=MAX_VALUE_LENGTH)
    if operator is Operator.EMPTY:
        if value not in ("0", "1"):
            raise ViewError("view-empty-unclear", column=column.name, value=value)
        return
    literal(column, value)


def _sort(name: str | None, by_name: dict[str, Column]) -> str | None:
    if not name:
        return None
    column = _column(name, by_name)
    if not is_sortable(column):
        raise ViewError("view-sort-impossible", column=name, type=column.type)
    return name


def _bounds(text: str | None, columns: Sequence[Column]) -> Bounds | None:
    if not text:
        return None
    if place_columns(columns) is None:
        raise ViewError("view-without-place", value=text)
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ViewError("view-bounds-unreadable", value=text) from error
    sides = (west, south, east, north)
    is_area = all(math.isfinite(side) for side in sides) and west <= east and south <= north
    if not is_area or max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise ViewError("view-bounds-unreadable", value=text)
    return Bounds(west=west, south=south, east=east, north=north)
