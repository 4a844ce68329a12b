"""What a search without result offers: the nearest concepts, the same on the other side."""

import msgspec

from catalogue.folding import words
from catalogue.records import Text
from catalogue.search import Hits, Query
from portal.pages.addresses import with_query
from portal.services import Services

_MOST_TRIED, _MOST_SHOWN = 8, 3


class Offer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search that finds `count` datasets; `title` is the concept that it is about."""

    count: int
    address: str
    title: Text = {}


class Offers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is near: concepts, and the same search without the choice of a side."""

    concepts: list[Offer]
    elsewhere: Offer | None


def offers(services: Services, query: Query, hits: Hits) -> Offers:
    """Return what a search without result may go on with; only what finds something."""
    elsewhere = None
    if query.side:
        count = _count(services, msgspec.structs.replace(query, side=()))
        elsewhere = Offer(count=count, address=with_query(side=None)) if count else None
    found = []
    for title in _near(services, query, hits)[:_MOST_TRIED]:
        text = title.get(query.lang) or next(iter(title.values()))
        if count := _count(services, msgspec.structs.replace(query, q=text)):
            found.append(Offer(count=count, address=with_query(q=text), title=title))
    return Offers(concepts=found[:_MOST_SHOWN], elsewhere=elsewhere)


def _near(services: Services, query: Query, hits: Hits) -> list[Text]:
    """Return the concepts above those that were meant, beside them, or spelt much alike."""
    thesaurus = services.search.thesaurus
    meant = [one.code for one in hits.understood if one.kind == "concept"]
    for word in words(query.q)[:_MOST_TRIED]:
        if near := thesaurus.nearest(word, in_phrases=True):
            meant += thesaurus.find(words(near), query.lang)
    above = thesaurus.parents(meant)
    beside = [key for key, one in thesaurus.concepts.items() if set(one.broader) & set(above)]
    codes = dict.fromkeys([*meant, *above, *beside])
    return [thesaurus.concepts[code].title for code in codes if code in thesaurus.concepts]


def _count(services: Services, query: Query) -> int:
    return services.search.search(msgspec.structs.replace(query, limit=1, offset=0)).count
