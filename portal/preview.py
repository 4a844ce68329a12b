"""Reads a page of rows of one version straight from its Parquet file, for the preview of a dataset.

No SQL is run: the file is ours. Without a sort the rows of the page are read, a small batch at a
time; with one, the sorting column first and then the rows that are shown. This happens in the
serving process, for whoever comes: a table too large to sort here is shown unsorted, and few pages
are read at once.
"""

import struct
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portal.turns import Turns

# The rows of a sorted page may lie in every row group: these bound what is read for it at most,
# about a second and 300 MB.
MAX_SORTED_ROWS = 1_000_000
MAX_SORTED_CELLS = 20_000_000
MAX_SORTED_BYTES = 400_000_000
BATCH_ROWS = 2_048
# Each column that is read holds its pages unpacked, some 4 MB, however few its rows.
COLUMNS_AT_ONCE = 25
AT_ONCE, WAITING, WAIT_S = 4, 16, 5.0

_turns = Turns(AT_ONCE, waiting=WAITING, wait_s=WAIT_S)
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
    """Some rows of a table, from `offset` on, out of `row_count`; `is_sortable` False where there
    are too many to sort here.
    """

    columns: list[str]
    rows: list[list[Any]]
    offset: int
    row_count: int
    sort: str | None
    is_descending: bool
    is_sortable: bool = True


def page(
    file: Path,
    *,
    offset: int = 0,
    limit: int = 100,
    sort: str | None = None,
    descending: bool = False,
) -> Page:
    """Return a page of a Parquet file; an unknown sort is left aside, empty values come last.

    Raises Refusal 503 where too many pages are being read.
    """
    with _turns.turn(), pq.ParquetFile(file) as parquet:
        names = list(parquet.schema_arrow.names)
        row_count = parquet.metadata.num_rows
        is_sortable = _is_small(parquet)
        if sort is None or not is_sortable or not _is_sorting_column(parquet, sort):
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
        is_sortable=is_sortable,
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


def _is_small(parquet: pq.ParquetFile) -> bool:
    """Tell whether all of a file could be read for one sorted page."""
    metadata = parquet.metadata
    size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    cells = metadata.num_rows * metadata.num_columns
    return (
        metadata.num_rows <= MAX_SORTED_ROWS
        and cells <= MAX_SORTED_CELLS
        and size <= MAX_SORTED_BYTES
    )


def _is_sorting_column(parquet: pq.ParquetFile, name: str) -> bool:
    if name not in parquet.schema_arrow.names:
        return False
    kind = parquet.schema_arrow.field(name).type
    return not (pa.types.is_binary(kind) or pa.types.is_nested(kind))


def _sorted_rows(
    parquet: pq.ParquetFile, sort: str, descending: bool, offset: int, limit: int
) -> list[int]:
    column = parquet.read(columns=[sort]).column(sort)
    order = "descending" if descending else "ascending"
    table = pa.table({"value": column})
    keys: list[Any] = [("value", order, "at_end")]  # the stubs know pairs only
    indices = pc.sort_indices(table, sort_keys=keys)
    return [int(row) for row in indices.slice(offset, limit).to_numpy()]


def _rows(parquet: pq.ParquetFile, wanted: list[int]) -> list[list[Any]]:
    """Read these rows, in this order, opening each row group once and no further than needed."""
    by_group: dict[int, list[tuple[int, int]]] = defaultdict(list)
    starts = [0]
    for group in range(parquet.metadata.num_row_groups):
        starts.append(starts[-1] + parquet.metadata.row_group(group).num_rows)
    for position, row in enumerate(wanted):
        group = bisect_right(starts, row) - 1
        by_group[group].append((row - starts[group], position))
    names = parquet.schema_arrow.names
    rows: list[list[Any]] = [[] for _ in wanted]
    for group, pairs in by_group.items():
        pairs.sort()
        for first in range(0, len(names), COLUMNS_AT_ONCE):
            some = names[first : first + COLUMNS_AT_ONCE]
            for position, values in _rows_of_group(parquet, group, some, pairs):
                rows[position] += values
    return rows


def _rows_of_group(
    parquet: pq.ParquetFile, group: int, names: list[str], pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, list[Any]]]:
    """Read some columns of the rows of `pairs` (row in the group, position on the page), which are
    in the order of the rows, batch by batch.
    """
    waiting = deque(pairs)
    start = 0
    for batch in parquet.iter_batches(BATCH_ROWS, row_groups=[group], columns=names):
        here = []
        while waiting and waiting[0][0] < start + batch.num_rows:
            here.append(waiting.popleft())
        if here:
            taken = batch.take(pa.array([row - start for row, _ in here], pa.int64()))
            # By name: a column `a` brings one named `a.b` along.
            columns = [taken.column(name).to_pylist() for name in names]
            for index, (_, position) in enumerate(here):
                yield position, [values[index] for values in columns]
        if not waiting:
            return
        start += batch.num_rows
