"""Names of publishers by their id, for facets: taken from the datasets that carry them."""

from functools import lru_cache

from catalogue.records import Text
from catalogue.search import Query
from catalogue.store import datasets
from portal.i18n import words
from portal.publisher_report import holders
from portal.services import Services


@lru_cache(maxsize=4)
def _known(services: Services) -> dict[str, Text]:
    """Return the names of today's publishers, read at once: a facet may list hundreds."""
    return {holder.publisher.id: holder.publisher.title for holder in holders(services)}


def publisher_name(services: Services, publisher_id: str) -> str:
    """Return a publisher's name in the reader's language, or the id where no dataset carries it any
    more.

    A name once looked up is kept for the life of the process: publishers are few and are seldom
    renamed.
    """
    known = _known(services)
    if publisher_id not in known:
        hits = services.search.search(Query(publisher=(publisher_id,), limit=1)).results
        entries = datasets.by_ids(services.store, [hit.id for hit in hits])
        if not entries:
            return publisher_id
        known[publisher_id] = entries[0].dataset.publisher.title
    return words(known[publisher_id]).text or publisher_id
