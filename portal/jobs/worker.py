"""The worker: DBOS workflows that harvest what is due, resume after a kill, and retry with growing
pauses.

Only this process launches DBOS, under an exclusive lock on the data folder and an executor id of
its own: a second one with the same id would "recover" workflows that are alive and run their steps
twice. Every step is idempotent.
"""

import fcntl
import hashlib
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

from dbos import DBOS, DBOSConfig

from catalogue.errors import Conflict, StoreError
from catalogue.net_guard import NetGuard
from catalogue.records import Run
from catalogue.store import Store, open_store, sources
from harvesters import sources as listing
from portal.harvesting import run_source
from portal.jobs.names import (
    APPLICATION,
    APPLICATION_VERSION,
    DRY_RUN_WORKFLOW,
    HARVEST_QUEUE,
    HARVEST_WORKFLOW,
    READY_FILE,
    SCHEDULE,
    jobs_url,
)
from portal.mail.sending import keep_mailing
from portal.settings import Settings
from portal.webhooks.sending import keep_sending

_EVERY_MINUTE = "* * * * *"
_CONCURRENCY = 2
_PROGRESS = "progress"

log = logging.getLogger(__name__)


class _Harvesting:
    """What the workflows work on: DBOS calls plain functions, so the worker's store hangs here."""

    store: Store
    own_url: str | None


class SourceUnreachable(Exception):
    """A run failed for a reason that may pass."""


@DBOS.step(
    retries_allowed=True,
    interval_seconds=30,
    backoff_rate=4,
    max_attempts=3,
    should_retry=lambda error: isinstance(error, SourceUnreachable),
)
def harvest_step(source_id: str) -> dict[str, Any]:
    """Run a source once; a run that could not reach its portal is tried again later."""
    known = {source.id: source for source in sources.listed(_Harvesting.store)}
    if source_id not in known:
        return {"status": "unknown"}
    try:
        run = run_source(_Harvesting.store, known[source_id], own_url=_Harvesting.own_url)
    except Conflict:
        return {"status": "busy"}  # somebody harvests it by hand: that run counts
    if _may_pass(run):
        raise SourceUnreachable(source_id)
    return {"status": run.status, "run": run.id, "counts": run.counts}


def _may_pass(run: Run) -> bool:
    reason = run.reason.code if run.reason is not None else ""
    return run.status == "failed" and reason in ("connect-failed", "timeout", "truncated")


@DBOS.step()
def schedule_step(source_id: str, has_failed: bool) -> None:
    """Set when a source is due again: once for a job, whatever number of attempts it took."""
    for source in sources.listed(_Harvesting.store):
        if source.id == source_id:
            sources.schedule_next(_Harvesting.store, source, has_failed=has_failed)


@DBOS.workflow(name=HARVEST_WORKFLOW)
def harvest_source(source_id: str) -> dict[str, Any]:
    """Harvest one source; how far it is can be read from outside."""
    DBOS.set_event(_PROGRESS, {"source": source_id, "stage": "running"})
    try:
        outcome = harvest_step(source_id)
    except Exception as error:
        # The runs themselves hold the reason of each attempt.
        log.exception("the harvest of %s failed", source_id)
        outcome = {"status": "failed", "error": type(error).__name__}
    schedule_step(source_id, outcome["status"] == "failed")
    DBOS.set_event(_PROGRESS, {"source": source_id, "stage": "finished", **outcome})
    return outcome


@DBOS.step()
def dry_run_step(source_id: str) -> dict[str, Any]:
    """Find out what a run of a source would do; its report is a run of its own."""
    known = {source.id: source for source in sources.listed(_Harvesting.store)}
    if source_id not in known:
        return {"status": "unknown"}
    try:
        run = run_source(
            _Harvesting.store, known[source_id], is_dry_run=True, own_url=_Harvesting.own_url
        )
    except Conflict:
        return {"status": "busy"}
    return {"status": run.status, "run": run.id, "counts": run.counts}


@DBOS.workflow(name=DRY_RUN_WORKFLOW)
def foresee_source(source_id: str) -> dict[str, Any]:
    """Try a harvest of one source; its schedule stays as it is."""
    return dry_run_step(source_id)


@DBOS.workflow(name="enqueue_due")
def enqueue_due(_at: datetime, _context: Any) -> None:
    """Ask for a harvest of every source that is due; one that waits already is asked for once."""
    for source_id in due_step():
        DBOS.enqueue_workflow_with_options(
            {
                "queue_name": HARVEST_QUEUE,
                "workflow_name": HARVEST_WORKFLOW,
                "deduplication_id": source_id,
                "duplication_policy": "return-existing",
            },
            source_id,
        )


@DBOS.step()
def due_step() -> list[str]:
    """Return the ids of the sources that are due."""
    return [source.id for source in sources.due(_Harvesting.store)]


def work(settings: Settings) -> None:
    """Run the jobs of a data folder until SIGTERM or Ctrl-C. Raises StoreError where a worker runs
    already.
    """
    with _only_worker(settings.data):
        _Harvesting.store = open_store(settings.data, database_url=settings.database_url)
        _Harvesting.own_url = settings.base_url
        sources.save_all(_Harvesting.store, listing.load(settings.sources or listing.DEFAULT))
        DBOS(config=_config(settings))
        DBOS.launch()
        DBOS.register_queue(HARVEST_QUEUE, worker_concurrency=_CONCURRENCY)
        DBOS.apply_schedules(
            [{"schedule_name": SCHEDULE, "workflow_fn": enqueue_due, "schedule": _EVERY_MINUTE}]
        )
        keep_sending(
            _Harvesting.store,
            root=settings.base_url or "",
            guard=NetGuard(trusted_network=settings.webhooks.trusted_network),
        )
        if settings.is_mail_sent:
            keep_mailing(_Harvesting.store, settings.mail, root=settings.base_url or "")
        (settings.data / READY_FILE).touch()
        _wait_for_the_end()
        _leave()


def _config(settings: Settings) -> DBOSConfig:
    folder = hashlib.sha256(str(settings.data.resolve()).encode()).hexdigest()[:16]
    return {
        "name": APPLICATION,
        "system_database_url": jobs_url(settings),
        "application_version": APPLICATION_VERSION,
        "executor_id": f"worker-{folder}",
        "log_level": "WARNING",
        "enable_otlp": False,
    }


@contextmanager
def _only_worker(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError("worker-running", folder=str(folder)) from error
        yield


def _leave() -> NoReturn:
    """End the process at once, as a kill would: the next worker resumes what is at work.

    `DBOS.destroy` takes the database from workflows that go on, and each ends in a traceback.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _wait_for_the_end() -> None:
    end = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    while not end.wait(1.0):
        pass
