"""Builds the search index in a process of its own, where there is much to read: at the first start
on a large catalogue, after an update of the platform, after a restored backup, when the thesaurus
of the installation changes.

    python -m portal.indexing DATA INDEX < THESAURUS

Several children read for one that writes, so that the serving process keeps its interpreter to
itself; it reads what is committed, and sees more with every commit. All end with the one that
started them.
"""

import logging
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path

from catalogue.extents import extent_of
from catalogue.search import Change, SearchIndex, change_of
from catalogue.search.thesaurus import load
from catalogue.store import Store, datasets, open_store
from catalogue.values import values_of
from portal.lifeline import die_with_parent
from portal.settings import load_settings

_MOST_READERS = 4
_CHUNK = 100
_WAITING_PER_READER = 3
_COMMIT = 5_000
_NICENESS = 5

Chunk = tuple[list[Change], int]
"""Changes, and the number of the last of them."""


def build(data: Path, index: Path, terms: str = "") -> None:
    """Bring an index to the last change of a store, in commits that grow.

    `terms` is the thesaurus of the installation, as the one that started us has read it.

    Memory is bounded by the chunks in work and one commit, whatever the size of the catalogue.
    """
    store = _store(data)
    search = SearchIndex(index, load(terms))
    newest = datasets.generation(store)
    waiting = datasets.changed_ids(store, search.sequence())
    held: list[Change] = []
    most = _CHUNK
    for changes, reached in _read(data, waiting, terms):
        held += changes
        if len(held) >= most:
            search.take(held, reached)
            held = []
            most = min(_COMMIT, most * 3)
    search.take(held, newest)
    search.settle()


def _read(data: Path, waiting: Sequence[tuple[str, int]], terms: str) -> Iterator[Chunk]:
    """Read datasets in several processes; the chunks come in order, a few are under way."""
    readers = min(_MOST_READERS, os.cpu_count() or 1)
    under_way: deque[tuple[Future[list[Change]], int]] = deque()
    with ProcessPoolExecutor(
        max_workers=readers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_settle_down,
    ) as pool:
        for start in range(0, len(waiting), _CHUNK):
            some = waiting[start : start + _CHUNK]
            ids = [dataset_id for dataset_id, _ in some]
            under_way.append((pool.submit(_changes, data, ids, terms), some[-1][1]))
            if len(under_way) >= readers * _WAITING_PER_READER:
                future, reached = under_way.popleft()
                yield future.result(), reached
        for future, reached in under_way:
            yield future.result(), reached


def _changes(data: Path, ids: list[str], terms: str) -> list[Change]:
    store = _store(data)
    entries = datasets.by_ids(store, ids)
    return [
        change_of(entry, load(terms), values_of(store, entry), extent_of(store, entry))
        for entry in entries
    ]


@cache
def _store(data: Path) -> Store:
    return open_store(data, database_url=load_settings(data).database_url)


def _settle_down() -> None:
    """End with the parent, which Ctrl-C ends."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    _settle_down()
    os.nice(_NICENESS)  # those who serve come first; the readers inherit it
    logging.basicConfig(level=logging.WARNING)
    build(Path(sys.argv[1]), Path(sys.argv[2]), sys.stdin.buffer.read().decode())
