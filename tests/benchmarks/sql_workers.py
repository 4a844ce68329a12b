"""SQL through the sandbox against DuckDB in the same process: ratios of one run.

    python tests/benchmarks/sql_workers.py [rows]

Both read the same Parquet file and give Arrow. The load of the machine is printed, because it
decides the figures: compare ratios of one run only.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from catalogue.relations import Relation, Snapshot
from sandbox.errors import SandboxError
from sandbox.formats import csv
from sandbox.limits import QueryLimits
from sandbox.supervisor import Sandbox

QUERIES = {
    "SELECT 1": 200,
    "SELECT g, sum(v) AS s FROM facts GROUP BY g ORDER BY s DESC LIMIT 20": 15,
    "SELECT * FROM facts": 7,
}
ENDLESS = "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y % 7 = 3"
DEAF = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"  # hears no interruption
LIMITS = QueryLimits(deadline_s=60)


def make_facts(path: Path, rows: int) -> None:
    """Write the table that all queries read."""
    random = np.random.default_rng(1)
    table = pa.table(
        {
            "id": np.arange(rows),
            "g": random.integers(0, 36_000, rows),
            "v": random.normal(size=rows),
            "w": random.normal(size=rows),
            "s": [f"name {i % 5_000}" for i in range(rows)],
            "d": pa.array(random.integers(0, 20_000, rows).astype("int32")).cast(pa.date32()),
            "k": random.integers(0, 100, rows),
            "m": [f"x{i}" for i in range(rows)],
        }
    )
    pq.write_table(table, path, compression="zstd", row_group_size=122_880)


def median_ms(run: Callable[[], object], times: int) -> float:
    """Time a call after one warm-up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2] * 1000


def compare(sandbox: Sandbox, snapshot: Snapshot, own: duckdb.DuckDBPyConnection) -> None:
    """Print the ratio for each query."""
    for sql, times in QUERIES.items():

        def in_process(sql: str = sql) -> None:
            with own.cursor() as cursor:
                cursor.execute(sql).to_arrow_table()

        def in_sandbox(sql: str = sql) -> None:
            with sandbox.run(sql, snapshot=snapshot, client="a", limits=LIMITS) as result:
                result.table()

        direct, through = median_ms(in_process, times), median_ms(in_sandbox, times)
        print(
            f"{sql[:44]:46} in-process {direct:8.2f} ms   sandbox {through:8.2f} ms   "
            f"+{through - direct:6.2f} ms   {through / direct:5.2f}x"
        )


def compare_csv(
    sandbox: Sandbox, snapshot: Snapshot, own: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    """Print the ratio of CSV streamed by us and DuckDB's COPY to a file."""

    def ours() -> None:
        with sandbox.run("FROM facts", snapshot=snapshot, client="a", limits=LIMITS) as result:
            for _ in csv(result):
                pass

    copy = median_ms(lambda: own.execute(f"COPY facts TO '{folder / 'facts.csv'}'"), 3)
    stream = median_ms(ours, 3)
    print(
        f"{'CSV':46} COPY {copy:14.0f} ms   stream {stream:9.0f} ms   {copy / stream:5.2f}x speed"
    )


def time_kill(sandbox: Sandbox, snapshot: Snapshot) -> None:
    """Print how long after a runaway the next query is answered."""
    taken = []
    for _ in range(5):
        time.sleep(2)  # the spare must be there again
        ended: list[float] = []

        def runaway(ended: list[float] = ended) -> None:
            try:
                sandbox.run(DEAF, snapshot=snapshot, client="r", limits=QueryLimits(deadline_s=1))
            except SandboxError:
                ended.append(time.perf_counter())

        thread = threading.Thread(target=runaway)
        thread.start()
        thread.join()
        with sandbox.run("SELECT 1", snapshot=snapshot, client="a") as result:
            result.table()
        taken.append((time.perf_counter() - ended[0]) * 1000)
    print(f"{'from a kill to the next answer':46} {sorted(taken)[2]:8.2f} ms")


def main(rows: int) -> None:
    """Run all."""
    print(f"{rows:,} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "facts.parquet"
        make_facts(path, rows)
        path.chmod(0o444)
        facts = Relation(
            table="facts",
            version=1,
            sha256="0" * 64,
            path=str(path),
            created_at="2026-01-01T00:00:00Z",
            row_count=rows,
        )
        snapshot = Snapshot(generation=1, relations=(facts,))
        own = duckdb.connect()
        own.execute(f"CREATE VIEW facts AS FROM read_parquet('{path}')")
        with Sandbox() as sandbox:
            compare(sandbox, snapshot, own)
            compare_csv(sandbox, snapshot, own, folder)
            time_kill(sandbox, snapshot)
    print(f"load {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
