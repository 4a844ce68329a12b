"""The versions of a table, read in pages: one that is harvested hourly has thousands."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from catalogue.records import Version
from catalogue.store import datasets
from catalogue.store import schema as db
from catalogue.store.database import Store


class History(NamedTuple):
    """A page of the versions of a table, newest first; `total` counts all."""

    total: int
    versions: list[Version]


class Numbers(NamedTuple):
    """The numbers of the newest versions of a table, newest first; `total` counts all."""

    total: int
    newest: list[int]


def page(store: Store, table: str, *, limit: int, offset: int = 0) -> History:
    """Return versions of a table."""
    mine = db.version.c.table_name == table
    with store.read() as connection:
        count = connection.execute(
            sa.select(sa.func.count()).select_from(db.version).where(mine)
        ).scalar_one()
        rows = connection.execute(
            sa.select(db.version)
            .where(mine)
            .order_by(db.version.c.n.desc())
            .limit(limit)
            .offset(offset)
        ).mappings()
        return History(count, [datasets.version_of(row) for row in rows])


def numbers(store: Store, tables: Sequence[str], *, limit: int) -> dict[str, Numbers]:
    """Return the newest numbers of each table, without reading what its versions hold."""
    found = {}
    with store.read() as connection:
        for table in tables:
            mine = db.version.c.table_name == table
            count = connection.execute(
                sa.select(sa.func.count()).select_from(db.version).where(mine)
            ).scalar_one()
            newest = connection.execute(
                sa.select(db.version.c.n).where(mine).order_by(db.version.c.n.desc()).limit(limit)
            ).scalars()
            found[table] = Numbers(count, list(newest))
    return found
