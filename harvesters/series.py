"""Lets a table of measurements grow: what a server gives is laid over what is held of it.

Servers of sensors give a window of time, and forget or correct what lies before. So the file of
the last run is read beside the new values: a value that came again replaces the old one, and none
that was held is lost. Rows stand in the order of their moment, then of their series, so the same
values make the same bytes. Both files are read as they stream: memory holds the new values only.
"""

import csv
import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harvesters import assembled

KEY = ("moment", "series_id")
"""The first columns of each such table; together they name a row."""

MEASURED = ("station_id", "phenomenon", "unit", "value")
"""The columns behind the key."""

FIRST_DAYS = 30
"""How far back a first run asks."""

AGAIN_DAYS = 3
"""What is asked for again in each run: stations validate and correct their last values."""

_WINDOW_DAYS = 90


def fields(value_type: str = "number") -> list[dict[str, Any]]:
    """Return the fields of a Table Schema for measurements."""
    kinds = {"moment": "datetime", "value": value_type}
    return [{"name": name, "type": kinds.get(name, "string")} for name in (*KEY, *MEASURED)]


def latest(held: Path | None) -> dict[str, str]:
    """Return the last moment that is held of each series."""
    found: dict[str, str] = {}
    for moment, series_id, *_rest in _rows(held):
        found[series_id] = max(moment, found.get(series_id, ""))
    return found


def windows(last_held: str | None, newest: str) -> Iterator[tuple[str, str]]:
    """Yield the spans of time to ask for, up to the newest value of a series, oldest first.

    >>> list(windows("2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z")), len(list(windows(
    ...     "2025-11-01T00:00:00Z", "2026-03-01T08:00:00Z")))
    ([], 2)
    """
    first = start(last_held, newest)
    if first is None:
        return
    begin = datetime.fromisoformat(first)
    end = datetime.fromisoformat(newest) + timedelta(seconds=1)
    while begin < end:
        until = min(begin + timedelta(days=_WINDOW_DAYS), end)
        yield _text(begin), _text(until)
        begin = until


def start(last_held: str | None, newest: str) -> str | None:
    """Return the moment from which a series is asked for, or None where nothing is new."""
    if last_held is None:
        return _text(datetime.fromisoformat(newest) - timedelta(days=FIRST_DAYS))
    if last_held >= newest:
        return None
    return _text(datetime.fromisoformat(last_held) - timedelta(days=AGAIN_DAYS))


def now() -> str:
    """Return this moment, up to which a series is asked whose last value nobody tells."""
    return _text(datetime.now(UTC))


def grown(
    held: Path | None, columns: Sequence[str], fresh: Mapping[tuple[str, str], Sequence[Any]]
) -> Iterator[bytes]:
    """Yield the file with the new rows; `fresh` has the cells behind the key, by the key."""
    names = [*KEY, *columns]
    new = ([*key, *fresh[key]] for key in sorted(fresh))
    yield from assembled.csv_pieces(names, _merged(_rows(held, names), new))


def _merged(old: Iterator[list[Any]], new: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """Merge rows in order; of two with one key the new one stays."""
    before: tuple[str, str] | None = None
    for key, _age, row in heapq.merge(_ranked(new, 0), _ranked(old, 1)):
        if key != before:
            yield row
        before = key


def _ranked(
    rows: Iterator[list[Any]], age: int
) -> Iterator[tuple[tuple[str, str], int, list[Any]]]:
    return (((row[0], row[1]), age, row) for row in rows)


def _rows(held: Path | None, names: Sequence[str] = KEY) -> Iterator[list[str]]:
    if held is None or not held.is_file():
        return
    with held.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        header = next(rows, [])
        if header == list(names):
            yield from rows
            return
        places = [header.index(name) if name in header else None for name in names]
        for row in rows:
            yield ["" if place is None or place >= len(row) else row[place] for place in places]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
