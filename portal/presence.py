"""Tells the work for a request that whoever asked has left."""

from collections.abc import Callable

from flask import request

PRESENCE = "eurometropolis.presence"


class Presence:
    """What to do when the client of one request leaves before its answer is there."""

    def __init__(self) -> None:
        self._duties: list[Callable[[], object]] = []

    def on_leave(self, duty: Callable[[], object]) -> None:
        """Add a duty. It may be called several times, from another thread: the work that it ends
        may have begun only after the client left.
        """
        self._duties.append(duty)

    def leave(self) -> None:
        """Do what is to be done."""
        for duty in list(self._duties):
            duty()


def when_client_leaves(duty: Callable[[], object]) -> None:
    """Do something when the client of the current request leaves before it is answered.

    A server that cannot tell leaves the work to its deadline.
    """
    presence = request.environ.get(PRESENCE)
    if isinstance(presence, Presence):
        presence.on_leave(duty)
