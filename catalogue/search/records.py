"""What a search asks and answers."""

import msgspec

from catalogue.boxes import Box
from catalogue.records import Text

FACETS = ("side", "theme", "publisher", "licence", "format", "language")
SORTS = ("relevance", "updated", "title")


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search as a reader asks it.

    `q` is plain text, never a syntax. Several values of one facet are alternatives, facets narrow
    each other. `box` leaves those that meet the area. Without words, `relevance` is
    `updated`. `lang` is the reader's language.
    """

    q: str = ""
    lang: str = "en"
    side: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    box: Box | None = None
    limit: int = 20
    offset: int = 0
    sort: str = "relevance"

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the values chosen of one facet."""
        values: tuple[str, ...] = getattr(self, facet)
        return values


class Hit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset found; `score` compares hits of one search, and is 0 in other sorts; `extent` is
    where it lies, if known.
    """

    id: str
    score: float
    extent: Box | None = None


class Understood(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What some words of a query were taken for: a `place` or a `concept`."""

    kind: str
    code: str
    words: str
    title: Text


class Hits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a search.

    `facets` counts every value of every facet among the hits; a facet that is itself chosen from is
    counted as if it were not, so that another value can be added. `did_you_mean` is a spelling that
    finds more. `is_widened` says that few or none held all the words, and that those which hold
    some of them follow.
    """

    count: int
    results: list[Hit]
    facets: dict[str, dict[str, int]]
    understood: list[Understood]
    did_you_mean: str | None = None
    is_widened: bool = False
