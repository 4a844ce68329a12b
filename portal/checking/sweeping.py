"""Removes checks when their hour is over, in one thread of the serving process."""

import logging
import time
from threading import Thread

from portal.checking.rooms import Rooms

EVERY_S = 30.0

log = logging.getLogger(__name__)


def keep_swept(rooms: Rooms) -> Thread:
    """Begin to sweep, at once and then again and again; return the thread that does."""
    thread = Thread(target=_sweep, args=(rooms,), name="checks", daemon=True)
    thread.start()
    return thread


def _sweep(rooms: Rooms) -> None:
    while True:
        try:
            rooms.sweep()
        except Exception:  # a folder that cannot be read today may be tomorrow
            log.exception("checks could not be swept")
        time.sleep(EVERY_S)
