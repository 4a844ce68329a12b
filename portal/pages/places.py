"""Names of the places that a dataset covers, in the reader's language."""

from collections.abc import Sequence

from catalogue.territory import place_of
from portal.i18n import Words, words

SHOWN = 12


def place_names(codes: Sequence[str]) -> list[Words]:
    """Return a name for each code, or the code itself where nobody knows it."""
    found = []
    for code in codes:
        place = place_of(code)
        found.append(words(place.title) if place else Words(code, None))
    return found
