"""Gives what is kept from the event loop, before a thread is taken; what many ask for at once, one
of them has made.
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.context import services_of
from portal.gateway.answer import Answer
from portal.gateway.flights import Ending, Flights
from portal.kept.answers import Kept
from portal.kept.asked import Asked, asked_of
from portal.kept.keeping import ASKED, MADE, given, kept_answers
from portal.pages.caching import is_keepable
from portal.state import state_of

_KNOWN_FOR_S = 0.1
_READ_WITHIN_S = 1.0
# A view has 20 seconds.
_MADE_WITHIN_S = 30.0
_FLIGHT = "eurometropolis.flight"
_UNCHANGED = 304


class KeptFront:
    """What an app keeps, for the event loop only.

    What another process has published is told a tenth of a second later.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._services = services = services_of(app)
        self._state = RecentState(lambda: state_of(services))
        self._flights = Flights(_MADE_WITHIN_S)

    async def answer(self, environ: dict[str, Any]) -> Answer | None:
        """Return the answer to a request, or None where the application has to make it.

        Whoever asks what another request is having made waits for that one.
        """
        asked = environ[ASKED] = asked_of(environ)
        kept = None if asked is None else await self._kept_or_made(asked, environ)
        if kept is None:
            return None
        status, headers, body = given(kept, environ, self._services)
        return Answer(status=status, headers=headers, first=body, rest=None, close=_nothing)

    def made(self, environ: dict[str, Any], status: int | None) -> None:
        """Hear that the application is done with a request; no status where nothing came of it."""
        flight = environ.pop(_FLIGHT, None)
        if flight is None:
            return
        brought: Kept | None = environ.pop(MADE, None)
        nothing = Ending.AGAIN if status in (None, _UNCHANGED) else Ending.ALONE
        self._flights.end(flight, brought or nothing)

    def has_changed(self) -> None:
        """Take nothing for known: somebody may have written something."""
        self._state.forget()

    async def _kept_or_made(self, asked: Asked, environ: dict[str, Any]) -> Kept | None:
        answers = kept_answers(self._app)
        clock = asyncio.get_running_loop().time
        came_at = clock()
        while True:
            if asked in answers:
                state = await self._state.now()
                found = None if state is None else answers.get(asked, state)
                if found is not None or state is None:
                    return found
            flight = self._flights.under_way(asked)
            if flight is None:
                if environ["REQUEST_METHOD"] == "GET" and is_keepable(
                    self._app, environ["PATH_INFO"]
                ):
                    environ[_FLIGHT] = self._flights.begin(asked)
                return None
            await asyncio.wait({flight.landed}, timeout=came_at + _MADE_WITHIN_S - clock())
            brought = flight.landed.result() if flight.landed.done() else Ending.ALONE
            if brought is Ending.ALONE:
                return None
            if not isinstance(brought, Kept):
                continue
            is_begun_since = flight.began_at >= came_at
            if is_begun_since or brought.state == await self._state.now():
                return brought


class RecentState:
    """The state of the catalogue, read by one thread at a time and known for a moment."""

    def __init__(self, read: Callable[[], Hashable]) -> None:
        self._read = read
        self._known: Hashable | None = None
        self._until = 0.0
        self._reading: asyncio.Future[Hashable | None] | None = None

    async def now(self) -> Hashable | None:
        """Return the state, None where it cannot be read in time."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._until:
            return self._known
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._anew())
        reading = self._reading
        await asyncio.wait({reading}, timeout=_READ_WITHIN_S)
        return reading.result() if reading.done() else None

    def forget(self) -> None:
        """Read anew what is asked for from now on."""
        self._until = 0.0
        self._reading = None

    async def _anew(self) -> Hashable | None:
        me = asyncio.current_task()
        loop = asyncio.get_running_loop()
        until = loop.time() + _KNOWN_FOR_S
        try:
            state = await asyncio.to_thread(self._read)
        except sa.exc.SQLAlchemyError:
            state = None  # the application says what is wrong
        if self._reading is me:  # nobody has written anything meanwhile
            self._reading = None
            self._known, self._until = state, until if state is not None else 0.0
        return state


def _nothing() -> None:
    pass
