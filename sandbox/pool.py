"""Ready workers: as many as are at work, and spares, so that a kill costs the next caller nothing.

There are more while more queries run or are stopped for a while; those that were not needed for a
minute are ended.
"""

import threading
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

from sandbox.errors import DeadlineExceeded, WorkerFault
from sandbox.limits import Limits
from sandbox.process import Process

RETRY_S = 1.0
KEEP_S = 60.0


class _Idle(NamedTuple):
    """A ready worker, and since when nobody has it."""

    worker: Process
    since: float


class Pool:
    """Keep ready workers; one thread starts and ends them all."""

    def __init__(
        self,
        limits: Limits,
        workers: int,
        *,
        folders: tuple[Path, ...] = (),
        without: tuple[str, ...] = (),
    ) -> None:
        self._limits = limits
        self._least = workers + limits.spares
        self._folders = folders
        self._without = without
        self._idle: deque[_Idle] = deque()  # the one used last is used first
        self._busy: set[Process] = set()
        self._dead: deque[Process] = deque()
        self._waiting = 0  # callers without a worker yet
        self._fault: WorkerFault | None = None
        self._is_closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._keep, name="sandbox-pool", daemon=True)

    def start(self) -> None:
        """Start the workers and wait for the first; raise WorkerFault where none can start."""
        self._thread.start()
        self.put_back(self.take(time.monotonic() + self._limits.start_timeout_s, is_first=True))

    def close(self) -> None:
        """Kill every worker."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def take(self, deadline: float, *, is_first: bool = False) -> Process:
        """Take a ready worker; raise where none comes before the deadline."""
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            try:
                self._wait_for_one(deadline, is_first)
            finally:
                self._waiting -= 1
            worker, _ = self._idle.pop()
            self._busy.add(worker)
            return worker

    def _wait_for_one(self, deadline: float, is_first: bool) -> None:
        while self._is_closing or not self._has_living():
            if self._is_closing:
                raise WorkerFault("closed")
            if self._fault is not None and (is_first or not self._busy):
                raise self._fault
            left = deadline - time.monotonic()
            if left <= 0:
                raise DeadlineExceeded("deadline")
            self._changed.wait(left)

    def _has_living(self) -> bool:
        """Put aside the ready workers that died while nobody used them."""
        while self._idle and not self._idle[-1].worker.is_alive():
            self._dead.append(self._idle.pop().worker)
            self._changed.notify_all()
        return bool(self._idle)

    def put_back(self, worker: Process, *, is_spent: bool = False) -> None:
        """Give a worker back; one that is spent, or has served its time, is replaced."""
        worker.query_count += 1
        is_old = worker.query_count > self._limits.queries_per_worker
        with self._changed:
            self._busy.discard(worker)
            if is_spent or is_old:
                self._dead.append(worker)
            else:
                self._idle.append(_Idle(worker, time.monotonic()))
            self._changed.notify_all()

    def pids(self) -> list[int]:
        """List the processes of all workers that are ready or busy."""
        with self._changed:
            return [worker.pid for worker in (*(each.worker for each in self._idle), *self._busy)]

    def _missing(self) -> int:
        needed = max(self._least, len(self._busy) + self._waiting + self._limits.spares)
        return needed - len(self._idle) - len(self._busy)

    def _put_aside(self) -> None:
        """End the worker that was not needed for longest, if there are too many."""
        if self._missing() < 0 and self._idle[0].since <= time.monotonic() - KEEP_S:
            self._dead.append(self._idle.popleft().worker)

    def _keep(self) -> None:
        while True:
            with self._changed:
                while not (self._is_closing or self._dead or self._missing() > 0):
                    self._changed.wait(KEEP_S if self._missing() < 0 else None)
                    self._put_aside()
                if self._is_closing:
                    break
                dead = list(self._dead)
                self._dead.clear()
                missing = self._missing()
            for worker in dead:
                worker.close()
            self._start(missing)
        for worker in (*(each.worker for each in self._idle), *self._busy, *self._dead):
            worker.close()

    def _start(self, count: int) -> None:
        started = [
            Process(self._limits, folders=self._folders, without=self._without)
            for _ in range(count)
        ]
        for worker in started:
            try:
                worker.wait_ready(self._limits.start_timeout_s)
            except WorkerFault as fault:
                worker.close()
                with self._changed:
                    self._fault = fault
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._is_closing, RETRY_S)
                continue
            with self._changed:
                self._fault = None
                self._idle.append(_Idle(worker, time.monotonic()))
                self._changed.notify_all()
