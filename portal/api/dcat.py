"""The catalogue in DCAT-AP, for portals that harvest it: `/catalog.ttl|jsonld|rdf` in pages, and
each dataset at `/datasets/<id>.ttl|jsonld|rdf`.

`X-Left-Out` names the datasets of a page that could not be told; the log says why.
"""

import logging

from flask import Blueprint, Response, request

from catalogue.dcat import feed
from catalogue.dcat.description import tell
from catalogue.dcat.terms import Graph
from catalogue.dcat.writing import WRITERS
from catalogue.errors import NotFound
from catalogue.store import datasets, histories
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import services
from portal.errors import Refusal
from portal.files import place_here

MAX_PAGE = 100_000
_FORM = "<any(ttl, jsonld, rdf):form>"

log = logging.getLogger(__name__)

blueprint = Blueprint("api_dcat", __name__)
install(blueprint)


@blueprint.get(f"/catalog.{_FORM}")
def catalogue(form: str) -> Response:
    """Give a page of the catalogue."""
    number = Parameters("page").number("page", 1, minimum=1, maximum=MAX_PAGE)
    store = services().store
    ids = datasets.findable_ids(store)
    last = max(1, -(-len(ids) // feed.PAGE_SIZE))
    if number > last:
        raise Refusal(404, "page-beyond", page=number, last=last)
    wanted = ids[(number - 1) * feed.PAGE_SIZE : number * feed.PAGE_SIZE]
    entries, broken = datasets.readable(store, wanted)
    for one in broken:
        log.warning("the record of the dataset %s cannot be read: it is left out of the feed", one)
    paging = feed.Paging(number, last, len(ids), form)
    made = feed.page(entries, paging, place_here())
    response = _answer(made.graph, form)
    left_out = sorted({*broken, *made.left_out})
    if left_out:
        response.headers["X-Left-Out"] = ", ".join(left_out)
    return response


@blueprint.get(f"/datasets/<dataset_id>.{_FORM}")
def dataset(dataset_id: str, form: str) -> Response:
    """Give one dataset, with its versions."""
    Parameters()
    store = services().store
    entry = datasets.get(store, dataset_id)
    if dataset_id not in datasets.findable_ids(store):
        raise NotFound("dataset-unknown", dataset=dataset_id)
    found = [
        version
        for table in entry.tables
        for version in histories.page(store, table.name, limit=20).versions
    ]
    return _answer(tell(entry, place_here(is_made=True), found).graph, form)


def _answer(graph: Graph, form: str) -> Response:
    write, media_type = WRITERS[form]
    response = Response(write(graph), content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
