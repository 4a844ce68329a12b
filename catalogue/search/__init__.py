"""Search of the catalogue: words in French, Dutch and English, places by any name, facets."""

from catalogue.search.changes import Change, change_of
from catalogue.search.index import SearchIndex
from catalogue.search.records import FACETS, SORTS, Hit, Hits, Query, Understood

__all__ = [
    "FACETS",
    "SORTS",
    "Change",
    "Hit",
    "Hits",
    "Query",
    "SearchIndex",
    "Understood",
    "change_of",
]
