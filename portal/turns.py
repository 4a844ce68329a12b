"""Lets few threads at a time do heavy work: some wait their turn, for a while; the others are told
to come back.

Without it 64 readers of large tables would hold every thread of the server, and all its memory.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from portal.errors import Refusal


class Turns:
    """`places` threads work, `waiting` more wait for no longer than `wait_s` seconds."""

    def __init__(self, places: int, *, waiting: int, wait_s: float) -> None:
        self._inside = BoundedSemaphore(places + waiting)
        self._places = BoundedSemaphore(places)
        self._wait_s = wait_s

    @contextmanager
    def turn(self, lock: "Lock | None" = None) -> Iterator[None]:
        """Work in one's turn, and holding `lock`. Raises Refusal 503 where it does not come."""
        if not self._inside.acquire(blocking=False):
            raise self._refusal()
        try:
            ends_at = time.monotonic() + self._wait_s
            if lock is not None and not lock.acquire(timeout=self._wait_s):
                raise self._refusal()
            try:
                if not self._places.acquire(timeout=max(0.0, ends_at - time.monotonic())):
                    raise self._refusal()
                try:
                    yield
                finally:
                    self._places.release()
            finally:
                if lock is not None:
                    lock.release()
        finally:
            self._inside.release()

    def _refusal(self) -> Refusal:
        retry_s = max(1, round(self._wait_s))
        return Refusal(503, "too-busy", headers={"Retry-After": str(retry_s)}, seconds=retry_s)
