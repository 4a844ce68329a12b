"""Keeps us a welcome guest: one request at a time per host, with a pause, and no hurry when asked.

Portals of the territory answer 429 by the second and by the day, some ban an address for a day.
The pace is kept per host over all sources of this process, since several sources may share one.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from catalogue.errors import FetchError


class Pacer:
    """Hands out turns per host; `min_interval_s` passes between the end of one and the next."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._ready_at: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str, *, min_interval_s: float, patience_s: float) -> Iterator[None]:
        """Wait for this host's turn, and hold it. Raises FetchError `timeout` (phase `queue`)."""
        with self._lock:
            turn = self._turns.setdefault(host, threading.Lock())
        started = time.monotonic()
        if not turn.acquire(timeout=max(patience_s, 0.0)):
            raise FetchError("timeout", host=host, phase="queue")
        try:
            pause = self._ready_at.get(host, 0.0) - time.monotonic()
            if pause > patience_s - (time.monotonic() - started):
                raise FetchError("timeout", host=host, phase="queue")
            if pause > 0:
                self._sleep(pause)
            yield
        finally:
            self._ready_at[host] = max(
                self._ready_at.get(host, 0.0), time.monotonic() + min_interval_s
            )
            turn.release()

    def hold_off(self, host: str, seconds: float) -> None:
        """Let nobody call this host before then: it asked for it."""
        with self._lock:
            ready_at = time.monotonic() + seconds
            self._ready_at[host] = max(self._ready_at.get(host, 0.0), ready_at)


SHARED_PACER = Pacer()


def backoff_s(attempt: int, *, first_s: float, longest_s: float) -> float:
    """Return how long to wait before retry number `attempt` (0, 1, …), with jitter.

    Half fixed, half random: clients that failed together do not come back together.
    """
    ceiling = min(first_s * 2.0**attempt, longest_s)
    return ceiling / 2 + random.uniform(0, ceiling / 2)  # noqa: S311 - jitter, no secret


def asked_wait_s(
    headers: Mapping[str, str], body: Any, now: datetime | None = None
) -> float | None:
    """Return how many seconds a 429 or 503 asks us to stay away, if it says.

    `Retry-After` in seconds or as a date; else `reset_time` of Opendatasoft's 429 body, which
    uses other keys than its other errors; else its header `X-RateLimit-Reset` (epoch seconds).
    """
    now = now or datetime.now(UTC)
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    if text and (moment := _http_date(text)) is not None:
        return max((moment - now).total_seconds(), 0.0)
    if isinstance(body, dict) and isinstance(body.get("reset_time"), str):
        moment = _iso_date(body["reset_time"])
        if moment is not None:
            return max((moment - now).total_seconds(), 0.0)
    reset = headers.get("X-RateLimit-Reset", "").strip()
    if reset.isdecimal() and headers.get("X-RateLimit-Remaining", "").strip() == "0":
        seconds = float(reset)
        return max(seconds - now.timestamp(), 0.0) if seconds > 1e9 else seconds
    return None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso_date(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
