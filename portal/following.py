"""Keeps the search index at the heels of the catalogue.

Whatever process published a change, it is found within two seconds. Where there is much to take in,
a process of its own does it (`indexing`), and search answers with what there is until then.
"""

import logging
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from catalogue.search import SearchIndex
from catalogue.store import Store, datasets
from catalogue.values import values_of

_POLL_S = 0.5
_BATCH = 500
_MANY = 1_000
_FIRST_WITHIN_S = 10.0
_LOOK_S = 0.2

log = logging.getLogger(__name__)


def open_index(store: Store, folder: Path) -> SearchIndex:
    """Open the search index of a store.

    An index that is ahead of the store belongs to another history (a restored backup): it is made
    anew.
    """
    search = SearchIndex(folder)
    if search.sequence() > datasets.generation(store):
        search.close()
        shutil.rmtree(folder)
        search = SearchIndex(folder)
    return search


def catch_up(store: Store, search: SearchIndex) -> None:
    """Bring the index to the catalogue's last change."""
    newest = datasets.generation(store)
    while (at := search.sequence()) < newest:
        entries = datasets.since(store, at, limit=_BATCH)
        reached = entries[-1].sequence if len(entries) == _BATCH else newest
        samples = {entry.id: values_of(store, entry) for entry in entries}
        search.apply(entries, [], reached, samples)


def behind(store: Store, search: SearchIndex) -> int:
    """Count the datasets whose last change search does not know yet."""
    at = search.sequence()
    return datasets.count_changed(store, at) if at < datasets.generation(store) else 0


def follow(store: Store, search: SearchIndex, folder: Path) -> Event:
    """Catch up in the background until the event that is returned is set.

    `folder` is that of the index. What little there is to take in is taken in before this returns;
    a large index is in nobody's way.
    """
    follower = _Follower(store, search, folder)
    follower.start()
    follower.is_on_its_way.wait(_FIRST_WITHIN_S)
    return follower.done


class _Follower(Thread):
    """Looks twice a second for what is new; `is_on_its_way` after the first look."""

    def __init__(self, store: Store, search: SearchIndex, folder: Path) -> None:
        super().__init__(name="search-follower", daemon=True)
        self._store = store
        self._search = search
        self._folder = folder
        self.done = Event()
        self.is_on_its_way = Event()

    def run(self) -> None:
        while not self.done.is_set():
            self._try()
            self.is_on_its_way.set()
            self.done.wait(_POLL_S)

    def _try(self) -> None:
        try:
            if behind(self._store, self._search) > _MANY:
                self._build_apart()
            if not self.done.is_set():
                catch_up(self._store, self._search)
        except Exception:
            # A database that is away for a while must end neither the thread nor the start;
            # /healthz tells how far behind the index is.
            log.exception("the search index could not catch up")

    def _build_apart(self) -> None:
        """Let a process of its own catch up; where it cannot, this one goes on from there."""
        self._search.close()
        folders = str(self._store.folder), str(self._folder)
        command = [sys.executable, "-m", "portal.indexing", *folders]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own command
        self.is_on_its_way.set()
        while process.poll() is None:
            if self.done.wait(_LOOK_S):
                process.terminate()
                process.wait()
                return
        if process.returncode:
            log.error("the builder of the search index ended with %s", process.returncode)
