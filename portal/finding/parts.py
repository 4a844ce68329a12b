"""Finds columns by name or label, and values of small tables, through the search index."""

from catalogue.languages import nearest
from catalogue.records import Text
from catalogue.search.parts import COLUMN, VALUE, Part
from catalogue.store import datasets
from portal.finding.things import Group, Thing, address_of
from portal.services import Services


def find_columns(services: Services, words: str, lang: str, limit: int, offset: int) -> Group:
    """Find columns."""
    return _find(services, COLUMN, words, lang, limit, offset)


def find_values(services: Services, words: str, lang: str, limit: int, offset: int) -> Group:
    """Find values: each leads to the rows that hold it."""
    return _find(services, VALUE, words, lang, limit, offset)


def _find(services: Services, kind: str, words: str, lang: str, limit: int, offset: int) -> Group:
    found = services.search.find_parts(kind, words, limit=limit, offset=offset)
    ids = list(dict.fromkeys(part.dataset_id for part in found.results))
    titles = {entry.id: entry.dataset.title for entry in datasets.by_ids(services.store, ids)}
    things = [
        _thing(kind, part, titles[part.dataset_id], lang)
        for part in found.results
        if part.dataset_id in titles
    ]
    return Group(kind=kind, count=found.count, things=things)


def _thing(kind: str, part: Part, within: Text, lang: str) -> Thing:
    page = f"/{lang}/datasets/{part.dataset_id}"
    if part.value is None:
        address = address_of(f"{page}/columns/{part.column}", table=part.table)
    else:
        address = address_of(page, table=part.table, **{f"{part.column}__eq": part.value})
    return Thing(
        kind=kind,
        title={"und": part.value or part.column},
        address=address,
        detail=part.column if part.value else nearest(part.title, lang)[0] or "",
        dataset=part.dataset_id,
        within=within,
    )
