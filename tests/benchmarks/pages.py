"""What visitors of pages and callers of the API wait for, in a catalogue of 10,000 datasets.

    python -m tests.benchmarks.pages [datasets [rows]]

32 clients at a time ask for pages, then again while 20 slow clients download; then for small
answers of the API; then one client looks at a large table through a filter. `wrk` (Debian's
package) asks, so that the client costs little of the machine. One run, with the load.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import requests

from tests.benchmarks.over_http import fill
from tests.portal import running

CLIENTS, SECONDS = 32, 8
SLOW_BYTES_PER_S = 4_000_000
PAGES = {
    "home": ["/fr/", "/nl/", "/en/"],
    "search": [
        "/fr/datasets?q=v%C3%A9lo",
        "/nl/datasets?q=fiets&side=FR",
        "/en/datasets?q=parking",
    ],
    "table": ["/fr/datasets/municipalities", "/nl/datasets/stations-vlille?sort=docks_counted"],
    "filtered": ["/fr/datasets/municipalities?region__eq=Flandre&population__gte=1000"],
    "columns": ["/en/datasets/municipalities/columns", "/fr/datasets/municipalities/quality"],
    "small": ["/api/v1/tables?limit=5"],
    "health": ["/healthz"],
    "rows": ["/api/v1/tables/municipalities/rows?limit=10"],
}
_SCRIPT = """
local paths = {%s}
local turn = 0
request = function() turn = turn + 1; return wrk.format("GET", paths[turn %% #paths + 1]) end
done = function(summary, latency)
  io.write(string.format("RESULT %%.1f %%.1f %%.0f %%d\\n",
    latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.requests / summary.duration * 1e6, summary.errors.status))
end
"""


def main(count: int, rows: int) -> None:
    """Print every figure."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        data, file = Path(folder) / "data", Path(folder) / "facts.parquet"
        fill(data, count)
        _write(file, rows)
        running.command("publish", str(file), "--title", "Facts", "--data", str(data))
        running.READY_WITHIN_S = 900.0
        with running.platform(data) as platform:
            _wait_for_the_index(platform.url)
            print(f"{count:,} datasets, {CLIENTS} clients, load {os.getloadavg()[0]:.1f}")
            for name, paths in PAGES.items():
                print(_asked(platform.url, name, paths))
            stop = threading.Event()
            slow = [
                threading.Thread(target=_download, args=(platform.url, stop)) for _ in range(20)
            ]
            for each in slow:
                each.start()
            for name in ("table", "search", "small"):
                print(_asked(platform.url, f"{name}, 20 slow downloads beside", PAGES[name]))
            stop.set()
            for each in slow:
                each.join()
            _look_at_the_large_one(platform.url, rows)
        print(f"load {os.getloadavg()[0]:.1f}")


def _write(file: Path, rows: int) -> None:
    chance = np.random.default_rng(1)
    table = {
        "id": np.arange(rows),
        "town": pa.array(np.array(["Lille", "Kortrijk", "Tournai", "Ath"])[np.arange(rows) % 4]),
        "v": chance.random(rows),
        "n": chance.integers(0, 1000, rows),
    }
    pq.write_table(pa.table(table), file)


def _wait_for_the_index(url: str) -> None:
    while requests.get(f"{url}/healthz", timeout=30).json().get("search_pending"):
        time.sleep(1)


def _asked(url: str, name: str, paths: list[str]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        asking = ["-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--timeout", "20s", "-s", script.name]
        ran = subprocess.run(  # noqa: S603  # a known tool on our own server
            [str(shutil.which("wrk")), *asking, url], capture_output=True, text=True, check=True
        )
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", ran.stdout)
    if found is None:
        return f"{name}: {ran.stdout}"
    half, most, each_s, failed = found.groups()
    return f"{name:40} p50 {half:>7} ms, p95 {most:>7} ms, {each_s:>6}/s, {failed} failed"


def _download(url: str, stop: threading.Event) -> None:
    """Take a large file slowly, again and again."""
    while not stop.is_set():
        with requests.get(f"{url}/data/facts.parquet", stream=True, timeout=60) as answer:
            for piece in answer.iter_content(1 << 18):
                time.sleep(len(piece) / SLOW_BYTES_PER_S)
                if stop.is_set():
                    return


def _look_at_the_large_one(url: str, rows: int) -> None:
    with requests.Session() as session:
        for name, query in (
            ("as it lies", "?"),
            ("filtered", "?n__gte=990&town__eq=Lille"),
            ("sorted", "?sort=v&desc=1"),
            ("filtered and sorted", "?n__gte=990&sort=v"),
        ):
            took = []
            for number in range(1, 7):  # pages that nobody has asked for: none is kept yet
                address = f"{url}/fr/datasets/facts{query}&page={number}"
                started = time.perf_counter()
                session.get(address, timeout=60).raise_for_status()
                took.append((time.perf_counter() - started) * 1000)
            took.sort()
            print(f"{rows:,} rows, {name:20} median {took[3]:.0f} ms, worst {took[-1]:.0f} ms")


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(*(numbers + [10_000, 5_000_000][len(numbers) :]))
