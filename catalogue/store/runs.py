"""Runs of sources: begun, reported record by record, finished, listed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Row

from catalogue.errors import NotFound
from catalogue.records import RUN_COUNTS, RecordOutcome, Run, RunIssue, RunRecord
from catalogue.store import schema as db
from catalogue.store.database import MAX_ID, Store, now

# The outcomes that change what is published.
CHANGING = (
    RecordOutcome.ADDED,
    RecordOutcome.CHANGED,
    RecordOutcome.MOVED,
    RecordOutcome.ARCHIVED,
)


def begin(store: Store, source_id: str) -> int:
    """Open a run of a source; return its id."""
    with store.write() as connection:
        result = connection.execute(
            sa.insert(db.run).values(source_id=source_id, status="running", started_at=now())
        )
        # SQLAlchemy types the key as optional for inserts of many rows only.
        return int((result.inserted_primary_key or (0,))[0])


def finish(
    store: Store,
    run_id: int,
    *,
    status: str,
    records: Sequence[RunRecord],
    reason: RunIssue | None = None,
    request_count: int | None = None,
    received_bytes: int | None = None,
) -> Run:
    """Close a run with what it did to each record; return it."""
    encode = msgspec.json.encode
    with store.write() as connection:
        connection.execute(
            sa.update(db.run)
            .where(db.run.c.id == run_id)
            .values(
                status=status,
                finished_at=now(),
                reason=None if reason is None else encode(reason).decode(),
                counts=encode(counts_of(records)).decode(),
                request_count=request_count,
                received_bytes=received_bytes,
            )
        )
        rows = [
            {"run_id": run_id, "position": position, "record": encode(record).decode()}
            for position, record in enumerate(records)
        ]
        if rows:
            connection.execute(sa.insert(db.run_record), rows)
    return get(store, run_id)


def counts_of(records: Sequence[RunRecord]) -> dict[str, int]:
    """Count the outcomes of a run's records; `seen` leaves out what the source no longer lists."""
    outcomes = Counter(record.outcome.value for record in records)
    seen = len(records) - outcomes["archived"] - outcomes["missing"]
    return {name: seen if name == "seen" else outcomes[name] for name in RUN_COUNTS}


def unfinished_sources(store: Store) -> list[str]:
    """Return the sources with an open run: going on, or left by a process that was killed."""
    with store.read() as connection:
        found = connection.execute(
            sa.select(db.run.c.source_id).where(db.run.c.status == "running").distinct()
        )
        return list(found.scalars())


def abandon_unfinished(store: Store, source_id: str) -> None:
    """Close the open runs of a source. For the holder of its lease: nobody else can be at work."""
    reason = msgspec.json.encode(RunIssue(code="run-interrupted")).decode()
    with store.write() as connection:
        connection.execute(
            sa.update(db.run)
            .where(db.run.c.status == "running", db.run.c.source_id == source_id)
            .values(status="failed", finished_at=now(), reason=reason)
        )


def get(store: Store, run_id: int) -> Run:
    """Return a run with its records. Raises NotFound."""
    with store.read() as connection:
        row = (
            connection.execute(sa.select(db.run).where(db.run.c.id == run_id)).first()
            if run_id <= MAX_ID
            else None
        )
        if row is None:
            raise NotFound("run-unknown", run=run_id)
        records = connection.execute(
            sa.select(db.run_record.c.record)
            .where(db.run_record.c.run_id == run_id)
            .order_by(db.run_record.c.position)
        ).scalars()
        return _run(row, [msgspec.json.decode(text, type=RunRecord) for text in records])


def of_source(store: Store, source_id: str, *, limit: int = 30) -> list[Run]:
    """Return the newest runs of a source, without their records."""
    with store.read() as connection:
        rows = connection.execute(
            sa.select(db.run)
            .where(db.run.c.source_id == source_id)
            .order_by(db.run.c.id.desc())
            .limit(limit)
        )
        return [_run(row, []) for row in rows]


def newest(store: Store, *, each: int) -> dict[str, list[Run]]:
    """Return the newest runs of every source, by its id, newest first and without their records."""
    columns = db.run.c
    place = sa.func.row_number().over(partition_by=columns.source_id, order_by=columns.id.desc())
    placed = sa.select(db.run, place.label("place")).subquery()
    found: dict[str, list[Run]] = {}
    with store.read() as connection:
        wanted = sa.select(placed).where(placed.c.place <= each).order_by(placed.c.id.desc())
        for row in connection.execute(wanted):
            found.setdefault(row.source_id, []).append(_run(row, []))
    return found


def that_changed(store: Store, source_id: str | None, *, limit: int) -> list[Run]:
    """Return the newest finished runs that changed the catalogue, of one source or of all, with
    their records.
    """
    columns = db.run.c
    wanted = sa.select(db.run).where(columns.status == "done").order_by(columns.id.desc())
    if source_id is not None:
        wanted = wanted.where(columns.source_id == source_id)
    found: list[int] = []
    with store.read() as connection:
        for row in connection.execution_options(yield_per=100).execute(wanted):
            if has_changed(_run(row, [])):
                found.append(row.id)
            if len(found) == limit:
                break
    return [get(store, run_id) for run_id in found]


def has_changed(run: Run) -> bool:
    """Tell whether a run changed anything that is published."""
    return any(run.counts.get(outcome) for outcome in CHANGING)


def errors_of(store: Store, run_id: int) -> dict[str, list[RunIssue]]:
    """Return the errors of a finished run by the dataset that met them; most have none."""
    decoder = msgspec.json.Decoder(RunRecord)
    found: dict[str, list[RunIssue]] = {}
    with store.read() as connection:
        texts = connection.execute(
            sa.select(db.run_record.c.record)
            .where(db.run_record.c.run_id == run_id)
            .order_by(db.run_record.c.position)
        ).scalars()
        for text in texts:
            record = decoder.decode(text)
            errors = [issue for issue in record.issues if issue.severity == "error"]
            if record.dataset_id and errors:
                found[record.dataset_id] = errors
    return found


def _run(row: Row[Any], records: list[RunRecord]) -> Run:
    return Run(
        id=row.id,
        source_id=row.source_id,
        status=row.status,
        started_at=row.started_at,
        finished_at=row.finished_at,
        reason=None if row.reason is None else msgspec.json.decode(row.reason, type=RunIssue),
        counts=msgspec.json.decode(row.counts, type=dict[str, int]),
        request_count=row.request_count,
        received_bytes=row.received_bytes,
        records=records,
    )
