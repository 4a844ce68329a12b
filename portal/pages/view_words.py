"""Says a view in a sentence: which rows, in which order."""

from typing import NamedTuple

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext

from catalogue.records import Column
from catalogue.views import Filter, Operator, View
from portal.i18n import number
from portal.pages import labels
from portal.pages.addresses import with_query

_MOST_VALUES_SAID = 6


class Condition(NamedTuple):
    """A condition in words, and the address of the view without it."""

    words: str
    without: str


def name_of(column: Column) -> str:
    """Return what a reader calls a column: its label in her language, else its name."""
    return labels.of_field(column.field, "labels") or column.name


def conditions_of(view: View, columns: list[Column]) -> list[Condition]:
    """Return the conditions of a view, each with the address that takes it away."""
    by_name = {column.name: column for column in columns}
    found = [
        Condition(
            _words(by_name[one.column], one),
            with_query(without=[f"{one.column}__{one.operator.value}"]),
        )
        for one in view.filters
    ]
    if (area := view.bounds) is not None:
        west, south, east, north = (
            number(round(side, 4)) for side in (area.west, area.south, area.east, area.north)
        )
        words = gettext(
            "inside %(west)s to %(east)s east, %(south)s to %(north)s north",
            west=west,
            east=east,
            south=south,
            north=north,
        )
        found.append(Condition(words, with_query(bbox=None)))
    return found


def sentence_of(
    view: View, columns: list[Column], conditions: list[Condition], *, count: int, total: int
) -> str:
    """Return which rows are shown: `121 of 300 rows where town is Lille, sorted by date`."""
    if conditions:
        rows = ngettext(
            "%(count)s of %(total)s rows where %(conditions)s",
            "%(count)s of %(total)s rows where %(conditions)s",
            count,
            count=number(count),
            total=number(total),
            conditions=format_list([one.words for one in conditions], locale=get_locale()),
        )
    else:
        rows = ngettext("%(count)s row", "%(count)s rows", count, count=number(count))
    sorting = next((name_of(column) for column in columns if column.name == view.sort), None)
    if sorting is None:
        return str(rows)
    if view.is_descending:
        words = gettext("%(rows)s, sorted by %(column)s, descending", rows=rows, column=sorting)
    else:
        words = gettext("%(rows)s, sorted by %(column)s, ascending", rows=rows, column=sorting)
    return str(words)


def operator_words(operator: Operator) -> str:
    """Return what a comparison is called in a list of them."""
    words: dict[Operator, str] = {
        Operator.EQUAL: gettext("is"),
        Operator.UNEQUAL: gettext("is not"),
        Operator.LESS: gettext("is below"),
        Operator.AT_MOST: gettext("is at most"),
        Operator.GREATER: gettext("is above"),
        Operator.AT_LEAST: gettext("is at least"),
        Operator.CONTAINS: gettext("contains"),
        Operator.STARTS: gettext("begins with"),
        Operator.EMPTY: gettext("is empty"),
    }
    return words[operator]


def _words(column: Column, one: Filter) -> str:
    name = name_of(column)
    if one.operator is Operator.EMPTY:
        if "1" in one.values:
            return str(gettext("%(column)s is empty", column=name))
        return str(gettext("%(column)s is not empty", column=name))
    value = format_list(_said(one.values), style="or", locale=get_locale())
    words: dict[Operator, str] = {
        Operator.EQUAL: gettext("%(column)s is %(value)s", column=name, value=value),
        Operator.UNEQUAL: gettext("%(column)s is not %(value)s", column=name, value=value),
        Operator.LESS: gettext("%(column)s is below %(value)s", column=name, value=value),
        Operator.AT_MOST: gettext("%(column)s is at most %(value)s", column=name, value=value),
        Operator.GREATER: gettext("%(column)s is above %(value)s", column=name, value=value),
        Operator.AT_LEAST: gettext("%(column)s is at least %(value)s", column=name, value=value),
        Operator.CONTAINS: gettext("%(column)s contains %(value)s", column=name, value=value),
        Operator.STARTS: gettext("%(column)s begins with %(value)s", column=name, value=value),
    }
    return words[one.operator]


def _said(values: tuple[str, ...]) -> list[str]:
    """Return values as the sentence says them: not all of a long list."""
    said = [value or gettext("an empty text") for value in values[:_MOST_VALUES_SAID]]
    left = len(values) - len(said)
    if left:
        said.append(ngettext("%(num)s more value", "%(num)s more values", left))
    return said
