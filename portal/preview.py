"""Reads a page of a view of one version, for whoever comes.

This happens in the serving process: few pages are looked for at once, the others wait their turn.
"""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

from catalogue.records import Column
from catalogue.views import Engine, View, rows
from portal.turns import Turns

# 32 readers of as many tables are served; the other half of the threads is for the rest.
AT_ONCE, WAITING, WAIT_S = 4, 28, 5.0

turns = Turns(AT_ONCE, waiting=WAITING, wait_s=WAIT_S)
_WKB_NAMES = {
    1: "POINT",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some rows of a view, with their numbers in the file from 1; `count` rows are in the view."""

    columns: list[str]
    numbers: list[int]
    rows: list[list[Any]]
    count: int


def page(
    engine: Engine,
    file: Path,
    view: View,
    columns: Sequence[Column],
    *,
    offset: int = 0,
    limit: int = 100,
    after: int | None = None,
) -> Page:
    """Return a page of a view: from `offset` on, or after the row of that number.

    Raises Refusal 503 where too many pages are being read, ViewError where this one takes too long.
    """
    with turns.turn(), pq.ParquetFile(file) as parquet:
        if view.is_plain:
            count, first = parquet.metadata.num_rows, offset if after is None else after
            numbers = list(range(min(first, count) + 1, min(first + limit, count) + 1))
        else:
            found = engine.find(file, view, columns, offset=offset, limit=limit, after=after)
            count, numbers = found.count, found.numbers
        return Page(
            columns=list(parquet.schema_arrow.names),
            numbers=numbers,
            rows=rows(file, parquet.metadata, numbers),
            count=count,
        )


def short_geometry(wkb: bytes) -> str:
    """Return a geometry as a few words: a point with its coordinates, else its kind.

    >>> short_geometry(struct.pack("<BIdd", 1, 1, 3.0586, 50.6366))
    'POINT (3.0586 50.6366)'
    """
    if len(wkb) < 5:
        return ""
    order = "<" if wkb[0] == 1 else ">"
    (kind,) = struct.unpack_from(f"{order}I", wkb, 1)
    start = 9 if kind & 0x20000000 else 5  # EWKB puts an SRID there
    kind = (kind & 0xFFFF) % 1000
    if kind == 1 and len(wkb) >= start + 16:
        x, y = struct.unpack_from(f"{order}dd", wkb, start)
        return f"POINT ({x:.6g} {y:.6g})"
    return f"{_WKB_NAMES.get(kind, 'GEOMETRY')} (…)"
