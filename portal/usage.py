"""Counts uses in memory and writes them down in batches, off the way of every request.

One thread writes what has gathered every ten seconds, and once more when the process ends in
order. A process that is killed loses at most those ten seconds; a store that is away for a while
loses nothing, for the counts wait.
"""

import atexit
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from threading import Event, Lock, Thread
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from catalogue.store import Store, usage
from catalogue.store.usage import Kind, Use

FLUSH_EVERY_S = 10.0
_HERE = ZoneInfo("Europe/Brussels")

log = logging.getLogger(__name__)


def today() -> date:
    """Return the day it is in the territory."""
    return datetime.now(_HERE).date()


class Usage:
    """The counts of one process, and the thread that writes them down."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts: Counter[Use] = Counter()
        self._lock = Lock()
        self._done = Event()
        self._swept_on: date | None = None

    def count(self, kind: Kind, names: Iterable[str]) -> None:
        """Count one use of each name; takes microseconds and waits for nothing."""
        day = today().isoformat()
        with self._lock:
            self._counts.update(Use(kind, name, day) for name in names)

    def flush(self) -> None:
        """Write down what has gathered; what cannot be written now is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            usage.add(self._store, counts)
        except sa.exc.SQLAlchemyError as error:
            with self._lock:
                self._counts.update(counts)
            log.warning("uses could not be written down yet: %s", type(error).__name__)
            return
        self._sweep()

    def start(self) -> None:
        """Write in the background until the process ends."""
        Thread(target=self._run, name="usage", daemon=True).start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Write down the last of it."""
        self._done.set()
        self.flush()

    def _run(self) -> None:
        while not self._done.wait(FLUSH_EVERY_S):
            self.flush()

    def _sweep(self) -> None:
        """Forget days that are long past, once a day."""
        day = today()
        if self._swept_on == day:
            return
        self._swept_on = day
        try:
            usage.forget_old_days(self._store, day)
        except sa.exc.SQLAlchemyError as error:
            log.warning("old days of use could not be dropped: %s", type(error).__name__)
