"""One thread that watches running queries: deadline, memory, and who has become long.

A query that must end is told so first: a worker that hears it stays, and a new one would cost a
second of processor. What does not hear is killed a moment later.
"""

import math
import signal
import threading
import time
from dataclasses import dataclass, field

from sandbox.admission import Admission, Ticket
from sandbox.errors import Busy, DeadlineExceeded, SandboxError, TooLarge
from sandbox.limits import Limits
from sandbox.process import Process
from sandbox.repeats import Key

TICK_S = 0.04
HEARS_S = 0.3  # how long a worker may take to end a query when told


@dataclass(eq=False)
class Job:
    """A query in a worker."""

    worker: Process
    ticket: Ticket
    deadline: float
    key: Key  # of the statement, to know it again
    reason: SandboxError | None = None  # why we ended it
    kill_at: float | None = None  # when the worker has not heard
    is_killed: bool = False
    is_heavy: bool = False  # has held a good part of the memory that it may take
    is_taken: bool = False  # the worker has the statement
    is_over: bool = False
    # one thread may come back to it: a forgotten answer is closed where it is collected
    lock: threading.RLock = field(default_factory=threading.RLock)

    def end(self, reason: SandboxError) -> None:
        """Tell the worker to end the query, unless it has ended; it is killed if it does not."""
        with self.lock:
            if self.is_over or self.reason is not None:
                return
            self.reason = reason
            self.kill_at = time.monotonic() + HEARS_S
            self.worker.catch_up()  # else it hears late
            self.worker.signal(signal.SIGCONT)
            self.worker.interrupt()

    def kill(self, reason: SandboxError) -> None:
        """End the query by killing its worker, unless it has ended."""
        with self.lock:
            if self.is_over or self.is_killed:
                return
            self.reason = self.reason or reason
            self.is_killed = True
            self.worker.kill()

    @property
    def next_at(self) -> float:
        """Say when it must be looked at, at the latest."""
        if self.is_killed:
            return math.inf
        return self.deadline if self.kill_at is None else self.kill_at

    def give_way(self) -> None:
        """Let other queries go before, unless this one has ended."""
        with self.lock:
            if not self.is_over and self.reason is None:
                self.worker.give_way()

    def signal(self, number: int) -> None:
        """Send a signal to the worker, unless the query has ended or has been told to."""
        with self.lock:
            if not self.is_over and self.reason is None:
                self.worker.signal(number)


class Watchdog:
    """Kill what goes past its limits."""

    def __init__(self, limits: Limits, admission: Admission) -> None:
        self._limits = limits
        self._admission = admission
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
                wait_s = min(TICK_S, *(max(0.0, job.next_at - now) for job in self._jobs.values()))
                self._changed.wait(wait_s)
                jobs = dict(self._jobs)
            self._enforce(jobs)
            self._make_room(jobs)

    def _enforce(self, jobs: dict[Ticket, Job]) -> None:
        now = time.monotonic()
        held_bytes: dict[Job, int] = {}
        for job in jobs.values():
            if now >= job.deadline:
                seconds = job.ticket.limits.deadline_s
                job.end(DeadlineExceeded("deadline", {"seconds": seconds}))
            if job.reason is not None and job.kill_at is not None and now >= job.kill_at:
                job.kill(job.reason)
                continue
            held = held_bytes[job] = job.worker.resident_bytes()
            job.is_heavy |= held > self._limits.memory_bytes // 2
            if held > self._limits.rss_bytes:
                job.kill(TooLarge("memory"))
        if sum(held_bytes.values()) > self._limits.all_rss_bytes:
            max(held_bytes, key=held_bytes.__getitem__).kill(TooLarge("memory"))

    def _make_room(self, jobs: dict[Ticket, Job]) -> None:
        changes = self._admission.review()
        for ticket in changes.slow:
            if ticket in jobs:
                jobs[ticket].give_way()
        for tickets, number in (
            (changes.stop, signal.SIGSTOP),
            (changes.go_on, signal.SIGCONT),
        ):
            for ticket in tickets:
                if ticket in jobs:
                    jobs[ticket].signal(number)
        for ticket in changes.send_away:
            if ticket in jobs:
                jobs[ticket].end(Busy("long_busy", retry_after_s=5))
