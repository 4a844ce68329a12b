"""A worker that is killed at random moments of its runs ends, each time, where an undisturbed one
does.

`EUROMETROPOLIS_KILLS=50 pytest tests/portal/jobs/test_kills.py` tries more moments; a third of them
at least must lie inside a transaction that writes, or the test fails.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from catalogue.errors import StoreError
from catalogue.store import Store, open_store, runs
from catalogue.store import schema as db
from portal.harvesting import run_source
from portal.jobs.names import HARVEST_WORKFLOW, jobs_url
from portal.jobs.queue import JobQueue
from portal.settings import Settings
from tests.harvesters.portals import ckan_portal, published
from tests.portal import running
from tests.portal.jobs.mortal_worker import Switch
from tests.portal.test_harvesting import QUICK

KILLS = int(os.environ.get("EUROMETROPOLIS_KILLS", "3"))
SEED = int(os.environ.get("EUROMETROPOLIS_SEED", "7"))
WITHIN_S = 60.0
WRITES = 25  # of a run, about


@pytest.mark.slow
def test_a_worker_killed_at_any_moment_leaves_the_catalogue_of_an_undisturbed_one(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    calm, store = (open_store(tmp_path / name) for name in ("calm", "killed"))
    inside = kills = 0
    with ckan_portal([_table(f"t{n}", chance) for n in range(4)]) as portal:
        (store.folder / "sources.toml").write_text(
            f'[[sources]]\nid = "portal"\nprotocol = "ckan"\nurl = "{portal.url}"\n'
            "trusted_network = true\ngrace_days = 0\n"
        )
        source = portal.source(grace_days=0)
        switch = Switch(tmp_path / "switch")
        while kills < KILLS:
            _change(portal, chance)
            is_inside = kills % 2 == 0
            with _worker(store.folder, tmp_path / "switch") as process:
                _ask(store)
                if is_inside:
                    switch.arm(chance.randrange(1, WRITES))
                else:
                    _begun(store)
                    time.sleep(chance.random() * 1.5)
                    process.send_signal(signal.SIGKILL)
                was_killed = _ended(process, store)
                inside += was_killed and switch.is_writing
                kills += was_killed
            switch.arm(0)
            with _worker(store.folder, tmp_path / "switch"):
                _done(store)
            run_source(calm, source, fetch_settings=QUICK)
            assert _catalogue(store) == _catalogue(calm), f"after kill {kills}, seed {SEED}"
    calm.close()
    store.close()
    record_property("kills_inside_a_write", inside)
    assert inside * 10 >= kills * 3, f"{inside} of {kills} kills came inside a write"


def _table(name: str, chance: random.Random) -> Any:
    rows = "\n".join(f"{n};{chance.randrange(1000)}" for n in range(20))
    modified = f"2026-0{chance.randrange(1, 10)}-{chance.randrange(10, 28)}T08:00:00"
    return published(name, f"n;value\n{rows}\n", modified=modified)


def _change(portal: Any, chance: random.Random) -> None:
    """Let the portal show something new, something else, and something less."""
    place = chance.randrange(len(portal.datasets))
    portal.datasets[place] = _table(portal.datasets[place].id, chance)
    portal.datasets.append(_table(f"t{chance.randrange(10_000) + 10}", chance))
    if len(portal.datasets) > 5:
        del portal.datasets[chance.randrange(len(portal.datasets))]


@contextmanager
def _worker(data: Path, switch: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.portal.jobs.mortal_worker", str(data), str(switch)],
        env=running.environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _ask(store: Store) -> None:
    queue = JobQueue(Settings(data=store.folder))
    for _ in _tries():
        try:
            queue.enqueue_harvest("portal")
        except StoreError:
            continue
        return


def _begun(store: Store) -> None:
    for _ in _tries():
        newest = runs.of_source(store, "portal", limit=1)
        if (newest and newest[0].status == "running") or _is_done(store):
            return


def _ended(process: "subprocess.Popen[bytes]", store: Store) -> bool:
    """Wait until the worker is dead; or its run is done, which then counts for no kill."""
    for _ in _tries():
        if process.poll() is not None:
            return True
        if _is_done(store):
            return process.poll() is not None
    raise AssertionError


def _done(store: Store) -> None:
    for _ in _tries():
        if _is_done(store):
            return


def _is_done(store: Store) -> bool:
    client = DBOSClient(system_database_url=jobs_url(Settings(data=store.folder)))
    try:
        waiting = client.list_workflows(name=HARVEST_WORKFLOW, status=["ENQUEUED", "PENDING"])
    finally:
        client.destroy()
    newest = runs.of_source(store, "portal", limit=1)
    return bool(newest) and newest[0].status == "done" and not waiting


def _tries() -> Iterator[None]:
    ends_at = time.monotonic() + WITHIN_S
    while time.monotonic() < ends_at:
        yield
        time.sleep(0.02)
    raise AssertionError(f"not within {WITHIN_S} s")


def _catalogue(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is published, without the moments."""
    wanted = {
        "datasets": sa.select(
            db.dataset.c.id, db.dataset.c.remote_id, db.dataset.c.record, db.dataset.c.is_archived
        ),
        "tables": sa.select(db.data_table.c.name, db.data_table.c.current_n),
        "versions": sa.select(
            db.version.c.table_name, db.version.c.n, db.version.c.sha256, db.version.c.schema
        ),
        "drafts": sa.select(db.draft.c.dataset_id, db.draft.c.resolved_at.is_(None)),
        "files": sa.select(
            db.distribution_state.c.dataset_id,
            db.distribution_state.c.raw_sha256,
            db.distribution_state.c.ingested,
        ),
    }
    with store.read() as connection:
        return {
            name: sorted(tuple(row) for row in connection.execute(query))
            for name, query in wanted.items()
        }
