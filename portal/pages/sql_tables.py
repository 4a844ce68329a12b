"""The tables beside the SQL editor: found by the same search as datasets, with their columns."""

from catalogue.records import Table
from catalogue.search import Query
from catalogue.store import datasets
from portal.context import services
from portal.i18n import reader_language

_DATASETS = 40
_NAMES = 2_000


def listed_tables(wanted: str) -> list[Table]:
    """Return the tables of the datasets that a search finds, or else of the first, by name."""
    sort = "relevance" if wanted else "title"
    query = Query(q=wanted, lang=reader_language(), limit=_DATASETS, sort=sort)
    hits = services().search.search(query).results
    entries = datasets.by_ids(services().store, [hit.id for hit in hits])
    found = [table for entry in entries for table in entry.tables if table.current]
    return sorted(found, key=lambda table: table.name)


def table_names(listed: list[Table]) -> dict[str, list[str]]:
    """Return what the editor completes: tables with their columns, and the names of the others."""
    names = sorted({relation.table for relation in services().snapshot().relations})[:_NAMES]
    found: dict[str, list[str]] = {name: [] for name in names}
    for table in listed:
        if table.current:
            found[table.name] = [column.name for column in table.current.columns]
    return found
