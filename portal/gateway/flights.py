"""Answers that are being made for whoever asks the same at this moment: one request makes it, the
others wait for it without a thread.

For the event loop only.
"""

import asyncio
from enum import Enum, auto
from typing import NamedTuple

from portal.kept.answers import Kept
from portal.kept.asked import Asked


class Ending(Enum):
    """How a flight can end that brought nothing."""

    ALONE = auto()  # such an answer is for one reader: everybody has theirs made
    AGAIN = auto()  # whoever made it has left, or held it already: somebody else makes it


class Flight(NamedTuple):
    """The making of one answer, by one request."""

    asked: Asked
    began_at: float
    landed: "asyncio.Future[Kept | Ending]"


class Flights:
    """The flights under way. One that takes longer than `within_s` is waited for no longer: the
    next who asks begins another.
    """

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._flights: dict[Asked, Flight] = {}

    def under_way(self, asked: Asked) -> Flight | None:
        """Return the flight that brings this answer, where there is one."""
        found = self._flights.get(asked)
        now = asyncio.get_running_loop().time()
        return found if found and now < found.began_at + self._within_s else None

    def begin(self, asked: Asked) -> Flight:
        """Begin a flight: whoever calls this has to end it, whatever happens."""
        loop = asyncio.get_running_loop()
        flight = Flight(asked, loop.time(), loop.create_future())
        self._flights[asked] = flight
        return flight

    def end(self, flight: Flight, brought: Kept | Ending) -> None:
        """Give everybody who waits what a flight brought."""
        if self._flights.get(flight.asked) is flight:
            del self._flights[flight.asked]
        if not flight.landed.done():
            flight.landed.set_result(brought)
