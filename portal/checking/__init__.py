"""The check of a stranger's file, without an account: read in a process of its own, kept for an
hour under a name that nobody guesses, and given back with what is wrong in it.
"""

from flask import Flask, current_app

from portal.checking.records import Checked, CheckedTable, Found
from portal.checking.rooms import KEPT_S, MAX_BYTES, Rooms
from portal.context import services_of

__all__ = ["KEPT_S", "MAX_BYTES", "Checked", "CheckedTable", "Found", "Rooms", "checks", "rooms_of"]

_ROOMS = "eurometropolis-checks"


def checks() -> Rooms:
    """Return where the checks of the current application are kept."""
    return rooms_of(current_app)


def rooms_of(app: Flask) -> Rooms:
    """Return where the checks of an application are kept."""
    kept: Rooms | None = app.extensions.get(_ROOMS)
    if kept is None:
        made = Rooms(services_of(app).settings.data / "checks")
        kept = app.extensions.setdefault(_ROOMS, made)
    return kept
