"""Who runs now, who waits, and who is told to come back.

Per client a few queries run and a few wait. A query that runs for long counts as long, goes behind
the others, and has but some of the places: of the long ones those run that ran least, and the
others are stopped (SIGSTOP) until it is their turn, and sent away where it does not come in time or
too many are stopped already. So a short query always finds a worker soon, and one that needs a
second is not held up by those without end.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum

from sandbox.errors import Busy, Cancelled
from sandbox.limits import Limits, QueryLimits

SLICE_S = 0.25  # a long query that runs is not stopped before


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
    started_at: float = 0.0  # set when a worker has it, and when it goes on
    ran_s: float = 0.0  # until it was stopped last
    is_long: bool = False
    is_cancelled: bool = False

    def ran(self, now: float) -> float:
        """Say how many seconds it has run."""
        return self.ran_s + (now - self.started_at if self.state is State.RUNNING else 0.0)

    def is_in_slice(self, now: float) -> bool:
        """Tell whether it runs and may go on for now."""
        return self.state is State.RUNNING and now - self.started_at < SLICE_S


@dataclass(frozen=True)
class Changes:
    """What the watchdog has to do to processes."""

    slow: list[Ticket]
    stop: list[Ticket]
    go_on: list[Ticket]
    send_away: list[Ticket]


class Admission:
    """Hand out places; every method may be called from any thread."""

    def __init__(self, limits: Limits, *, places: int, long_places: int) -> None:
        self._limits = limits
        self._places = places
        self._long_places = long_places
        self._tickets: list[Ticket] = []  # in order of arrival
        self._turns: dict[Ticket, State] = {}  # that processes have not been told yet
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
        with self._changed:
            has_waiting = any(each.state is State.WAITING for each in self._tickets)
            allowed_s = (
                self._limits.long_when_waited_s if has_waiting else self._limits.long_after_s
            )
            slow = [
                each
                for each in self._tickets
                if each.state is State.RUNNING and not each.is_long
                # without a start it has its place and waits for a worker
                if each.started_at and each.ran(now) > allowed_s
            ]
            for ticket in slow:
                ticket.is_long = True
            self._hand_out()
            turns, self._turns = self._turns, {}
            parked = [each for each in self._tickets if each.state is State.PARKED]
        parked.sort(key=lambda each: each.ran_s)
        late = {each for each in parked if each.give_up_at <= now} | {*parked[self._places :]}
        return Changes(
            slow=slow,
            stop=[each for each, state in turns.items() if state is State.PARKED],
            go_on=[each for each, state in turns.items() if state is State.RUNNING],
            send_away=list(late),
        )

    def _drop(self, ticket: Ticket) -> None:
        if ticket.state is State.OVER:
            return
        ticket.state = State.OVER
        self._tickets.remove(ticket)
        self._turns.pop(ticket, None)
        self._hand_out()

    def _running(self, client: str) -> int:
        return sum(
            each.client == client and each.state in (State.RUNNING, State.PARKED)
            for each in self._tickets
        )

    def _take_turns(self) -> None:
        """Let those of the long queries run that ran least, as many as there are places for."""
        now = time.monotonic()
        longs = [each for each in self._tickets if each.is_long]
        short = sum(each.state is State.RUNNING and not each.is_long for each in self._tickets)
        longs.sort(key=lambda each: (not each.is_in_slice(now), each.ran(now)))
        count = max(0, min(self._long_places, self._places - short))
        for place, ticket in enumerate(longs):
            state = State.RUNNING if place < count else State.PARKED
            if state is ticket.state:
                continue
            ticket.ran_s = ticket.ran(now)
            ticket.started_at = now
            ticket.give_up_at = now + ticket.limits.queue_s
            ticket.state = state
            self._turns[ticket] = state

    def _hand_out(self) -> None:
        """Fill the free places: long queries first, then whoever has least, then by arrival."""
        self._take_turns()
        free = self._places - sum(each.state is State.RUNNING for each in self._tickets)
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
