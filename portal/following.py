"""Keeps the search index at the heels of the catalogue.

Whatever process published a change, it is found within two seconds. Where there is much to take in,
a process of its own does it (`indexing`), and search answers with what there is until then. When
the installation's thesaurus changes, an index is made by it beside the one that answers, and then
takes its place.
"""

import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Event, Thread

from catalogue.errors import SettingsError
from catalogue.extents import extent_of
from catalogue.search import SearchIndex
from catalogue.search.thesaurus import load
from catalogue.store import Store, datasets
from catalogue.values import values_of
from portal.messages import sentence
from portal.terms import own_terms, stamp

_POLL_S = 0.5
_BATCH = 500
_MANY = 1_000
_FIRST_WITHIN_S = 10.0
_LOOK_S = 0.2
_NEXT, _FORMER = "next", "former"

log = logging.getLogger(__name__)


def open_index(store: Store, folder: Path) -> SearchIndex:
    """Open the search index of a store.

    An index that is ahead of the store belongs to another history (a restored backup): it is made
    anew. A thesaurus of the installation that cannot be read is left out; who follows tells it.
    """
    try:
        thesaurus = load(own_terms(store.folder))
    except SettingsError:
        thesaurus = load()
    for left in (_beside(folder, _NEXT), _beside(folder, _FORMER)):
        shutil.rmtree(left, ignore_errors=True)
    search = SearchIndex(folder, thesaurus)
    if search.sequence() > datasets.generation(store):
        search.close()
        shutil.rmtree(folder)
        search = SearchIndex(folder, thesaurus)
    return search


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}-{name}")


def catch_up(store: Store, search: SearchIndex) -> None:
    """Bring the index to the catalogue's last change."""
    newest = datasets.generation(store)
    while (at := search.sequence()) < newest:
        entries = datasets.since(store, at, limit=_BATCH)
        reached = entries[-1].sequence if len(entries) == _BATCH else newest
        samples = {entry.id: values_of(store, entry) for entry in entries}
        extents = {entry.id: extent_of(store, entry) for entry in entries}
        search.apply(entries, [], reached, samples, extents)


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
        self._terms = ""
        self._stamp: tuple[int, int, int] | None = None
        self.done = Event()
        self.is_on_its_way = Event()

    def run(self) -> None:
        while not self.done.is_set():
            self._try()
            self.is_on_its_way.set()
            self.done.wait(_POLL_S)

    def _try(self) -> None:
        try:
            self._look_at_terms()
            if behind(self._store, self._search) > _MANY:
                self._search.close()
                self._build_apart(self._folder, self._terms)
            if not self.done.is_set():
                catch_up(self._store, self._search)
        except Exception:
            # A database that is away for a while must end neither the thread nor the start;
            # /healthz tells how far behind the index is.
            log.exception("the search index could not catch up")

    def _look_at_terms(self) -> None:
        """Take up the thesaurus of the installation where it says something new.

        One that is wrong changes nothing, and is told once.
        """
        found = stamp(self._store.folder)
        if found == self._stamp:
            return
        try:
            terms = own_terms(self._store.folder)
        except SettingsError as fault:
            log.error(sentence(fault.code, fault.params, "en"))
            self._stamp = found
            return
        if load(terms).digest != self._search.words and not self._renew(terms):
            return
        self._terms, self._stamp = terms, found

    def _renew(self, terms: str) -> bool:
        """Make an index by other terms beside the one that answers, and let it take over.

        False where the end came first.
        """
        beside, former = _beside(self._folder, _NEXT), _beside(self._folder, _FORMER)
        for left in (beside, former):
            shutil.rmtree(left, ignore_errors=True)
        fresh = SearchIndex(beside, load(terms))
        if behind(self._store, fresh) > _MANY:
            self._build_apart(beside, terms)
        if self.done.is_set():
            return False
        catch_up(self._store, fresh)
        fresh.close()
        self._search.close()
        if self._folder.is_dir():
            self._folder.rename(former)
        beside.rename(self._folder)
        self._search.become(SearchIndex(self._folder, load(terms)))
        shutil.rmtree(former, ignore_errors=True)
        return True

    def _build_apart(self, folder: Path, terms: str) -> None:
        """Let a process of its own catch up; where it cannot, this one goes on from there.

        Meanwhile the index that answers follows, where that is another one.
        """
        command = [sys.executable, "-m", "portal.indexing", str(self._store.folder), str(folder)]
        with tempfile.TemporaryFile() as given:
            given.write(terms.encode())
            given.seek(0)
            process = subprocess.Popen(command, stdin=given)  # noqa: S603  # our own command
        self.is_on_its_way.set()
        while process.poll() is None:
            if self.done.wait(_LOOK_S):
                process.terminate()
                process.wait()
                return
            if folder != self._folder:
                catch_up(self._store, self._search)
        if process.returncode:
            log.error("the builder of the search index ended with %s", process.returncode)
