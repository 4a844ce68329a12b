"""The sources that an installation harvests, and when each is due."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from catalogue.records import Source
from catalogue.store import schema as db
from catalogue.store.database import Store, now

_BACK_OFF_MAX_HOURS = 24 * 7.0


def save_all(store: Store, sources: Sequence[Source]) -> None:
    """Make these the sources that are scheduled.

    A new source is due at once, a schedule that runs stays. A source that is no longer among them
    stays known, with its runs, but is never due.
    """
    ids = {source.id for source in sources}
    columns = db.source.c
    with store.write() as connection:
        rows = connection.execute(sa.select(columns.id, columns.next_run_at))
        at = {row.id: row.next_run_at for row in rows}
        for source in sources:
            _put(connection, source, next_run_at=at.get(source.id) or now())
        gone = sa.update(db.source).where(columns.id.not_in(ids))
        connection.execute(gone.values(next_run_at=None))


def remember(store: Store, source: Source) -> None:
    """Know a source that is harvested by hand only, so that its runs can be shown."""
    with store.write() as connection:
        found = connection.execute(sa.select(db.source.c.id).where(db.source.c.id == source.id))
        if found.first() is None:
            _put(connection, source, next_run_at=None)


def _put(connection: Connection, source: Source, *, next_run_at: str | None) -> None:
    values = {"record": msgspec.json.encode(source).decode(), "next_run_at": next_run_at}
    changed = connection.execute(
        sa.update(db.source).where(db.source.c.id == source.id).values(**values)
    )
    if not changed.rowcount:
        connection.execute(sa.insert(db.source).values(id=source.id, **values))


def listed(store: Store) -> list[Source]:
    """Return every source, by id."""
    with store.read() as connection:
        texts = connection.execute(sa.select(db.source.c.record).order_by(db.source.c.id))
        return [msgspec.json.decode(text, type=Source) for text in texts.scalars()]


class Schedule(NamedTuple):
    """When a source is due again, None for by hand only, and how often in a row it has failed."""

    next_run_at: str | None
    failure_count: int


def schedules(store: Store) -> dict[str, Schedule]:
    """Return the schedule of every source, by its id."""
    columns = db.source.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(columns.id, columns.next_run_at, columns.failure_count, columns.record)
        )
        return {row.id: _schedule(row) for row in rows}


def _schedule(row: Row[Any, Any, Any, Any]) -> Schedule:
    source = msgspec.json.decode(row.record, type=Source)
    is_planned = source.every_hours is not None and source.is_enabled
    return Schedule(row.next_run_at if is_planned else None, row.failure_count or 0)


def due(store: Store, at: str | None = None) -> list[Source]:
    """Return the sources with a schedule whose next run is not in the future."""
    with store.read() as connection:
        texts = connection.execute(
            sa.select(db.source.c.record)
            .where(db.source.c.next_run_at <= (at or now()))
            .order_by(db.source.c.next_run_at)
        ).scalars()
        sources = [msgspec.json.decode(text, type=Source) for text in texts]
    return [source for source in sources if source.every_hours is not None and source.is_enabled]


def mark_due(store: Store, source_id: str) -> None:
    """Let a source be harvested at the next look at the schedule."""
    with store.write() as connection:
        connection.execute(
            sa.update(db.source).where(db.source.c.id == source_id).values(next_run_at=now())
        )


def schedule_next(store: Store, source: Source, *, has_failed: bool) -> None:
    """Set when a source is due again: its own interval, doubled for each failure in a row, at most
    a week.
    """
    if source.every_hours is None:
        return
    with store.write() as connection:
        failures = connection.execute(
            sa.select(db.source.c.failure_count).where(db.source.c.id == source.id)
        ).scalar()
        failures = (failures or 0) + 1 if has_failed else 0
        hours = min(source.every_hours * 2**failures, max(_BACK_OFF_MAX_HOURS, source.every_hours))
        moment = datetime.now(UTC) + timedelta(hours=hours)
        connection.execute(
            sa.update(db.source)
            .where(db.source.c.id == source.id)
            .values(failure_count=failures, next_run_at=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
        )
