"""What a client sees over HTTP: SQL beside in-process DuckDB, and search at many datasets.

    python -m tests.benchmarks.over_http sql [rows]
    python -m tests.benchmarks.over_http search [datasets …]

The whole platform runs as `eurometropolis up` starts it. Ratios of one run, with the load.
"""

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import requests
import sqlalchemy as sa

from catalogue.store import datasets, open_store, versions
from catalogue.store import schema as db
from catalogue.store.database import now
from tests.benchmarks.search_index import FILTERS, QUERIES, Generator
from tests.portal import running

SQL = {
    "SELECT 1": (100, "json"),
    "SELECT g, sum(v) AS s FROM facts GROUP BY g ORDER BY s DESC LIMIT 20": (15, "json"),
    "SELECT * FROM facts": (5, "arrow"),
    "SELECT * FROM facts ORDER BY id LIMIT 10000": (10, "csv"),
}


def sql(rows: int) -> None:
    """Print medians of wall time: the same statement over HTTP and in this process."""
    with tempfile.TemporaryDirectory() as folder:
        data, file = Path(folder) / "data", Path(folder) / "facts.parquet"
        chance = np.random.default_rng(1)
        table = {"id": np.arange(rows), "g": chance.integers(0, 36_000, rows)}
        pq.write_table(pa.table({**table, "v": chance.random(rows)}), file)
        running.command("publish", str(file), "--title", "facts", "--data", str(data))
        store = open_store(data)
        (relation,) = versions.snapshot(store).relations
        store.close()
        own = duckdb.connect()
        own.execute(f"CREATE VIEW facts AS FROM '{relation.path}'")
        print(f"{rows:,} rows, load {os.getloadavg()[0]:.1f}")
        with running.platform(data) as platform, requests.Session() as session:
            for text, (times, kind) in SQL.items():
                inside = _median(lambda text=text: own.execute(text).to_arrow_table(), times)
                outside = _median(
                    lambda text=text, kind=kind: session.post(
                        f"{platform.url}/api/v1/sql?format={kind}", json={"sql": text}
                    ).raise_for_status(),
                    times,
                )
                print(
                    f"{text[:60]:60} {kind:6} in process {inside:8.1f} ms, over HTTP"
                    f" {outside:8.1f} ms, ratio {outside / inside:5.1f}"
                )
        print(f"load {os.getloadavg()[0]:.1f}")


def search(count: int) -> None:
    """Print p50 and p95 of a mixed set of searches through the API."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        store = open_store(data)
        with store.write() as connection:
            for number, entry in enumerate(Generator().entries(count), start=1):
                connection.execute(
                    sa.insert(db.dataset).values(
                        id=entry.id,
                        source_id=entry.dataset.source_id,
                        remote_id=entry.dataset.remote_id,
                        record=msgspec.json.encode(entry.dataset).decode(),
                        created_at=now(),
                        updated_at=now(),
                        sequence=number,
                    )
                )
            connection.execute(
                sa.update(db.counter).where(db.counter.c.name == "catalogue").values(value=count)
            )
        print(f"{datasets.generation(store):,} datasets, load {os.getloadavg()[0]:.1f}")
        store.close()
        began = time.monotonic()
        running.READY_WITHIN_S = 900.0
        with running.platform(data) as platform, requests.Session() as session:
            print(f"ready after {time.monotonic() - began:.0f} s (starter data and index built)")
            asked = zip(
                QUERIES * 6,
                itertools.cycle(itertools.product(("fr", "nl", "en"), FILTERS)),
                strict=False,
            )
            took = []
            for words, (lang, narrowed) in asked:
                started = time.perf_counter()
                session.get(
                    f"{platform.url}/api/v1/datasets",
                    params={"q": words, "lang": lang, "limit": 20, **narrowed},
                ).raise_for_status()
                took.append((time.perf_counter() - started) * 1000)
        took.sort()
        print(
            f"{len(took)} searches: p50 {took[len(took) // 2]:.1f} ms,"
            f" p95 {took[int(len(took) * 0.95)]:.1f} ms, worst {took[-1]:.1f} ms,"
            f" load {os.getloadavg()[0]:.1f}"
        )


def _median(action: Callable[[], object], times: int) -> float:
    action()
    took = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    what, *numbers = sys.argv[1:] or ["sql"]
    for number in [int(text) for text in numbers] or ([1_000_000] if what == "sql" else [10_000]):
        (sql if what == "sql" else search)(number)
