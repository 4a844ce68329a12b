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
import pyarrow as pa
import requests
import sqlalchemy as sa

from catalogue.store import open_store, versions
from catalogue.store import schema as db
from catalogue.store.database import now
from tests.benchmarks.search_index import FILTERS, QUERIES, Generator
from tests.benchmarks.sql_workers import make_facts
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
        make_facts(file, rows)
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
                address = f"{platform.url}/api/v1/sql?format={kind}"
                read = _rows if kind == "arrow" else _text
                outside = _median(
                    lambda text=text, address=address, read=read: read(
                        session.post(address, json={"sql": text}, stream=True)
                    ),
                    times,
                )
                print(
                    f"{text[:60]:60} {kind:6} in process {inside:8.1f} ms, over HTTP"
                    f" {outside:8.1f} ms, ratio {outside / inside:5.1f}"
                )
        print(f"load {os.getloadavg()[0]:.1f}")


def _rows(response: requests.Response) -> pa.Table:
    response.raise_for_status()
    return pa.ipc.open_stream(response.raw).read_all()


def _text(response: requests.Response) -> bytes:
    response.raise_for_status()
    return response.content


def search(count: int) -> None:
    """Print how long a first start takes, and p50 and p95 of a mixed set of searches through the
    API, while the index is built and after.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        fill(data, count)
        print(f"{count:,} datasets, {_load()}")
        running.READY_WITHIN_S = 900.0
        began = time.monotonic()
        with running.platform(data) as platform, requests.Session() as session:
            print(f"ready after {time.monotonic() - began:.0f} s, starter data harvested")
            health = f"{platform.url}/healthz"
            meanwhile: list[Took] = []
            seen: set[str] = set()
            while session.get(health).json()["search_pending"]:
                meanwhile += _ask(platform.url, session, 10, seen)
                time.sleep(1)  # a reader looks at what came
            print(f"index built after {time.monotonic() - began:.0f} s, {_load()}")
            print(_sizes(platform))
            for name, took in (
                ("while it was built", meanwhile),
                ("after", _ask(platform.url, session, len(QUERIES) * 12, set())),
            ):
                for kind, is_again in (("new", False), ("asked again", True)):
                    of_kind = [ms for was_asked, ms in took if was_asked is is_again]
                    print(f"searches {name}, {kind}: {_quantiles(of_kind)}, {_load()}")
            print(_sizes(platform))


def fill(data: Path, count: int) -> None:
    """Put so many generated datasets into a new data folder."""
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
    store.close()


_ASKED = itertools.cycle(
    zip(
        QUERIES * 6,
        itertools.cycle(itertools.product(("fr", "nl", "en"), FILTERS)),
        strict=False,
    )
)


Took = tuple[bool, float]
"""Whether the very search was asked before, and its milliseconds: what was asked may be kept."""


def _ask(url: str, session: requests.Session, times: int, seen: set[str]) -> list[Took]:
    """Ask so many searches, each with all facets."""
    took: list[Took] = []
    for words, (lang, narrowed) in itertools.islice(_ASKED, times):
        asked = f"{words} {lang} {narrowed}"
        started = time.perf_counter()
        session.get(
            f"{url}/api/v1/datasets", params={"q": words, "lang": lang, "limit": 20, **narrowed}
        ).raise_for_status()
        took.append((asked in seen, (time.perf_counter() - started) * 1000))
        seen.add(asked)
    return took


def _quantiles(took: list[float]) -> str:
    took = sorted(took)
    if not took:
        return "none"
    half, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    return f"{len(took)}, p50 {half:.1f} ms, p95 {most:.1f} ms, worst {took[-1]:.1f} ms"


def _sizes(platform: running.Platform) -> str:
    """Say what the serving process holds: memory of its own, and pages of files."""
    found = []
    for pid in platform.commands("spawn_main"):
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        )
        own, files = (int(status[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile"))
        found.append((own, files))
    own, files = max(found, default=(0, 0))
    return f"serving process {own} MB of its own, {files} MB of files"


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


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
