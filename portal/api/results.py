"""The twins of a page of results: the same search as JSON, as CSV and as an Atom feed.

JSON has the datasets of the same page. CSV has all that is found, or is refused. The feed gives the
newest data first, whatever the order of the page, so that a reader of feeds sees what is new.
"""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from catalogue.languages import nearest
from catalogue.records import Entry
from catalogue.search import FACETS, Query
from catalogue.search.documents import updated_at
from catalogue.store import datasets
from portal.api import atom
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.datasets import list_of, query_of
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.shapes import DatasetList
from portal.context import language, services
from portal.errors import Refusal
from portal.finding import KINDS, Group, Thing, beside, of_kind

PAGE_SIZE = 20
MAX_PAGE = 500
MAX_ROWS = 10_000
_AT_ONCE = 1_000
COLUMNS = (
    "id", "title", "title_language", "publisher", "publisher_id", "side", "themes", "licence",
    "formats", "tables", "rows", "updated", "url",
)  # fmt: skip

THINGS_A_PAGE = 50
THING_COLUMNS = (
    "kind", "title", "detail", "also_named", "side", "dataset", "dataset_title", "url",
)  # fmt: skip

blueprint = Blueprint("api_results", __name__, url_prefix="/<any(fr, nl, en):lang>")
install(blueprint)


@blueprint.after_request
def _for_all_origins(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


class Results(DatasetList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of datasets; `beside` are the first few of what else a search by words alone finds."""

    beside: list[Group]


@blueprint.get("/datasets.json")
def as_json() -> Response:
    """Give the datasets of a page of results, or with `kind` the things of a page of that kind."""
    query, number = _asked()
    if (group := _group(query.q, number)) is not None:
        return json_answer(group)
    is_narrowed = query.box is not None or any(query.chosen(facet) for facet in FACETS)
    found = list_of(query)
    return json_answer(
        Results(
            **{name: getattr(found, name) for name in found.__struct_fields__},
            beside=beside(services(), query.q, query.lang)
            if number == 1 and not is_narrowed
            else [],
        )
    )


@blueprint.get("/datasets.csv")
def as_csv() -> Response:
    """Give every dataset that is found, or with `kind` the things of a page of that kind.

    Raises Refusal 413 where there are too many datasets.
    """
    query, number = _asked()
    if (group := _group(query.q, number)) is not None:
        return csv_answer(THING_COLUMNS, (_thing_row(each) for each in group.things), group.kind)
    query = msgspec.structs.replace(query, offset=0, limit=_AT_ONCE)
    hits = services().search.search(query)
    if hits.count > MAX_ROWS:
        raise Refusal(413, "results-too-many", count=hits.count, maximum=MAX_ROWS)
    ids = [hit.id for hit in hits.results]
    while hits.results and len(ids) < hits.count:
        query = msgspec.structs.replace(query, offset=len(ids))
        hits = services().search.search(query)
        ids += [hit.id for hit in hits.results]
    entries = datasets.by_ids(services().store, list(dict.fromkeys(ids)))
    return csv_answer(COLUMNS, (_row(entry) for entry in entries), "datasets")


@blueprint.get("/datasets.atom")
def as_atom() -> Response:
    """Give a page of the datasets that are found, the newest data first."""
    query, number = _asked()
    if "kind" in request.args:
        raise Refusal(400, "feed-only-datasets")
    hits = services().search.search(msgspec.structs.replace(query, sort="updated"))
    entries = datasets.by_ids(services().store, [hit.id for hit in hits.results])
    feed = atom.feed(
        entries,
        root=_root(),
        path=f"/{language()}/datasets",
        pairs=_pairs(),
        number=number,
        last=max(1, -(-hits.count // PAGE_SIZE)),
        words=query.q,
        lang=language(),
    )
    response = Response(feed, mimetype="application/atom+xml")
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _asked() -> tuple[Query, int]:
    parameters = Parameters("q", "bbox", "sort", "page", "kind", *FACETS)
    parameters.choice("kind", KINDS)
    number = parameters.number("page", 1, minimum=1, maximum=MAX_PAGE)
    return query_of(parameters, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE), number


def _group(words: str, number: int) -> Group | None:
    kind = request.args.get("kind")
    if not kind:
        return None
    offset = (number - 1) * THINGS_A_PAGE
    return of_kind(services(), kind, words, language(), limit=THINGS_A_PAGE, offset=offset)


def _thing_row(thing: Thing) -> list[object]:
    lang = language()
    return [
        thing.kind, nearest(thing.title, lang)[0], thing.detail, thing.also_named, thing.side,
        thing.dataset, nearest(thing.within, lang)[0], _root() + thing.address,
    ]  # fmt: skip


def _root() -> str:
    return (services().settings.base_url or request.host_url).rstrip("/")


def _pairs() -> list[tuple[str, str]]:
    """Return what is asked for, without paging and order, always in the same order."""
    pairs = request.args.items(multi=True)
    return sorted({(key, value) for key, value in pairs if key not in ("page", "sort") and value})


def _row(entry: Entry) -> list[object]:
    record: Any = entry.dataset
    lang = language()
    title, title_language = nearest(record.title, lang)
    found = [table.current for table in entry.tables if table.current]
    return [
        entry.id, title, title_language, nearest(record.publisher.title, lang)[0],
        record.publisher.id, record.publisher.side, record.themes, record.licence,
        list(dict.fromkeys(d.format for d in record.distributions if d.format)),
        [version.table for version in found], sum(version.row_count for version in found),
        updated_at(entry) or entry.updated_at, f"{_root()}/{lang}/datasets/{entry.id}",
    ]  # fmt: skip
