"""The distinct words and codes of small tables, so that search finds a dataset by what it holds,
and a street or a station by its name.

A player by its competency, a dataset by the code of a municipality in one of its columns. Tables
beyond the limits are found by their description and columns alone.
"""

import logging

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalogue.records import Entry
from catalogue.store import Store

log = logging.getLogger(__name__)

MAX_ROWS = 20_000
MAX_LENGTH = 100


def values_of(store: Store, entry: Entry) -> dict[str, dict[str, str]]:
    """Return the distinct short texts of each text column of a dataset's small tables, each with
    the first table that holds it.
    """
    found: dict[str, dict[str, str]] = {}
    for table in entry.tables:
        version = table.current
        if version is None or version.row_count > MAX_ROWS:
            continue
        names = [column.name for column in version.columns if column.type == "VARCHAR"]
        file = store.objects.parquet_path(version.sha256)
        if not names or not file.is_file():
            continue
        try:
            read = pq.read_table(file, columns=names)
        except (pa.ArrowException, OSError):
            log.exception("%s cannot be read for the search index", version.sha256)
            continue
        for name in names:
            held = dict.fromkeys(_distinct(read[name]), table.name)
            found[name] = held | found.get(name, {})
    return found


def _distinct(column: "pa.ChunkedArray[pa.StringScalar]") -> list[str]:
    values = pc.unique(column).to_pylist()
    return [text for text in values if text and len(text) <= MAX_LENGTH]
