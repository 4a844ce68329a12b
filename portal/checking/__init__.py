"""The check of a stranger's file, without an account: read in a process of its own, kept for an
hour under a name that nobody guesses, and given back with what is wrong in it.
"""

from flask import current_app

from portal.checking.records import Checked, CheckedTable, Found
from portal.checking.rooms import KEPT_S, MAX_BYTES, Rooms
from portal.context import services

__all__ = ["KEPT_S", "MAX_BYTES", "Checked", "CheckedTable", "Found", "Rooms", "checks"]

_ROOMS = "eurometropolis-checks"


def checks() -> Rooms:
    """Return where the checks of the current application are kept."""
    kept: Rooms | None = current_app.extensions.get(_ROOMS)
    if kept is None:
        made = Rooms(services().settings.data / "checks")
        kept = current_app.extensions.setdefault(_ROOMS, made)
    return kept
