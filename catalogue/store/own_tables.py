"""Tables that users keep for themselves beside those of the catalogue, for a while.

A row tells of a Parquet file that lies apart from the published ones (`portal/own_tables.py`).
"""

import msgspec
import sqlalchemy as sa

from catalogue.errors import Conflict, NotFound
from catalogue.records import Column
from catalogue.store import schema as db
from catalogue.store.database import Store, now

MB = 1_000_000


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does not change of an own table: the file it came from, and what it holds."""

    filename: str
    part: str
    sha256: str
    row_count: int
    columns: list[Column]


class OwnTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of one user. `file_id` names its Parquet file, of `size_bytes`; times are ISO 8601 in
    UTC.
    """

    user_id: int
    name: str
    file_id: str
    size_bytes: int
    record: Record
    created_at: str
    expires_at: str


def replace(store: Store, tables: list[OwnTable], *, most_bytes: int) -> set[str]:
    """Keep tables of one user, each in the place of one of its name; return the files of those
    that gave way.

    Raises Conflict, and keeps none, where all of hers would be more than `most_bytes`.
    """
    table = db.own_table
    left: set[str] = set()
    with store.write() as connection:
        for one in tables:
            is_it = _is(one.user_id, one.name)
            left.update(connection.execute(sa.select(table.c.file_id).where(*is_it)).scalars())
            connection.execute(sa.delete(table).where(*is_it))
            values = msgspec.structs.asdict(one)
            values["record"] = msgspec.json.encode(one.record).decode()
            connection.execute(sa.insert(table).values(**values))
        sizes = connection.execute(
            sa.select(table.c.size_bytes).where(
                table.c.user_id == tables[0].user_id, table.c.expires_at > now()
            )
        ).scalars()
        if (total := sum(sizes)) > most_bytes:
            raise Conflict("own-tables-too-large", megabytes=-(-total // MB), most=most_bytes // MB)
    return left


def of_user(store: Store, user_id: int) -> list[OwnTable]:
    """Return the tables of a user that have not expired, by name."""
    table = db.own_table
    with store.read() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.user_id == user_id, table.c.expires_at > now())
            .order_by(table.c.name)
        ).all()
    return [_of(row) for row in rows]


def remove(store: Store, user_id: int, name: str) -> str:
    """Forget a table of a user; return its file. Raises NotFound."""
    is_it = _is(user_id, name)
    with store.write() as connection:
        found = connection.execute(sa.select(db.own_table.c.file_id).where(*is_it)).scalar()
        if found is None:
            raise NotFound("own-table-unknown", table=name[:100])
        connection.execute(sa.delete(db.own_table).where(*is_it))
    return str(found)


def forget_expired(store: Store) -> None:
    """Forget the tables whose time is over."""
    with store.write() as connection:
        connection.execute(sa.delete(db.own_table).where(db.own_table.c.expires_at <= now()))


def file_ids(store: Store) -> set[str]:
    """Return the names of all files that are still somebody's table."""
    with store.read() as connection:
        return set(connection.execute(sa.select(db.own_table.c.file_id)).scalars())


def _is(user_id: int, name: str) -> list[sa.ColumnElement[bool]]:
    return [db.own_table.c.user_id == user_id, db.own_table.c.name == name]


def _of(row: sa.Row) -> OwnTable:  # type: ignore[type-arg]
    values = dict(row._mapping)
    values["record"] = msgspec.json.decode(values["record"], type=Record)
    return OwnTable(**values)
