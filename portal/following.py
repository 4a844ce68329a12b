"""Keeps the search index at the heels of the catalogue.

Whatever process published a change, it is found within two seconds.
"""

import logging
import shutil
from pathlib import Path
from threading import Event, Thread

from catalogue.search import SearchIndex
from catalogue.store import Store, datasets
from catalogue.values import values_of

_POLL_S = 0.5
_BATCH = 500

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


def follow(store: Store, search: SearchIndex) -> Event:
    """Catch up now, and then in the background until the event that is returned is set."""
    done = Event()
    _try(store, search)
    Thread(target=_follow, args=(store, search, done), name="search-follower", daemon=True).start()
    return done


def _follow(store: Store, search: SearchIndex, done: Event) -> None:
    while not done.wait(_POLL_S):
        _try(store, search)


def _try(store: Store, search: SearchIndex) -> None:
    try:
        catch_up(store, search)
    except Exception:
        # A database that is away for a while must end neither the thread nor the start; /healthz
        # tells how far behind the index is.
        log.exception("the search index could not catch up")
