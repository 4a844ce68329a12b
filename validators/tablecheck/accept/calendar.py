"""Dates, times and both, written with every figure: `05/01/2024` for `%d/%m/%Y`, not `5/1/2024`.

A format is taken apart once into the places of its figures and marks; the texts of that one width
are then compared byte by byte, and the days counted as the calendar has them, year 1 to 9999.
Datetimes of the default format may also end in `Z`, an offset or up to six decimals; a datetime
with an offset is proven only where no bound asks what moment it is.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import numpy.typing as npt

from tablecheck.accept.bounds import UnreadableBoundError, bounds_of, packed, within
from tablecheck.accept.texts import Acceptor, Mask, Texts

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_PART = re.compile(r"%(.)|([^%])", re.DOTALL)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.uint8)
_ISO_DAY = "%Y-%m-%d"
_TAIL = r"^.{10}[T ].{8}(?:\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?\z"


class Layout:
    """Hold where the figures of a `strptime` format stand."""

    def __init__(self, places: dict[str, int], marks: list[tuple[int, int]], width: int) -> None:
        self.places = places
        self.marks = marks
        self.width = width

    def packed(self, texts: npt.NDArray[np.uint8]) -> tuple[Mask, npt.NDArray[np.int64]]:
        """Mark the rows that are written so and exist; give each as a number that keeps order."""
        mask = np.ones(len(texts), dtype=bool)
        for place, mark in self.marks:
            mask &= texts[:, place] == mark
        parts = {code: self._figures(code, texts, mask) for code in self.places}
        year = parts.get("Y", 1900)
        month = parts.get("m", 1)
        day = parts.get("d", 1)
        mask &= (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
        if "d" in parts:
            leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
            longest = _DAYS[np.where(mask, month, 1)] + ((month == 2) & leap)
            mask &= day <= longest
        for code, most in (("H", 23), ("M", 59), ("S", 59)):
            if code in parts:
                mask &= parts[code] <= most
        value: Any = (year * 100 + month) * 100 + day
        for code in ("H", "M", "S"):
            value = value * 100 + parts.get(code, 0)
        return mask, np.broadcast_to(np.asarray(value, dtype=np.int64), len(texts))

    def _figures(self, code: str, texts: npt.NDArray[np.uint8], mask: Mask) -> Any:
        start = self.places[code]
        value = np.zeros(len(texts), dtype=np.int64)
        for place in range(start, start + _WIDTHS[code]):
            figure = texts[:, place] - np.uint8(48)
            mask &= figure < 10
            value = value * 10 + figure
        return value


def layout_of(format_: str) -> Layout | None:
    """Take a `strptime` format apart; None where its texts have no one width."""
    places: dict[str, int] = {}
    marks: list[tuple[int, int]] = []
    width = 0
    for part in _PART.finditer(format_):
        code, mark = part.groups()
        if mark is not None:
            if not mark.isascii() or mark in "\t\n\r\x0b\x0c":
                return None
            marks.append((width, ord(mark)))
            width += 1
        elif code in _WIDTHS and code not in places:
            places[code] = width
            width += _WIDTHS[code]
        else:
            return None
    if not places or _PART.sub("", format_):
        return None
    return Layout(places, marks, width)


def known_layout(format_: str) -> Layout:
    """Take apart a format of ours, which has one width."""
    layout = layout_of(format_)
    if layout is None:
        raise ValueError(format_)
    return layout


def pack(value: Any) -> int:
    """Give a date, time or datetime as the number that `Layout.packed` gives for its text."""
    day = value if isinstance(value, date) else date(1900, 1, 1)
    clock = value if isinstance(value, (datetime, time)) else time()
    if clock.microsecond:
        raise UnreadableBoundError
    number = (day.year * 100 + day.month) * 100 + day.day
    return ((number * 100 + clock.hour) * 100 + clock.minute) * 100 + clock.second


def fixed(layout: Layout, bounds: dict[str, int]) -> Acceptor:
    """Give the test of texts of one layout."""

    def accept(texts: Texts) -> Mask:
        mask: Mask = texts.lengths == layout.width
        rows: Any = slice(None) if mask.all() else np.flatnonzero(mask)
        good, values = layout.packed(texts.matrix(rows, layout.width))
        mask[rows] = good & within(values, bounds) if bounds else good
        return mask

    return accept


def dates(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a date field."""
    return _stated(field, _ISO_DAY)


def times(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a time field; bounds must be on a clock without an offset."""
    return _stated(field, "%H:%M:%S")


def _stated(field: Any, default: str) -> tuple[Acceptor | None, str]:
    layout = layout_of(default if field.format == "default" else field.format)
    if layout is None:
        return None, "format-any" if field.format == "any" else "format"
    bounds = bounds_of(field)
    if any(getattr(bound, "tzinfo", None) is not None for bound in bounds.values()):
        return None, "bound"
    return fixed(layout, packed(bounds, pack)), ""


def datetimes(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a datetime field."""
    if field.format != "default":
        return _stated(field, "")
    bounds = bounds_of(field)
    aware = {bound.tzinfo is not None for bound in bounds.values()}
    if len(aware) > 1:
        return None, "bound"
    is_aware = aware == {True}
    edges = packed(
        {k: b.astimezone(UTC).replace(tzinfo=None) if is_aware else b for k, b in bounds.items()},
        pack,
    )
    with_t, with_space = known_layout(f"{_ISO_DAY}T%H:%M:%S"), known_layout(f"{_ISO_DAY} %H:%M:%S")

    def accept(texts: Texts) -> Mask:
        shaped = _shaped(texts, edges, is_aware)
        rows: Any = slice(None) if shaped.all() else np.flatnonzero(shaped)
        figures = _heads(texts, rows)
        good, values = with_t.packed(figures)
        if not good.all():
            spaced, _ = with_space.packed(figures)  # the figures stand in the same places
            good = good | spaced
        mask = np.zeros(len(texts), dtype=bool)
        mask[rows] = good & within(values, edges) if edges else good
        return mask

    return accept, ""


def _shaped(texts: Texts, edges: dict[str, int], is_aware: bool) -> Mask:
    """Mark the texts whose end is in order; what the first 19 bytes hold is not looked at yet."""
    bare: Mask = texts.lengths == 19
    utc: Mask = texts.lengths == 20
    if utc.any():
        last = texts.data[np.maximum(texts.starts + texts.lengths - 1, 0)[utc]]
        utc[utc] = last == ord("Z")
    if edges:
        return utc if is_aware else bare
    mask = bare | utc
    rest = ~mask & (texts.lengths > 20)
    return mask | texts.matching(_TAIL, rest) if rest.any() else mask


def _heads(texts: Texts, rows: Any) -> npt.NDArray[np.uint8]:
    if isinstance(rows, slice) and len(texts.data) == 20 * len(texts):
        return texts.data.reshape(-1, 20)[:, :19]
    return texts.matrix(rows, 19)
