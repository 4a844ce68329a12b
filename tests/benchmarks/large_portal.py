"""What a portal of 10,000 datasets costs: its first run, and a second that finds nothing new.

    python -m tests.benchmarks.large_portal [datasets …]

A CKAN and a DCAT-AP catalogue (Turtle, in pages) on loopback, in a process of their own; each
dataset has one file of twenty rows. Told are requests, CPU seconds of the run and of its reader,
and the peak of memory of each; the pause between requests is left out. Memory is told for a tenth
of the datasets, too: it should hardly grow.
"""

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from catalogue.fetch import FetchSettings
from catalogue.records import Run, Source
from catalogue.store import open_store
from portal.harvesting import run_source
from tests.harvesters import dcat_portal, portals

UNHURRIED = FetchSettings(min_interval_s=0, backoff_first_s=0.01, retry_count=1)
MAKERS = {"ckan": portals.ckan_portal, "dcat": dcat_portal.turtle_portal}


def main(counts: list[int]) -> None:
    """Print the figures of each protocol."""
    for protocol in MAKERS:
        for count in counts:
            ours, theirs = multiprocessing.Pipe()
            context = multiprocessing.get_context("spawn")
            portal = context.Process(target=_serve, args=(protocol, count, theirs))
            portal.start()
            source = ours.recv()
            print(f"{protocol}, {count:,} datasets, load {os.getloadavg()[0]:.1f}")
            harvester = context.Process(target=_harvest, args=(source,))
            harvester.start()
            harvester.join()
            ours.send(None)
            portal.join()


def _serve(protocol: str, count: int, pipe: "Connection[Any, Any]") -> None:
    rows = "\n".join(f"{n};{n * n}" for n in range(20))
    held = [
        portals.published(
            f"d{n:05}", f"n;value;of\n{rows.replace(chr(10), f';{n}' + chr(10))};{n}\n"
        )
        for n in range(count)
    ]
    with MAKERS[protocol](held) as portal:
        pipe.send(portal.source())
        pipe.recv()


def _harvest(source: Source) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data")
        for name in ("first run", "second run"):
            began, used = time.monotonic(), _cpu_s()
            run = run_source(store, source, fetch_settings=UNHURRIED)
            _tell(name, run, _cpu_s() - used, time.monotonic() - began)
        store.close()


def _tell(name: str, run: Run, cpu_s: float, took_s: float) -> None:
    own, readers = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    counts = {key: count for key, count in run.counts.items() if count}
    megabytes = (run.received_bytes or 0) / 1e6
    asked = f"{run.request_count or 0:7,} requests {megabytes:6.1f} MB"
    used = f"{cpu_s:7.1f} CPU s {took_s:7.1f} s, peak {own:4.0f} MB, reader {readers:4.0f} MB"
    print(f"  {name:10} {asked} {used}; {counts}", flush=True)


def _cpu_s() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [1_000, 10_000])
