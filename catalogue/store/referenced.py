"""Which objects the metadata refer to: all others may be swept."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalogue.store import schema as db
from catalogue.store.database import Store


def parquet_sha256s(connection: Connection) -> set[str]:
    """Return the sha256 of every Parquet file that a version is."""
    return _values(connection, [db.version.c.sha256])


def raw_sha256s(connection: Connection) -> set[str]:
    """Return the sha256 of every received file that something was made of."""
    tables = (db.version, db.draft, db.distribution_state, db.submission)
    columns = [table.c.raw_sha256 for table in tables]
    return _values(connection, [*columns, db.submission.c.received_sha256])


def sha256s(store: Store) -> set[str]:
    """Return the sha256 of every object that something refers to."""
    with store.read() as connection:
        return parquet_sha256s(connection) | raw_sha256s(connection)


def _values(connection: Connection, columns: "Iterable[sa.Column[str]]") -> set[str]:
    found: set[str] = set()
    for column in columns:
        found.update(connection.execute(sa.select(column).distinct()).scalars())
    return found - {None}  # of a distribution that never brought a file
