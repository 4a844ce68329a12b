"""Recognises the same dataset in several portals: data.gouv.fr beside the producer's own, a region
that passes on what its towns publish.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from catalogue.names import fold
from catalogue.records import Dataset
from catalogue.store import Store, likeness
from catalogue.store.likeness import Reason, Unmarked
from harvesters.fingerprint import of_url, of_words
from portal.harvesting.choice import TABULAR_FORMATS, format_of, to_ingest

_HOME = re.compile(r"/?(?:(?:fr|nl|en|de)/?)?")  # the page of all that somebody does
_MANY_WORDS = 40  # signs of a description; a title alone ("Statistiques") says little


def recognise(store: Store, source_id: str) -> None:
    """Look at what has changed of a source, pair it with the datasets of others, and say which of
    the same are shown. What a kill leaves undone, the next run of the source does.
    """
    touched: set[str] = set()
    while taken := likeness.unmarked(store, source_id):
        likeness.mark(store, {one.id: marks_of(one) for one in taken}, taken)
        touched |= likeness.pair_up(store, [one.id for one in taken])
    likeness.settle(store, touched)


def marks_of(one: Unmarked) -> Mapping[str, Reason]:
    """Return the marks of a dataset: what two records of it, in two portals, have in common."""
    dataset = one.dataset
    marks: dict[str, Reason] = {}
    for distribution in to_ingest(dataset):
        # A service has one address for all its layers.
        layer = "" if format_of(distribution) in TABULAR_FORMATS else distribution.table or ""
        marks[f"file:{of_words(of_url(distribution.url), layer)}"] = Reason.FILES
    for page, reason in ((dataset.landing_page, Reason.LANDING), (dataset.origin, Reason.PAGE)):
        if page and not _HOME.fullmatch(urlsplit(page).path):
            marks[f"page:{of_url(page)}"] = reason
    if one.contents:
        marks[f"data:{of_words(*one.contents)}"] = Reason.DATA
    words = _words(dataset)
    if words:
        marks[f"words:{words}"] = Reason.WORDS
    return marks


def _words(dataset: Dataset) -> str | None:
    title = next(iter(dataset.title.values()), "")
    description = next(iter(dataset.description.values()), "")
    if not title or len(description) < _MANY_WORDS:
        return None
    return of_words(fold(title), fold(description))
