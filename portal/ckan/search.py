"""`package_search`: our own search, asked and answered in CKAN's words."""

from typing import Any

import msgspec

from catalogue.ckan_package import package, tags_of
from catalogue.licences import LICENCES
from catalogue.records import Entry
from catalogue.search import Query
from catalogue.store import datasets
from portal.ckan.asked import Asked, bad_search
from portal.ckan.filters import FACETS, Filter, read
from portal.files import place_here
from portal.services import Services

_DEFAULT_ROWS, _MOST_ROWS = 10, 1_000
_MOST_START = 10_000_000
_PARAMETERS = frozenset({
    "q", "fq", "fq_list", "rows", "start", "sort", "facet", "facet.field", "facet.limit",
    "facet.mincount", "include_private", "include_drafts", "include_deleted", "use_default_schema",
    "qf", "ext_bbox", "extras", "df", "bf", "boost", "tie", "defType", "mm", "wt", "fl",
})  # fmt: skip
_SORTED_BY_CODE = {"id", "name"}
_SORTED_BY_TIME = {"metadata_modified", "metadata_created"}
_SORTED_BY_TITLE = {"title_string", "title"}


def search(services: Services, asked: Asked) -> dict[str, Any]:
    """Return what `package_search` gives."""
    unknown = sorted(set(asked.values) - _PARAMETERS)
    if unknown:
        raise bad_search(f"Invalid search parameters: {unknown}")
    filters = [one for fq in (asked.text("fq"), *asked.names("fq_list")) for one in read(fq)]
    words = asked.text("q").strip()
    words = "" if words in ("*:*", "*") else words
    if ":" in words:
        filters, words = [*filters, *_filters_of(words)], _without_filters(words)
    ids = _ordered(services, _found(services, words, filters), asked.text("sort"), bool(words))
    start = asked.number("start", 0, _MOST_START)
    rows = asked.number("rows", _DEFAULT_ROWS, _MOST_ROWS)
    entries, _ = datasets.readable(services.store, ids[start : start + rows])
    place = place_here()
    facets = _facets(services, words, filters, asked)
    return {
        "count": len(ids),
        "sort": asked.text("sort") or "score desc, metadata_modified desc",
        "results": [package(entry, place) for entry in entries],
        "facets": facets,
        "search_facets": {
            field: {
                "title": field,
                "items": [
                    {"name": name, "display_name": name, "count": count}
                    for name, count in counts.items()
                ],
            }
            for field, counts in facets.items()
        },
    }


def _filters_of(words: str) -> list[Filter]:
    """Return the filters that a client writes among the words, as `q=organization:lille`."""
    parts = [word for word in words.split() if _is_filter(word)]
    return [one for part in parts for one in read(part)]


def _without_filters(words: str) -> str:
    return " ".join(word for word in words.split() if not _is_filter(word))


def _is_filter(word: str) -> bool:
    return word.lstrip("+-").partition(":")[0] in (*FACETS, "tags", "name", "id")


def _found(services: Services, words: str, filters: list[Filter]) -> list[str]:
    """Return the ids that words and filters leave, the best hits first."""
    ids = datasets.findable_ids(services.store)
    if words:
        ids = _by_search(services, Query(q=words[:1_000]))
    for one in filters:
        kept = _having(services, one)
        ids = [id_ for id_ in ids if (id_ in kept) != one.is_not]
    return ids


def _having(services: Services, one: Filter) -> set[str]:
    if one.key in ("name", "id"):
        return set(one.values)
    if one.key == "metadata_modified":
        moments = datasets.modified_at(services.store)
        return {
            id_
            for id_, moment in moments.items()
            if (one.start is None or moment.removesuffix("Z") >= one.start)
            and (one.end is None or moment.removesuffix("Z") <= one.end)
        }
    if one.key == "tags":
        return {
            entry.id for entry in _every(services) if not set(one.values).isdisjoint(_tags(entry))
        }
    facet = FACETS[one.key]
    values = tuple(_ours(facet, value) for value in one.values)
    chosen: dict[str, Any] = {facet: values}
    return set(_by_search(services, Query(**chosen)))


def _ours(facet: str, value: str) -> str:
    if facet == "theme":
        return value.upper()
    return value.lower() if facet in ("format", "licence") and value not in LICENCES else value


def _by_search(services: Services, query: Query) -> list[str]:
    count = services.search.search(Query(limit=0)).count
    whole = msgspec.structs.replace(query, limit=count)
    return [hit.id for hit in services.search.search(whole).results]


def _every(services: Services) -> list[Entry]:
    return datasets.readable(services.store, datasets.findable_ids(services.store))[0]


def _tags(entry: Entry) -> set[str]:
    return {tag for words in entry.dataset.keywords.values() for tag in tags_of(words)}


def _ordered(services: Services, ids: list[str], sort: str, has_words: bool) -> list[str]:
    """Return ids in the order asked for; the first field of several decides."""
    wanted = sort.split(",")[0].split() or ["score", "desc"]
    field, direction = wanted[0], wanted[1].lower() if len(wanted) > 1 else "asc"
    if direction not in ("asc", "desc") or len(wanted) > 2:
        raise bad_search(f"Can't determine a sort order (for sort: {sort})")
    is_down = direction == "desc"
    if field in ("score", "views_recent", "views_total") or field in _SORTED_BY_TIME:
        if field == "score" and has_words:
            return ids
        moments = datasets.modified_at(services.store)
        down = is_down or field == "score"
        return sorted(ids, key=lambda id_: (moments.get(id_, ""), id_), reverse=down)
    if field in _SORTED_BY_CODE:
        return sorted(ids, reverse=is_down)
    if field in _SORTED_BY_TITLE:
        order = _by_search(services, Query(sort="title"))
        places = {id_: place for place, id_ in enumerate(order)}
        return sorted(ids, key=lambda id_: places.get(id_, len(places)), reverse=is_down)
    raise bad_search(f"sort param field can't be found: {field}")


def _facets(
    services: Services, words: str, filters: list[Filter], asked: Asked
) -> dict[str, dict[str, int]]:
    """Count the values of the fields asked for, among all that words and simple filters leave."""
    fields = [name for name in asked.names("facet.field") if name in (*FACETS, "tags")]
    if not fields:
        return {}
    chosen: dict[str, Any] = {}
    for one in filters:
        if one.key in FACETS and not one.is_not:
            facet = FACETS[one.key]
            chosen[facet] = tuple(_ours(facet, value) for value in one.values)
    counted = services.search.search(Query(q=words[:1_000], limit=0, **chosen)).facets
    most = asked.number("facet.limit", 50, 10_000) or 10_000
    found: dict[str, dict[str, int]] = {}
    for field in fields:
        facet = FACETS.get(field, "")
        counts = counted.get(facet, {})
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        found[field] = {_theirs(facet, name): count for name, count in ordered}
    return found


def _theirs(facet: str, value: str) -> str:
    return value.lower() if facet == "theme" else value.upper() if facet == "format" else value
