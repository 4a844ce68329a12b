"""Removes what is kept for a while when its time is over, in one thread of the serving process."""

import logging
import time
from collections.abc import Callable, Iterable
from threading import Thread

EVERY_S = 30.0

log = logging.getLogger(__name__)


def keep_swept(*sweeps: Callable[[], None]) -> Thread:
    """Begin to sweep, at once and then again and again; return the thread that does."""
    thread = Thread(target=_sweep, args=(sweeps,), name="sweeper", daemon=True)
    thread.start()
    return thread


def _sweep(sweeps: Iterable[Callable[[], None]]) -> None:
    while True:
        for sweep in sweeps:
            try:
                sweep()
            except Exception:  # a folder that cannot be read today may be tomorrow
                log.exception("what has expired could not be swept")
        time.sleep(EVERY_S)
