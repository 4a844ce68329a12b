"""Who runs now, who waits, and who is told to come back.

Per client a few queries run and a few wait. A query that runs for long counts as long, and of the
places at least one is kept from long ones: a long query too many is stopped (SIGSTOP) until a
place for long ones is free, and sent away where none comes in time. So a short query always finds a
worker soon.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum

from sandbox.errors import Busy, Cancelled
from sandbox.limits import Limits, QueryLimits


class State(Enum):
    """What a query is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"
    OVER = "over"


@dataclass(eq=False)
class Ticket:
    """The place of one query."""

    client: str
    query_id: str
    limits: QueryLimits
    give_up_at: float
    state: State = State.WAITING
    started_at: float = 0.0  # set when a worker has it
    is_long: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class Changes:
    """What the watchdog has to do to processes."""

    stop: list[Ticket]
    go_on: list[Ticket]
    send_away: list[Ticket]


class Admission:
    """Hand out places; every method may be called from any thread."""

    def __init__(self, limits: Limits, places: int) -> None:
        self._limits = limits
        self._places = places
        self._long_places = max(1, places - 1)
        self._tickets: list[Ticket] = []  # in order of arrival
        self._resumed: list[Ticket] = []
        self._changed = threading.Condition()

    def enter(self, client: str, query_id: str, limits: QueryLimits, deadline: float) -> Ticket:
        """Wait for a place; raise Busy or Cancelled."""
        give_up_at = min(time.monotonic() + limits.queue_s, deadline)
        ticket = Ticket(client, query_id, limits, give_up_at)
        with self._changed:
            waiting = sum(
                each.client == client and each.state is State.WAITING for each in self._tickets
            )
            self._tickets.append(ticket)
            self._hand_out()
            if ticket.state is State.WAITING and waiting >= limits.waiting:
                self._drop(ticket)
                raise Busy("client_queue_full", {"waiting": limits.waiting}, retry_after_s=1)
            while ticket.state is State.WAITING:
                if ticket.is_cancelled:
                    self._drop(ticket)
                    raise Cancelled("cancelled")
                left = give_up_at - time.monotonic()
                if left <= 0:
                    own = self._running(client) >= limits.running
                    self._drop(ticket)
                    code = "client_busy" if own else "all_busy"
                    raise Busy(code, retry_after_s=2)
                self._changed.wait(left)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give a place back."""
        with self._changed:
            self._drop(ticket)

    def cancel(self, query_id: str, client: str) -> Ticket | None:
        """Mark a client's query as cancelled and give its ticket, if there is one."""
        with self._changed:
            for ticket in self._tickets:
                if ticket.query_id == query_id and ticket.client == client:
                    ticket.is_cancelled = True
                    self._changed.notify_all()
                    return ticket
        return None

    def review(self) -> Changes:
        """Find the queries that have become long, and what follows from it."""
        now = time.monotonic()
        stop: list[Ticket] = []
        with self._changed:
            has_waiting = any(each.state is State.WAITING for each in self._tickets)
            allowed = self._limits.long_when_waited_s if has_waiting else self._limits.long_after_s
            for ticket in self._tickets:
                if ticket.state is not State.RUNNING or ticket.is_long:
                    continue
                if not ticket.started_at:  # has its place, and waits for a worker to start
                    continue
                if now - ticket.started_at <= allowed:
                    continue
                if self._long_count() < self._long_places:
                    ticket.is_long = True
                else:
                    ticket.state = State.PARKED
                    ticket.give_up_at = now + ticket.limits.queue_s
                    stop.append(ticket)
            if stop:
                self._hand_out()
            go_on, self._resumed = self._resumed, []
            late = [
                each
                for each in self._tickets
                if each.state is State.PARKED and each.give_up_at <= now
            ]
        return Changes(stop, go_on, late)

    def parked_count(self) -> int:
        """Count the queries that are stopped for a while."""
        with self._changed:
            return sum(each.state is State.PARKED for each in self._tickets)

    def _drop(self, ticket: Ticket) -> None:
        if ticket.state is State.OVER:
            return
        ticket.state = State.OVER
        self._tickets.remove(ticket)
        self._hand_out()

    def _running(self, client: str) -> int:
        return sum(
            each.client == client and each.state in (State.RUNNING, State.PARKED)
            for each in self._tickets
        )

    def _long_count(self) -> int:
        return sum(each.is_long and each.state is State.RUNNING for each in self._tickets)

    def _hand_out(self) -> None:
        """Fill the free places: stopped queries first, then whoever has least, then by arrival."""
        free = self._places - sum(each.state is State.RUNNING for each in self._tickets)
        for ticket in self._tickets:
            if free and ticket.state is State.PARKED and self._long_count() < self._long_places:
                ticket.state = State.RUNNING
                ticket.is_long = True
                self._resumed.append(ticket)
                free -= 1
        running = Counter(
            each.client for each in self._tickets if each.state in (State.RUNNING, State.PARKED)
        )
        while free:
            eligible = [
                each
                for each in self._tickets
                if each.state is State.WAITING
                and not each.is_cancelled
                and running[each.client] < each.limits.running
            ]
            if not eligible:
                break
            ticket = min(eligible, key=lambda each: running[each.client])
            ticket.state = State.RUNNING
            running[ticket.client] += 1
            free -= 1
        self._changed.notify_all()
