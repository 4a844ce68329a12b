"""Rows of small published tables as plain values, for pages that are made of them.

They are read from the Parquet file of the current version and kept by that file, whose name is the
sha256 of its bytes: what has been read once is right for ever.
"""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalogue.store import Store, versions

MAX_ROWS = 20_000

log = logging.getLogger(__name__)

Row = dict[str, Any]


def rows(store: Store, table: str, schema: str) -> tuple[Row, ...] | None:
    """Return the rows of a table's current version, in their order; empty values as None.

    None where there is no such table, or where it does not follow the schema of that name.
    """
    version = versions.latest(store, table)
    if version is None or version.schema.get("name") != schema or version.row_count > MAX_ROWS:
        return None
    file = store.objects.parquet_path(version.sha256)
    if not file.is_file():
        return None
    try:
        return _read(file)
    except (pa.ArrowException, OSError):
        log.exception("%s of the table %s cannot be read", version.sha256, table)
        return None


@lru_cache(maxsize=32)
def _read(file: Path) -> tuple[Row, ...]:
    return tuple(pq.read_table(file).to_pylist())


def text(row: Row, column: str) -> str:
    """Return a value as text; nothing where the column is not there or has no value."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def several(row: Row, column: str) -> tuple[str, ...]:
    """Return the values of a column that holds several, separated by `|`."""
    pieces = (piece.strip() for piece in text(row, column).split("|"))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))
