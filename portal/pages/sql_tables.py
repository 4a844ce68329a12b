"""The tables beside the SQL editor: found by the same search as datasets, with their columns in the
reader's words and a value of each.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from catalogue.records import Table
from catalogue.search import Query
from catalogue.store import datasets
from catalogue.store.own_tables import OwnTable
from portal.context import services
from portal.i18n import reader_language
from portal.pages.cells import cell
from portal.pages.columns import Described, described_columns

_DATASETS = 40
_NAMES = 2_000
_SAMPLED_ROWS = 20
_LONGEST = 40


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table with its columns in the reader's words, and the first value of each."""

    table: Table
    columns: list[Described]
    samples: dict[str, str]


def listed_tables(wanted: str) -> list[Listed]:
    """Return the tables of the datasets that a search finds, or else of the first, by name."""
    sort = "relevance" if wanted else "title"
    query = Query(q=wanted, lang=reader_language(), limit=_DATASETS, sort=sort)
    hits = services().search.search(query).results
    entries = datasets.by_ids(services().store, [hit.id for hit in hits])
    found = [table for entry in entries for table in entry.tables if table.current]
    return [_listed(table) for table in sorted(found, key=lambda table: table.name)]


def table_names(listed: list[Listed], own: list[OwnTable]) -> dict[str, list[str]]:
    """Return what the editor completes: tables with their columns, and the names of the others."""
    names = sorted({relation.table for relation in services().snapshot().relations})[:_NAMES]
    found: dict[str, list[str]] = {name: [] for name in names}
    for each in listed:
        found[each.table.name] = [column.name for column in each.columns]
    for table in own:
        found[table.name] = [column.name for column in table.record.columns]
    return found


def _listed(table: Table) -> Listed:
    assert table.current is not None  # noqa: S101  # only such are listed
    version = table.current
    path = Path(services().store.objects.parquet_folder()) / version.sha256[:2]
    values = _first_values(path / f"{version.sha256}.parquet")
    return Listed(
        table=table,
        columns=described_columns(version),
        samples={name: cell(value, name).text[:_LONGEST] for name, value in values.items()},
    )


@lru_cache(maxsize=1_000)
def _first_values(path: Path) -> dict[str, Any]:
    """Return the first value of each column that has one in the first rows of a version."""
    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=_SAMPLED_ROWS), None)
    except (OSError, pa.ArrowException):  # the list of tables stands without it
        return {}
    found = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True) if batch else ():
        try:
            values = [value for value in column.to_pylist() if value is not None]
        except (ValueError, OverflowError):  # a date beyond Python's years
            continue
        if values:
            found[name] = values[0]
    return found
