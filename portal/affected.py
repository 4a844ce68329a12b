"""Whom a new version concerns: the saved queries that read its table, and which of them would fail.

A statement is searched for the name of the table and of the columns that go. That may name one too
many, where a column of another table has the same name; it leaves none out.
"""

import re
from collections.abc import Collection

import msgspec

from catalogue.store import Store, queries
from catalogue.store.queries import SavedQuery


class Affected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A saved query that reads a table, with the columns in it that go or hold something else."""

    query: SavedQuery
    columns: list[str]


def affected_queries(store: Store, table: str, changed: Collection[str]) -> list[Affected]:
    """Return the queries on the current version of a table, those that would break first.

    Queries on pinned versions are left out: what they read stays.
    """
    reads = _name(table)
    found = [
        Affected(
            query=query, columns=[name for name in changed if _name(name).search(query.text.sql)]
        )
        for query in queries.everything(store)
        if not query.text.is_pinned and reads.search(query.text.sql)
    ]
    return sorted(found, key=lambda one: not one.columns)


def _name(name: str) -> re.Pattern[str]:
    """Return what finds a name in a statement, in quotes or not, without a version behind it."""
    return re.compile(rf"(?<![\w@]){re.escape(name)}(?![\w@])", re.IGNORECASE)
