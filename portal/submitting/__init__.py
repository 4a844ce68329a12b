"""A steward's file on its way: taken in, checked, mended, described, compared, published.

What she has said lies in the store with each step; what follows from it is found out anew where it
is not at hand.
"""

from portal.submitting.at_once import AtOnce, publish_at_once
from portal.submitting.candidates import Candidate, candidates, left_behind
from portal.submitting.checks import chosen_tables, is_chosen, reading
from portal.submitting.foreseen import foreseen
from portal.submitting.intake import MAX_BYTES, start, take_another
from portal.submitting.mending import mend
from portal.submitting.release import missing, release

__all__ = [
    "MAX_BYTES",
    "AtOnce",
    "Candidate",
    "candidates",
    "chosen_tables",
    "foreseen",
    "is_chosen",
    "left_behind",
    "mend",
    "missing",
    "publish_at_once",
    "reading",
    "release",
    "start",
    "take_another",
]
