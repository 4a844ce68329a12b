"""Reads a page of rows of one version straight from its Parquet file, for the preview of a dataset.

No SQL is run: the file is ours. Without a sort only the row groups of the page are read; with one,
the sorting column as a whole and then the row groups that hold the page.
"""

import struct
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Sorting reads one whole column into memory: five million texts are about 300 MB for a moment.
MAX_SORTED_ROWS = 5_000_000

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
    """Some rows of a table, from `offset` on, out of `row_count`."""

    columns: list[str]
    rows: list[list[Any]]
    offset: int
    row_count: int
    sort: str | None
    is_descending: bool


def page(
    file: Path,
    *,
    offset: int = 0,
    limit: int = 100,
    sort: str | None = None,
    descending: bool = False,
) -> Page:
    """Return a page of a Parquet file; an unknown sort is left aside, empty values come last."""
    with pq.ParquetFile(file) as parquet:
        names = list(parquet.schema_arrow.names)
        row_count = parquet.metadata.num_rows
        if sort is not None and (
            sort not in names or row_count > MAX_SORTED_ROWS or not _is_sortable(parquet, sort)
        ):
            sort = None
        if sort is None:
            wanted = list(range(offset, min(offset + limit, row_count)))
        else:
            wanted = _sorted_rows(parquet, sort, descending, offset, limit)
        rows = _rows(parquet, wanted)
    return Page(
        columns=names,
        rows=rows,
        offset=offset,
        row_count=row_count,
        sort=sort,
        is_descending=descending and sort is not None,
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


def _is_sortable(parquet: pq.ParquetFile, name: str) -> bool:
    kind = parquet.schema_arrow.field(name).type
    return not (pa.types.is_binary(kind) or pa.types.is_nested(kind))


def _sorted_rows(
    parquet: pq.ParquetFile, sort: str, descending: bool, offset: int, limit: int
) -> list[int]:
    column = parquet.read(columns=[sort]).column(0)
    order = "descending" if descending else "ascending"
    table = pa.table({"value": column})
    keys: list[Any] = [("value", order, "at_end")]  # the stubs know pairs only
    indices = pc.sort_indices(table, sort_keys=keys)
    return [int(row) for row in indices.slice(offset, limit).to_numpy()]


def _rows(parquet: pq.ParquetFile, wanted: list[int]) -> list[list[Any]]:
    """Read these rows, in this order, opening each row group once."""
    by_group: dict[int, list[tuple[int, int]]] = defaultdict(list)
    starts = [0]
    for group in range(parquet.metadata.num_row_groups):
        starts.append(starts[-1] + parquet.metadata.row_group(group).num_rows)
    for position, row in enumerate(wanted):
        group = next(index for index, start in enumerate(starts[1:]) if row < start)
        by_group[group].append((position, row - starts[group]))
    rows: list[list[Any]] = [[] for _ in wanted]
    for group, pairs in by_group.items():
        table = parquet.read_row_group(group).take([row for _, row in pairs])
        columns = [column.to_pylist() for column in table.columns]
        for index, (position, _) in enumerate(pairs):
            rows[position] = [values[index] for values in columns]
    return rows
