"""A small store of tables on which the escape corpus can be tried, anywhere."""

import datetime
import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catalogue.relations import Relation, Snapshot

UTC = datetime.UTC


def publish(folder: Path, name: str, version: int, table: pa.Table, created_at: str) -> Relation:
    """Write a version as the catalogue does: named by its hash, read-only."""
    draft = folder / f"{name}{version}"
    pq.write_table(table, draft)
    sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
    path = draft.rename(folder / f"{sha256}.parquet")
    path.chmod(0o444)
    return Relation(
        table=name,
        version=version,
        sha256=sha256,
        path=str(path),
        created_at=created_at,
        row_count=table.num_rows,
    )


def stations(count: int) -> pa.Table:
    """Make bicycle stations of two towns, with invented numbers."""
    names = ["Gare Lille Flandres", "Grand’Place", "Kortrijk Station", "Zandberg"]
    first = datetime.date(2020, 1, 1)
    return pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "name": [names[i % 4] for i in range(count)],
            "town": ["59350" if i % 4 < 2 else "34022" for i in range(count)],
            "lon": [3.06 + i / 100 for i in range(count)],
            "lat": [50.63 + i / 100 for i in range(count)],
            "bikes": pa.array([i * 7 % 11 for i in range(count)], pa.int32()),
            "docks": pa.array([20] * count, pa.int32()),
            "since": [first + datetime.timedelta(days=100 * i) for i in range(count)],
        }
    )


def specimen(folder: Path) -> Snapshot:
    """Publish three versions of stations, one of towns and of trips."""
    towns = pa.table({"code": ["59350", "34022"], "name": ["Lille", "Kortrijk"]})
    moments = [datetime.datetime(2026, 1, day, 8, 30, tzinfo=UTC) for day in range(1, 9)]
    trips = pa.table(
        {"station": pa.array(range(8), pa.int64()), "moment": pa.array(moments, pa.timestamp("us"))}
    )
    return Snapshot(
        generation=1,
        relations=(
            publish(folder, "stations", 1, stations(8), "2026-02-01T10:00:00Z"),
            publish(folder, "stations", 2, stations(12), "2026-03-01T22:59:59Z"),
            publish(folder, "stations", 3, stations(16), "2026-03-01T23:00:00Z"),
            publish(folder, "towns", 1, towns, "2026-02-01T10:00:00Z"),
            publish(folder, "trips", 1, trips, "2026-02-01T10:00:00Z"),
        ),
    )
