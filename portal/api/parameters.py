"""Reads query parameters strictly: an unknown name or a value out of bounds is refused, with what
is allowed.
"""

from collections.abc import Collection, Sequence

from flask import request
from werkzeug.datastructures import MultiDict

from catalogue.boxes import Box, read_box
from catalogue.records import LANGUAGES, Column
from catalogue.views import View, read
from portal.errors import Refusal

MAX_TEXT = 1000
# What asks for a view of a table, besides a condition such as `docks__gte`.
_VIEW = ("sort", "desc", "bbox")


class Parameters:
    """The query string of a request; `allowed` names what the route takes besides `lang`."""

    def __init__(self, *allowed: str, values: MultiDict[str, str] | None = None) -> None:
        self._values: MultiDict[str, str] = request.args if values is None else values
        names = ("lang", *allowed)
        for name in self._values:
            if name not in names:
                raise Refusal(400, "parameter-unknown", name=name, allowed=names)
        self.choice("lang", LANGUAGES)

    def text(self, name: str, default: str = "", *, max_length: int = MAX_TEXT) -> str:
        """Return a text."""
        value = self._one(name)
        if value is None:
            return default
        if len(value) > max_length:
            raise Refusal(400, "parameter-too-long", name=name, maximum=max_length)
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """Return one of the allowed values, or None where the parameter is absent."""
        value = self._one(name)
        if value is not None and value not in allowed:
            raise Refusal(400, "parameter-choice", name=name, value=value, allowed=list(allowed))
        return value

    def number(self, name: str, default: int, *, minimum: int = 0, maximum: int) -> int:
        """Return a whole number within its bounds."""
        value = self._one(name)
        if value is None:
            return default
        is_number = value.isascii() and value.isdigit() and len(value) < 16
        if not is_number or not minimum <= int(value) <= maximum:
            raise Refusal(
                400, "parameter-number", name=name, value=value, minimum=minimum, maximum=maximum
            )
        return int(value)

    def box(self, name: str) -> Box | None:
        """Return an area, or None where the parameter is absent."""
        value = self._one(name)
        if value is None:
            return None
        try:
            return read_box(value)
        except ValueError as error:
            raise Refusal(400, "parameter-box", name=name, value=value) from error

    def many(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter that may be repeated."""
        return tuple(value for value in self._values.getlist(name) if value)

    def _one(self, name: str) -> str | None:
        values = self._values.getlist(name)
        if len(values) > 1:
            raise Refusal(400, "parameter-repeated", name=name, count=len(values))
        return values[0] if values else None


def view_parameters(*others: str) -> Parameters:
    """Return the parameters of a route that gives a view of a table: `others` and those of views.

    `view_of` reads the view itself, once the table is known.
    """
    conditions = [name for name in request.args if "__" in name]
    return Parameters(*others, *_VIEW, *conditions)


def view_of(columns: Sequence[Column]) -> View:
    """Return the view of a table that a request asks for. Raises ViewError."""
    pairs = request.args.items(multi=True)
    return read([pair for pair in pairs if pair[0] in _VIEW or "__" in pair[0]], columns)
