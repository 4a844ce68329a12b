"""What was last fetched for each distribution: the bytes, the validators for the next request, the
trouble met.
"""

import msgspec
import sqlalchemy as sa

from catalogue.records import RunIssue
from catalogue.store import schema as db
from catalogue.store.database import Store, now


class DistributionState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last fetch of a distribution; `issue` says why the newest attempt brought nothing.

    `ingested` is the mark of the bytes, schema and reader by which its tables were last made,
    `stated` that of what its portal said of the file when we last looked at it.
    """

    url: str
    raw_sha256: str | None = None
    filename: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""
    ingested: str | None = None
    stated: str | None = None
    issue: RunIssue | None = None


def state_of(store: Store, dataset_id: str, distribution_id: str) -> DistributionState | None:
    """Return the last fetch of a distribution, or None."""
    with store.read() as connection:
        row = connection.execute(
            sa.select(db.distribution_state).where(*_is(dataset_id, distribution_id))
        ).first()
    if row is None:
        return None
    return DistributionState(
        url=row.url,
        raw_sha256=row.raw_sha256,
        filename=row.filename,
        etag=row.etag,
        last_modified=row.last_modified,
        fetched_at=row.fetched_at,
        ingested=row.ingested,
        stated=row.stated,
        issue=None if row.issue is None else msgspec.json.decode(row.issue, type=RunIssue),
    )


def remember(store: Store, dataset_id: str, distribution_id: str, state: DistributionState) -> None:
    """Keep the newest fetch of a distribution; without a `fetched_at` it was now."""
    values = msgspec.structs.asdict(state)
    values["issue"] = None if state.issue is None else msgspec.json.encode(state.issue).decode()
    values["fetched_at"] = state.fetched_at or now()
    with store.write() as connection:
        connection.execute(
            sa.delete(db.distribution_state).where(*_is(dataset_id, distribution_id))
        )
        connection.execute(
            sa.insert(db.distribution_state).values(
                dataset_id=dataset_id, distribution_id=distribution_id, **values
            )
        )


def _is(dataset_id: str, distribution_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    columns = db.distribution_state.c
    return columns.dataset_id == dataset_id, columns.distribution_id == distribution_id
