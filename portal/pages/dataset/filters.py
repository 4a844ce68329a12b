"""Filters of a table by its columns: the small picture in each head, and the panel of one column.

Every bar and every value is a link to the view that it narrows to.
"""

from typing import NamedTuple

from flask import request

from catalogue.records import Column, Version
from catalogue.views import Operator, Profile, View, is_sortable, operators_of
from portal.i18n import number
from portal.pages import labels, types
from portal.pages.addresses import with_query
from portal.pages.dataset.asked import column_of
from portal.pages.dataset.spread import boxes, parts_of
from portal.pages.view_words import name_of, operator_words

WIDTH, HEIGHT = 120, 28


class Bar(NamedTuple):
    """A bar of a histogram in its drawing, what it stands for, and the view that it leads to."""

    x: float
    y: float
    width: float
    height: float
    words: str
    row_count: int
    address: str
    is_chosen: bool


class Head(NamedTuple):
    """The head of a column: how it sorts and filters, and what it holds."""

    column: Column
    label: str
    type_label: str
    is_number: bool
    is_sortable: bool
    sort_address: str
    is_sorted: bool
    filter_address: str
    is_filtered: bool
    profile: Profile | None
    missing_percent: str | None
    bars: list[Bar]


class Panel(NamedTuple):
    """The filter of one column: comparisons, its values or its stretches, what else is asked."""

    column: Column
    name: str
    operators: list[tuple[str, str]]
    input_type: str
    bars: list[Bar]
    profile: Profile | None
    empty_address: str | None
    filled_address: str | None
    kept: list[tuple[str, str]]
    close_address: str


def heads_of(version: Version, view: View, profiles: dict[str, Profile]) -> list[Head]:
    """Return the head of each column of a version, in their order."""
    return [_head(column, view, profiles.get(column.name)) for column in version.columns]


def panel_of(column: Column, view: View, profile: Profile | None) -> Panel:
    """Return the filter of a column."""
    operators = [one for one in operators_of(column) if one is not Operator.EMPTY]
    empty = f"{column.name}__{Operator.EMPTY.value}"
    kept = [
        (key, value)
        for key, value in request.args.items(multi=True)
        if key not in ("page", "on", "op", "value")
    ]
    return Panel(
        column=column,
        name=name_of(column),
        operators=[(one.value, operator_words(one)) for one in operators],
        input_type="date" if column.type == "DATE" else "text",
        bars=_bars(column, view, profile),
        profile=profile,
        empty_address=with_query(**{empty: "1"}) if profile and profile.missing else None,
        filled_address=with_query(**{empty: "0"}) if profile and profile.missing else None,
        kept=kept,
        close_address=with_query(on=None, fragment="rows"),
    )


def condition_address(version: Version) -> str | None:
    """Return the address of the view that the form of a panel asks for, or None.

    A form cannot name its field by what is chosen in it: it sends column, comparison and value.
    """
    column = column_of(version, request.args.get("on"))
    operator, value = request.args.get("op"), request.args.get("value", "").strip()
    if column is None or operator not in {one.value for one in operators_of(column)} or not value:
        return None
    return with_query(on=None, op=None, value=None, **{f"{column.name}__{operator}": value})


def _head(column: Column, view: View, profile: Profile | None) -> Head:
    is_sorted = view.sort == column.name
    is_next_descending = is_sorted and not view.is_descending
    return Head(
        column=column,
        label=labels.of_field(column.field, "labels"),
        type_label=types.sql_type(column.type),
        is_number=types.is_number_type(column.type),
        is_sortable=is_sortable(column),
        sort_address=with_query(
            sort=column.name, desc=1 if is_next_descending else None, fragment="rows"
        ),
        is_sorted=is_sorted,
        filter_address=with_query(on=column.name, fragment="filter"),
        is_filtered=any(one.column == column.name for one in view.filters),
        profile=profile,
        missing_percent=percent_of(profile.missing, profile.row_count) if profile else None,
        bars=_bars(column, view, profile),
    )


def _bars(column: Column, view: View, profile: Profile | None) -> list[Bar]:
    """Return the parts of a column as bars that narrow this very view."""
    parts = parts_of(column, profile)
    drawn = boxes([part.row_count for part in parts], width=WIDTH, height=HEIGHT)
    asked = {f"{one.column}__{one.operator.value}": one.values for one in view.filters}
    return [
        Bar(
            *box,
            words=part.words,
            row_count=part.row_count,
            address=with_query(fragment="rows", **part.conditions),
            is_chosen=all(value in asked.get(key, ()) for key, value in part.conditions.items()),
        )
        for part, box in zip(parts, drawn, strict=False)
    ]


def percent_of(part: int, whole: int) -> str | None:
    """Return a share in percent, or None where there is none; a small one is never 0."""
    if not part or not whole:
        return None
    percent = part / whole * 100
    return number(round(percent)) if percent >= 1 else f"< {number(1)}"
