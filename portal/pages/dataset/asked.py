"""The view that the address of a page asks for.

A page is kinder than the API: what the table cannot be looked at by is said on the page, and the
whole table is shown.
"""

from typing import NamedTuple

from flask import request

from catalogue.records import Column, Version
from catalogue.views import View, ViewError, read
from portal.i18n import reader_language
from portal.messages import sentence

SHAPE = ("sort", "desc", "bbox")


class Asked(NamedTuple):
    """A view, or the whole table with the sentence that says why."""

    view: View
    fault: str | None = None


def view_pairs() -> list[tuple[str, str]]:
    """Return the part of the query string that asks for a view."""
    pairs = request.args.items(multi=True)
    return [(key, value) for key, value in pairs if (key in SHAPE or "__" in key) and value]


def asked_view(version: Version) -> Asked:
    """Read the view of a version that the address asks for."""
    try:
        return Asked(read(view_pairs(), version.columns))
    except ViewError as error:
        return Asked(View(), sentence(error.code, error.params, reader_language()))


def column_of(version: Version, name: str | None) -> Column | None:
    """Return a column by its name, or None."""
    return next((column for column in version.columns if column.name == name), None)
