"""Asks every kind of thing for what a reader typed."""

from collections.abc import Callable

from catalogue.folding import words as folded
from catalogue.search.stems import STOPWORDS
from portal.finding import network, parts, places
from portal.finding.things import Group
from portal.services import Services

MAX_SHOWN = 5
_LONGEST_TEXT = 300

Finder = Callable[[Services, str, str, int, int], Group]
"""Finds things by services, words, the reader's language, limit and offset."""

_FINDERS: dict[str, Finder] = {
    "place": places.find,
    "player": network.find_players,
    "meeting": network.find_meetings,
    "column": parts.find_columns,
    "value": parts.find_values,
}
KINDS = tuple(_FINDERS)


def beside(services: Services, text: str, lang: str) -> list[Group]:
    """Return the first few things of every kind that has some."""
    groups = (of_kind(services, kind, text, lang, limit=MAX_SHOWN) for kind in KINDS)
    return [group for group in groups if group.count]


def of_kind(
    services: Services, kind: str, text: str, lang: str, *, limit: int, offset: int = 0
) -> Group:
    """Return the things of a kind; none for words that narrow nothing."""
    telling = (word for word in folded(text[:_LONGEST_TEXT]) if word not in STOPWORDS)
    if not any(len(word) > 1 for word in telling):
        return Group(kind=kind, count=0, things=[])
    return _FINDERS[kind](services, text[:_LONGEST_TEXT], lang, limit, offset)
