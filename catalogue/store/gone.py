"""Says of what is withdrawn or erased that it is gone, and why."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.errors import Gone
from catalogue.store import schema as db


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a dataset is withdrawn: why, when, by whom, and whether it is erased."""

    dataset_id: str
    reason: str
    decided_at: str
    decided_by: str
    is_erased: bool = False


def is_here(dataset_id: "sa.ColumnElement[str]") -> sa.ColumnElement[bool]:
    """Tell in a query whether a dataset is not withdrawn."""
    return sa.not_(sa.exists().where(db.withdrawal.c.dataset_id == dataset_id))


def refuse_withdrawn(connection: Connection, dataset_id: str) -> None:
    """Raise Gone where a dataset is withdrawn."""
    found = withdrawal_of(connection, dataset_id)
    if found is not None:
        code = "dataset-erased" if found.is_erased else "dataset-withdrawn"
        day = found.decided_at[:10]
        raise Gone(code, dataset=dataset_id, day=day, reason=found.reason)


def refuse_erased(connection: Connection, table: str, n: int) -> None:
    """Raise Gone where a version is erased."""
    columns = db.erased_version.c
    row = connection.execute(
        sa.select(db.erased_version).where(columns.table_name == table, columns.n == n)
    ).first()
    if row is not None:
        day = row.decided_at[:10]
        raise Gone("version-erased", table=table, version=n, day=day, reason=row.reason)


def withdrawal_of(connection: Connection, dataset_id: str) -> Withdrawal | None:
    """Return the withdrawal of a dataset, or None."""
    row = connection.execute(
        sa.select(db.withdrawal).where(db.withdrawal.c.dataset_id == dataset_id)
    ).first()
    return None if row is None else read(row)


def read(row: Row[Any, Any, Any, Any]) -> Withdrawal:
    """Make the record of a row."""
    return Withdrawal(
        dataset_id=row.dataset_id,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        is_erased=row.is_erased,
    )
