"""Reads rows of a Parquet file by their numbers, as few pages of it as they need."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

BATCH_ROWS = 2_048
# Where rows lie scattered over a file, larger batches take a fifth less time.
SCATTERED_BATCH_ROWS = 8_192
# Each column that is read holds its pages unpacked, some 4 MB, however few its rows.
COLUMNS_AT_ONCE = 25
# The rows of a sorted view lie in all row groups: unpacking them is most of the work.
THREADS = 2

_readers = ThreadPoolExecutor(THREADS, "rows")


def rows(file: Path, metadata: pq.FileMetaData, numbers: Sequence[int]) -> list[list[Any]]:
    """Return these rows, counted from 1, in this order; what is beyond the file is left out.

    Each row group is opened once and read no further than needed.
    """
    starts = _starts(metadata)
    by_group: dict[int, list[tuple[int, int]]] = defaultdict(list)
    wanted = [number - 1 for number in numbers if 0 < number <= starts[-1]]
    for position, row in enumerate(wanted):
        group = bisect_right(starts, row) - 1
        by_group[group].append((row - starts[group], position))
    found: list[list[Any]] = [[] for _ in wanted]
    groups = sorted(by_group)
    size = BATCH_ROWS if len(groups) == 1 else SCATTERED_BATCH_ROWS

    def read(share: Sequence[int]) -> None:
        with pq.ParquetFile(file, metadata=metadata) as parquet:
            names = parquet.schema_arrow.names
            for group in share:
                pairs = sorted(by_group[group])
                for first in range(0, len(names), COLUMNS_AT_ONCE):
                    some = names[first : first + COLUMNS_AT_ONCE]
                    for position, values in _rows_of_group(parquet, group, some, pairs, size):
                        found[position] += values

    if len(groups) < 2:
        read(groups)
    else:
        shares = [groups[first::THREADS] for first in range(THREADS)]
        for _ in _readers.map(read, shares):
            pass
    return found


def batches(
    parquet: pq.ParquetFile, numbers: NDArray[np.int64], *, is_sorted: bool
) -> Iterator[pa.RecordBatch]:
    """Give these rows, counted from 1, in this order.

    In the order of the file (`is_sorted` False) one row group is held at a time; in another order
    all rows that are meant.
    """
    starts = np.asarray(_starts(parquet.metadata))
    rising = np.sort(numbers) - 1
    parts = _of_groups(parquet, starts, rising)
    if not is_sorted:
        yield from parts
        return
    table = pa.Table.from_batches(list(parts), parquet.schema_arrow)
    places = pa.array(np.searchsorted(rising, numbers - 1), pa.int64())
    yield from table.take(places).to_batches()


def _of_groups(
    parquet: pq.ParquetFile, starts: NDArray[np.int64], rising: NDArray[np.int64]
) -> Iterator[pa.RecordBatch]:
    for group in range(parquet.metadata.num_row_groups):
        first, last = np.searchsorted(rising, (starts[group], starts[group + 1]))
        if first == last:
            continue
        table = parquet.read_row_group(group)
        places = pa.array(rising[first:last] - starts[group], pa.int64())
        yield from table.take(places).to_batches()


def _starts(metadata: pq.FileMetaData) -> list[int]:
    starts = [0]
    for group in range(metadata.num_row_groups):
        starts.append(starts[-1] + metadata.row_group(group).num_rows)
    return starts


def _rows_of_group(
    parquet: pq.ParquetFile,
    group: int,
    names: list[str],
    pairs: list[tuple[int, int]],
    size: int,
) -> Iterator[tuple[int, list[Any]]]:
    """Read some columns of the rows of `pairs` (row in the group, position on the page), which are
    in the order of the rows, in batches of a size.
    """
    waiting = deque(pairs)
    start = 0
    for batch in parquet.iter_batches(size, row_groups=[group], columns=names):
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
