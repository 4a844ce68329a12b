"""64 users at once run SQL for a minute, each from an address of its own; some of it never ends.

    python -m tests.benchmarks.many_users [users [seconds]]

Most ask small questions, some heavy ones, one in sixteen joins without end. Printed are the
statuses, the small ones' quantiles, the longest stay beyond the deadline, and the memory of all
processes of the platform together at its highest.
"""

import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.sql_workers import ENDLESS, make_facts
from tests.portal import running

ROWS = 1_000_000
DEADLINE_S = 10.0
SMALL = (
    "SELECT 1",
    "SELECT count(*) FROM municipalities",
    "SELECT name_fr FROM municipalities WHERE country = 'BE' ORDER BY 1 LIMIT 20",
    "SELECT country, count(*) FROM municipalities GROUP BY ALL",
)
HEAVY = (
    "SELECT g, sum(v) AS s FROM facts GROUP BY g ORDER BY s DESC LIMIT 20",
    "SELECT k, quantile_cont(v, 0.9) FROM facts GROUP BY k ORDER BY k",
    "SELECT * FROM facts ORDER BY v LIMIT 5000",
)
THINKS_S = 1.0


class Stay(NamedTuple):
    """One question: of which kind, the status of its answer, its seconds."""

    kind: str
    status: int
    seconds: float


def main(users: int, seconds: float) -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_facts(folder / "facts.parquet", ROWS)
        data = folder / "data"
        running.command(
            "publish", str(folder / "facts.parquet"), "--title", "facts", "--data", str(data)
        )
        with running.platform(data) as platform:
            print(f"{users} users, {seconds:g} s, load {os.getloadavg()[0]:.1f}")
            stays: list[Stay] = []
            ends_at = time.monotonic() + seconds
            threads = [
                threading.Thread(target=_use, args=(platform.port, number, ends_at, stays))
                for number in range(users)
            ]
            for thread in threads:
                thread.start()
            highest = 0
            while any(thread.is_alive() for thread in threads):
                highest = max(highest, _memory(platform))
                time.sleep(0.5)
    for kind in ("small", "heavy", "endless"):
        of_kind = [stay for stay in stays if stay.kind == kind]
        took = sorted(stay.seconds * 1000 for stay in of_kind if stay.status == 200)
        statuses = dict(sorted(Counter(stay.status for stay in of_kind).items()))
        found = "none answered"
        if took:
            half, most = took[len(took) // 2], took[int(len(took) * 0.95)]
            found = f"p50 {half:.0f} ms, p95 {most:.0f} ms, worst {took[-1]:.0f} ms"
        print(f"{kind:8} {len(of_kind):6} asked, statuses {statuses}; answered: {found}")
    beyond = max(stay.seconds for stay in stays) - DEADLINE_S
    print(f"longest stay: {beyond:+.2f} s beyond the deadline of {DEADLINE_S:g} s")
    print(
        f"memory of all processes: {highest >> 20} MB at its highest, load {os.getloadavg()[0]:.1f}"
    )


def _use(port: int, number: int, ends_at: float, stays: list[Stay]) -> None:
    """Ask, think, ask again."""
    chance = random.Random(number)  # noqa: S311  # a repeatable mix, no secret
    source = (f"127.0.{1 + number // 250}.{1 + number % 250}", 0)
    while time.monotonic() < ends_at:
        drawn = chance.random()
        kind, texts = (
            ("endless", (ENDLESS,))
            if drawn < 1 / 16
            else ("heavy", HEAVY)
            if drawn < 1 / 4
            else ("small", SMALL)
        )
        connection = http.client.HTTPConnection("127.0.0.1", port, 60, source_address=source)
        began = time.monotonic()
        connection.request(
            "POST",
            "/api/v1/sql",
            json.dumps({"sql": chance.choice(texts)}),
            {"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 500:
            print(kind, answer.status, body[:300])
        stays.append(Stay(kind, answer.status, time.monotonic() - began))
        connection.close()
        time.sleep(chance.expovariate(1 / THINKS_S))


def _memory(platform: running.Platform) -> int:
    """Sum the bytes that the processes hold; what they share is divided among them."""
    found = 0
    for pid in platform.pids():
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        found += next((int(line.split()[1]) for line in text.splitlines() if "Pss:" in line), 0)
    return found * 1024


if __name__ == "__main__":
    numbers = [float(text) for text in sys.argv[1:]]
    users, seconds = numbers + [64.0, 60.0][len(numbers) :]
    main(int(users), seconds)
