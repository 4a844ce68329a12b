"""Queries that have just run into their deadline, so that none is run again by a machine.

A 408 says that the request may be repeated, and browsers do so by themselves: Chromium sends a
request again whose answer 408 came over a connection that it had used before (seen 2026-11-25: one
POST was run four times, 40 s instead of 10). A person who asks again takes longer than that.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from typing import Any

import msgspec

KEPT_S = 1.5
_KEPT = 1_000

Key = bytes


def key_of(client: str, sql: str, params: dict[str, Any], deadline_s: float) -> Key:
    """Name a query of a client in few bytes."""
    return hashlib.sha256(msgspec.json.encode((client, sql, params, deadline_s))).digest()


class Repeats:
    """Remember for a moment what was stopped; every method may be called from any thread."""

    def __init__(self) -> None:
        self._stopped: OrderedDict[Key, float] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, key: Key) -> None:
        """Keep a query that was stopped at its deadline just now."""
        with self._lock:
            self._stopped[key] = time.monotonic()
            self._stopped.move_to_end(key)
            while len(self._stopped) > _KEPT:
                self._stopped.popitem(last=False)

    def is_repeat(self, key: Key) -> bool:
        """Say whether the same query was stopped a moment ago."""
        with self._lock:
            stopped_at = self._stopped.get(key)
        return stopped_at is not None and time.monotonic() - stopped_at < KEPT_S
