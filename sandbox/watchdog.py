"""One thread that watches running queries: deadline, memory, and who has become long."""

import signal
import threading
import time
from dataclasses import dataclass, field

from sandbox.admission import Admission, Ticket
from sandbox.errors import Busy, DeadlineExceeded, SandboxError, TooLarge
from sandbox.limits import Limits
from sandbox.pool import Pool
from sandbox.process import Process
from sandbox.repeats import Key

TICK_S = 0.04


@dataclass(eq=False)
class Job:
    """A query in a worker."""

    worker: Process
    ticket: Ticket
    deadline: float
    key: Key  # of the statement, to know it again
    reason: SandboxError | None = None  # why we killed the worker
    is_heavy: bool = False  # has held a good part of the memory that it may take
    is_taken: bool = False  # the worker has the statement
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def kill(self, reason: SandboxError) -> None:
        """End the query by killing its worker, unless it has ended."""
        with self.lock:
            if not self.is_over and self.reason is None:
                self.reason = reason
                self.worker.kill()

    def signal(self, number: int) -> None:
        """Send a signal to the worker, unless the query has ended."""
        with self.lock:
            if not self.is_over:
                self.worker.signal(number)


class Watchdog:
    """Kill what goes past its limits."""

    def __init__(self, limits: Limits, admission: Admission, pool: Pool) -> None:
        self._limits = limits
        self._admission = admission
        self._pool = pool
        self._jobs: dict[Ticket, Job] = {}
        self._is_closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, name="sandbox-watch", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def add(self, job: Job) -> None:
        """Watch a query from now on."""
        with self._changed:
            self._jobs[job.ticket] = job
            self._changed.notify_all()

    def remove(self, job: Job) -> None:
        """Watch it no longer."""
        with self._changed:
            self._jobs.pop(job.ticket, None)

    def job_of(self, ticket: Ticket) -> Job | None:
        """Find the query of a ticket, if it is in a worker."""
        with self._changed:
            return self._jobs.get(ticket)

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._is_closing:
                    self._changed.wait()
                if self._is_closing:
                    return
                now = time.monotonic()
                wait_s = min(TICK_S, *(max(0.0, job.deadline - now) for job in self._jobs.values()))
                self._changed.wait(wait_s)
                jobs = dict(self._jobs)
            self._enforce(jobs)
            self._make_room(jobs)

    def _enforce(self, jobs: dict[Ticket, Job]) -> None:
        now = time.monotonic()
        for job in jobs.values():
            if now >= job.deadline:
                seconds = job.ticket.limits.deadline_s
                job.kill(DeadlineExceeded("deadline", {"seconds": seconds}))
                continue
            held = job.worker.resident_bytes()
            job.is_heavy |= held > self._limits.memory_bytes // 2
            if held > self._limits.rss_bytes:
                job.kill(TooLarge("memory"))

    def _make_room(self, jobs: dict[Ticket, Job]) -> None:
        changes = self._admission.review()
        for tickets, number in (
            (changes.stop, signal.SIGSTOP),
            (changes.go_on, signal.SIGCONT),
        ):
            for ticket in tickets:
                if ticket in jobs:
                    jobs[ticket].signal(number)
        for ticket in changes.send_away:
            if ticket in jobs:
                jobs[ticket].kill(Busy("long_busy", retry_after_s=5))
        self._pool.allow_extra(self._admission.parked_count())
