"""The worker in a process of its own, asked for harvests as the web process asks."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from catalogue.errors import StoreError
from catalogue.records import Run
from catalogue.store import Store, datasets, open_store, runs, sources
from portal.jobs.queue import JobQueue
from portal.settings import Settings
from tests.harvesters.portals import Answer, Request, ckan_portal, published
from tests.portal import running

WITHIN_S = 30.0
T = TypeVar("T")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@contextmanager
def worker(data: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*running.COMMAND, "worker", "--data", str(data)],
        env=running.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def listen_to(store: Store, portal: Any, schedule: str = "every_hours = 24\n") -> None:
    (store.folder / "settings.toml").write_text('sources = "sources.toml"\n')
    (store.folder / "sources.toml").write_text(
        f'[[sources]]\nid = "portal"\nprotocol = "ckan"\nurl = "{portal.url}"\n'
        f"trusted_network = true\n{schedule}"
    )


def enqueued(data: Path, source_id: str) -> str:
    """Ask for a harvest as soon as the worker has made its database."""
    queue = JobQueue(Settings(data=data))
    return until(lambda: _asked(queue, source_id))


def _asked(queue: JobQueue, source_id: str) -> str | None:
    try:
        return queue.enqueue_harvest(source_id)
    except StoreError:
        return None


def until(found: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {WITHIN_S} s")


def finished(store: Store) -> Run | None:
    newest = runs.of_source(store, "portal", limit=1)
    return newest[0] if newest and newest[0].status == "done" else None


def test_a_harvest_that_was_asked_for_is_done_and_its_progress_told(store: Store) -> None:
    with ckan_portal([published("velos")]) as portal:
        listen_to(store, portal)
        with worker(store.folder):
            first = enqueued(store.folder, "portal")
            run = until(lambda: finished(store))
            # A job sets the schedule once, however many attempts it took.
            until(lambda: not sources.due(store))
    assert first
    assert run.counts["added"] == 1


def test_a_trial_that_was_asked_for_reports_and_changes_nothing(store: Store) -> None:
    with ckan_portal([published("velos")]) as portal:
        listen_to(store, portal, schedule="")
        with worker(store.folder):
            until((store.folder / "jobs.ready").exists)
            JobQueue(Settings(data=store.folder)).enqueue_harvest("portal", is_dry_run=True)
            (trial,) = until(lambda: [r for r in runs.of_source(store, "portal") if r.finished_at])
    assert (trial.status, trial.counts["added"]) == ("dry-run", 1)
    assert not datasets.findable_ids(store)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_worker_ended_on_the_way_is_resumed_by_the_next_one(
    store: Store, how: signal.Signals
) -> None:
    with ckan_portal([published("velos")]) as portal:
        listen_to(store, portal)
        is_slow = True

        def slow(request: Request, answer: Answer) -> Answer:
            deadline = time.monotonic() + WITHIN_S
            while is_slow and time.monotonic() < deadline:
                time.sleep(0.02)
            return answer

        portal.mischief = slow
        with worker(store.folder) as first:
            enqueued(store.folder, "portal")
            until(lambda: portal.requests)
            first.send_signal(how)
            first.wait(timeout=WITHIN_S)
            assert first.stderr is not None
            assert "Traceback" not in first.stderr.read()
        assert [run.status for run in runs.of_source(store, "portal")] == ["running"]
        is_slow = False
        with worker(store.folder):
            until(lambda: finished(store))
    assert [run.status for run in runs.of_source(store, "portal")] == ["done", "failed"]


def test_one_folder_has_one_worker(store: Store) -> None:
    with worker(store.folder):
        until(lambda: (store.folder / "jobs.ready").exists())
        second = running.command("worker", "--data", str(store.folder))
    assert second.returncode == 2
    assert "Traceback" not in second.stderr


def test_without_a_worker_the_answer_says_so(store: Store) -> None:
    with pytest.raises(StoreError) as raised:
        JobQueue(Settings(data=store.folder)).enqueue_harvest("portal")
    assert raised.value.code == "worker-absent"
