"""`eurometropolis up`: from nothing to a portal with real data, in one command."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import click

from catalogue.store import Store, leases, referenced, runs, sources
from harvesters import sources as listing
from portal.cli import CHILD_VARIABLE
from portal.cli.options import data_option, opened, say
from portal.cli.serve import check, host_option, port_option, tell_address
from portal.harvesting import abandon_dead_runs
from portal.server import serve
from portal.settings import DATA_VARIABLE, Settings

STARTER = "starter"
_ORPHAN_GRACE_S = 3600.0
_STOP_WITHIN_S = 5.0
_LOOK_EVERY_S = 0.5
_AGAIN_AFTER_S = 5.0


@click.command(name="up")
@host_option
@port_option
@data_option
def command(host: str, port: int, data: Path | None) -> None:
    """Harvest the starter sources where the store is empty, then serve and keep harvesting."""
    check(host, port)
    with opened(data) as (settings, store):
        is_first = _prepare(settings, store)
    if is_first:
        say("first-start")
        with _child(settings, "harvest", STARTER) as harvest:
            harvest.wait()
    with _kept_alive(settings, "worker"):
        serve(settings.data, host, port, on_ready=partial(tell_address, host, port))


def _prepare(settings: Settings, store: Store) -> bool:
    """Clean up after whatever ended the last process; return whether this is the first start."""
    abandon_dead_runs(store)
    if not leases.held_by_the_living(store):  # who is at work may refer to an object only later
        known = referenced.sha256s(store)
        store.objects.sweep(referenced=known, grace_s=_ORPHAN_GRACE_S)
    sources.save_all(store, listing.load(settings.sources or listing.DEFAULT))
    is_first = not any(run.status == "done" for run in runs.of_source(store, STARTER))
    if not is_first:
        sources.mark_due(store, STARTER)  # a newer release may bring newer starter data
    return is_first


@contextmanager
def _kept_alive(settings: Settings, *arguments: str) -> Iterator[None]:
    """Run a command of ours beside this process, again where it dies."""
    done = Event()

    def keep() -> None:
        while not done.is_set():
            with _child(settings, *arguments) as process:
                while process.poll() is None and not done.wait(_LOOK_EVERY_S):
                    pass
            if not done.wait(_AGAIN_AFTER_S):
                say("worker-died", exit_code=process.returncode)

    keeper = Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


@contextmanager
def _child(settings: Settings, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command of ours in a process that ends with this one, whatever ends it."""
    process = subprocess.Popen(_command(arguments), env=_environment(settings))  # noqa: S603  # our own command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "portal.cli", *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, CHILD_VARIABLE: str(os.getpid()), DATA_VARIABLE: str(settings.data)}
