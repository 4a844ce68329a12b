"""The list beside a map: a page of the rows of a view in its order, and where those rows lie."""

from typing import Any, NamedTuple

from flask_babel import gettext

from catalogue.records import Column, Version
from catalogue.views import View
from catalogue.views.mapped import Placed
from catalogue.views.places import place_columns, point_of
from portal.i18n import reader_language
from portal.maps.rows import title_column
from portal.pages.cells import cell, is_code_name
from portal.pages.dataset.frame import Frame
from portal.pages.view_words import name_of
from portal.preview import Page

_VALUES_LISTED = 2


class Item(NamedTuple):
    """A row in the list beside the map."""

    number: int
    title: str
    values: list[tuple[str, str]]
    address: str


def items_of(frame: Frame, version: Version, view: View, page: Page) -> list[Item]:
    """Return the rows of a page as the list shows them."""
    title = title_column(version.columns, reader_language())
    listed = _listed(version.columns, view, title)
    return [
        Item(
            number=row_number,
            title=_title(page, index, title, row_number),
            values=[(name_of(one), text) for one in listed if (text := text_of(page, index, one))],
            address=frame.address("dataset_row.show", number=row_number, version=version.n),
        )
        for index, row_number in enumerate(page.numbers)
    ]


def _listed(columns: list[Column], view: View, title: str | None) -> list[Column]:
    """Return the few columns that the list shows: first what the rows are sorted and chosen by."""
    asked = [view.sort, *(one.column for one in view.filters)]
    told = [column for column in told_columns(columns) if column.name != title]
    told = [c for c in told if c.name in asked or not _is_dull(c.name)]
    told.sort(key=lambda c: asked.index(c.name) if c.name in asked else len(asked))
    return told[:_VALUES_LISTED]


def _is_dull(name: str) -> bool:
    return is_code_name(name) or name.lower().endswith(("url", "link"))


def placed_rows(version: Version, page: Page) -> list[Placed]:
    """Return the rows of a page that have a place."""
    title = title_column(version.columns, reader_language())
    found = []
    for index, row_number in enumerate(page.numbers):
        place = _place(version.columns, dict(zip(page.columns, page.rows[index], strict=True)))
        if place is not None:
            named = _title(page, index, title, row_number)
            found.append(Placed(row_number, named, place))
    return found


def _place(columns: list[Column], values: dict[str, Any]) -> bytes | tuple[float, float] | None:
    """Return where a row lies, by the same rules as in SQL."""
    place = place_columns(columns)
    if place is None:
        return None
    if place.geometry is not None:
        wkb: bytes | None = values[place.geometry]
        return wkb
    if place.point is not None:
        lon, lat = point_of(values[place.point]) or (None, None)
    else:
        lon, lat = values[place.lon or ""], values[place.lat or ""]
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return (float(lon), float(lat)) if lon or lat else None


def told_columns(columns: list[Column]) -> list[Column]:
    """Return the columns whose values say something beside the map."""
    place = place_columns(columns)
    return [
        column
        for column in columns
        if column.type != "GEOMETRY" and column.name not in (place or ())
    ]


def _title(page: Page, index: int, column: str | None, row_number: int) -> str:
    value = page.rows[index][page.columns.index(column)] if column else None
    return str(value)[:200] if value else untitled().format(number=row_number)


def text_of(page: Page, index: int, column: Column) -> str | None:
    """Return what a row says in a column, as text; None where it is empty."""
    found = cell(page.rows[index][page.columns.index(column.name)], column.name)
    return None if found.kind == "null" else found.text


def untitled() -> str:
    """Return what a row without a name is called, with `{number}` for its number."""
    return str(gettext("Row %(number)s", number="{number}"))
