"""Datasets that are withdrawn from the public, and what is erased for good.

A withdrawn dataset is kept and can be put back; for everybody it is gone, and says why. What is
erased is gone from the store too: rows, received bytes and findings; only the word of it stays.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import Conflict, NotFound
from catalogue.records import Dataset, Version
from catalogue.store import schema as db
from catalogue.store.database import Store, now
from catalogue.store.datasets import DATA, next_sequence, version_of
from catalogue.store.gone import Withdrawal, read, refuse_withdrawn, withdrawal_of
from catalogue.store.referenced import sha256s


def withdraw(store: Store, dataset_id: str, *, reason: str, by: str) -> None:
    """Take a dataset from the public. Raises NotFound, and Gone where it is withdrawn already."""
    with store.write() as connection:
        _living(connection, dataset_id)
        _put(connection, dataset_id, reason=reason, by=by, is_erased=False)


def put_back(store: Store, dataset_id: str) -> None:
    """Give a withdrawn dataset back to the public. Raises NotFound where it is not withdrawn, and
    Conflict where it is erased.
    """
    with store.write() as connection:
        found = withdrawal_of(connection, dataset_id)
        if found is None:
            raise NotFound("dataset-not-withdrawn", dataset=dataset_id)
        if found.is_erased:
            raise Conflict("dataset-erased", dataset=dataset_id)
        connection.execute(sa.delete(db.withdrawal).where(db.withdrawal.c.dataset_id == dataset_id))
        _touch(connection, dataset_id)


def erase(store: Store, dataset_id: str, *, reason: str, by: str) -> None:
    """Remove a dataset for good, withdrawn or not; its title and publisher stay. Raises NotFound.

    What is still in a backup is there still.
    """
    with store.write() as connection:
        record = connection.execute(
            sa.select(db.dataset.c.record).where(db.dataset.c.id == dataset_id)
        ).scalar()
        if record is None:
            raise NotFound("dataset-unknown", dataset=dataset_id)
        _overwrite(connection)
        tables = list(
            connection.execute(
                sa.select(db.data_table.c.name).where(db.data_table.c.dataset_id == dataset_id)
            ).scalars()
        )
        connection.execute(sa.delete(db.version).where(db.version.c.table_name.in_(tables)))
        connection.execute(
            sa.update(db.data_table)
            .where(db.data_table.c.name.in_(tables))
            .values(current_n=None, types="{}", title="{}")
        )
        for table in (db.draft, db.distribution_state):
            connection.execute(sa.delete(table).where(table.c.dataset_id == dataset_id))
        files = [one.id for one in _submissions(connection, dataset_id)]
        connection.execute(sa.delete(db.submission).where(db.submission.c.id.in_(files)))
        told = msgspec.json.decode(record, type=Dataset)
        left = Dataset(
            source_id=told.source_id,
            remote_id=told.remote_id,
            title=told.title,
            publisher=told.publisher,
        )
        connection.execute(
            sa.update(db.dataset)
            .where(db.dataset.c.id == dataset_id)
            .values(record=msgspec.json.encode(left).decode())
        )
        connection.execute(sa.delete(db.withdrawal).where(db.withdrawal.c.dataset_id == dataset_id))
        _put(connection, dataset_id, reason=reason, by=by, is_erased=True)


def erase_version(store: Store, table: str, n: int, *, reason: str, by: str) -> Version:
    """Remove one version for good, and return what it was; the one before it is current then.
    Raises NotFound.

    Its number is never given again.
    """
    versions, tables = db.version.c, db.data_table.c
    is_it = sa.and_(versions.table_name == table, versions.n == n)
    with store.write() as connection:
        found = connection.execute(sa.select(db.version).where(is_it)).mappings().first()
        if found is None:
            raise NotFound("version-unknown", table=table, version=n)
        version = version_of(found)
        _overwrite(connection)
        connection.execute(sa.delete(db.version).where(is_it))
        connection.execute(
            sa.insert(db.erased_version).values(
                table_name=table,
                n=n,
                raw_sha256=version.raw_sha256,
                reason=reason,
                decided_at=now(),
                decided_by=by,
            )
        )
        newest = connection.execute(
            sa.select(sa.func.max(versions.n)).where(versions.table_name == table)
        ).scalar()
        row = connection.execute(
            sa.select(tables.dataset_id, tables.distribution_id).where(tables.name == table)
        ).one()
        connection.execute(
            sa.update(db.data_table).where(tables.name == table).values(current_n=newest)
        )
        state = db.distribution_state.c
        connection.execute(
            sa.delete(db.distribution_state).where(
                state.dataset_id == row.dataset_id, state.distribution_id == row.distribution_id
            )
        )
        _touch(connection, row.dataset_id)
    return version


def are_erased(store: Store, raw_sha256: str) -> bool:
    """Tell whether a version made of these bytes was erased: they are not taken in again."""
    columns = db.erased_version.c
    with store.read() as connection:
        found = connection.execute(sa.select(columns.n).where(columns.raw_sha256 == raw_sha256))
        return found.first() is not None


def remove_unreferenced(store: Store, candidates: Sequence[str]) -> int:
    """Remove the objects among these that nothing refers to any more; return how many."""
    known = sha256s(store)
    removed = 0
    for sha256 in candidates:
        if sha256 not in known:
            for path in (store.objects.raw_path(sha256), store.objects.parquet_path(sha256)):
                removed += path.exists()
                path.unlink(missing_ok=True)
    return removed


def objects_of(store: Store, dataset_id: str) -> list[str]:
    """Return the sha256 of all that a dataset was made of and made into."""
    tables = sa.select(db.data_table.c.name).where(db.data_table.c.dataset_id == dataset_id)
    columns = (
        (db.version.c.sha256, db.version.c.table_name.in_(tables)),
        (db.version.c.raw_sha256, db.version.c.table_name.in_(tables)),
        (db.draft.c.raw_sha256, db.draft.c.dataset_id == dataset_id),
        (db.distribution_state.c.raw_sha256, db.distribution_state.c.dataset_id == dataset_id),
    )
    with store.read() as connection:
        found = {
            sha256
            for column, where in columns
            for sha256 in connection.execute(sa.select(column).where(where)).scalars()
        }
        for one in _submissions(connection, dataset_id):
            found |= {one.raw_sha256, one.received_sha256}
    return sorted(found - {None})


def listed(store: Store) -> list[Withdrawal]:
    """Return what is withdrawn, the newest first."""
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.withdrawal).order_by(
                db.withdrawal.c.decided_at.desc(), db.withdrawal.c.dataset_id
            )
        )
        return [read(row) for row in rows]


class _Belongs(msgspec.Struct):
    """What of a file on its way says to which dataset it belongs."""

    dataset_id: str | None = None


def _submissions(connection: Connection, dataset_id: str) -> list[Row[Any, Any, Any, Any]]:
    decoder = msgspec.json.Decoder(_Belongs)
    rows = connection.execute(sa.select(db.submission)).all()
    return [row for row in rows if decoder.decode(row.record).dataset_id == dataset_id]


def _living(connection: Connection, dataset_id: str) -> None:
    known = connection.execute(
        sa.select(db.dataset.c.id).where(db.dataset.c.id == dataset_id)
    ).scalar()
    if known is None:
        raise NotFound("dataset-unknown", dataset=dataset_id)
    refuse_withdrawn(connection, dataset_id)


def _put(connection: Connection, dataset_id: str, *, reason: str, by: str, is_erased: bool) -> None:
    connection.execute(
        sa.insert(db.withdrawal).values(
            dataset_id=dataset_id,
            reason=reason,
            decided_at=now(),
            decided_by=by,
            is_erased=is_erased,
        )
    )
    _touch(connection, dataset_id)


def _overwrite(connection: Connection) -> None:
    """Let SQLite write zeros over what is deleted; PostgreSQL does with its next VACUUM."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _touch(connection: Connection, dataset_id: str) -> None:
    """Tell search and SQL of it; the data themselves have not changed."""
    next_sequence(connection, DATA)
    connection.execute(
        sa.update(db.dataset)
        .where(db.dataset.c.id == dataset_id)
        .values(sequence=next_sequence(connection))
    )
