"""The sources that an installation harvests, and when each is due."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import sqlalchemy as sa

from catalogue.records import Source
from catalogue.store import schema as db
from catalogue.store.database import Store, now

_BACK_OFF_MAX_HOURS = 24 * 7.0


def save_all(store: Store, sources: Sequence[Source]) -> None:
    """Make the store's list equal to this one; a new source is due at once, a schedule that runs
    stays.
    """
    with store.write() as connection:
        known = set(connection.execute(sa.select(db.source.c.id)).scalars())
        for source in sources:
            record = msgspec.json.encode(source).decode()
            if source.id in known:
                connection.execute(
                    sa.update(db.source).where(db.source.c.id == source.id).values(record=record)
                )
            else:
                connection.execute(
                    sa.insert(db.source).values(id=source.id, record=record, next_run_at=now())
                )
        gone = known - {source.id for source in sources}
        connection.execute(sa.delete(db.source).where(db.source.c.id.in_(gone)))


def listed(store: Store) -> list[Source]:
    """Return every source, by id."""
    with store.read() as connection:
        texts = connection.execute(sa.select(db.source.c.record).order_by(db.source.c.id))
        return [msgspec.json.decode(text, type=Source) for text in texts.scalars()]


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
