"""Datasets: searched, with facets, and read one by one."""

from flask import Blueprint, Response

from catalogue.languages import nearest
from catalogue.records import Side
from catalogue.search import FACETS, SORTS, Query
from catalogue.store import datasets, histories
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.shapes import DatasetList, Meaning, dataset_brief, dataset_detail
from portal.api.tables import NUMBERS_SHOWN, versions_answer
from portal.context import language, services
from portal.errors import Refusal
from portal.following import behind

MAX_LIMIT = 100
MAX_OFFSET = 100_000

blueprint = Blueprint("api_datasets", __name__, url_prefix="/api/v1/datasets")
install(blueprint)


@blueprint.get("")
def search() -> Response:
    """Search datasets; facets narrow, several values of one facet are alternatives."""
    parameters = Parameters("q", "bbox", "limit", "offset", "sort", *FACETS)
    query = query_of(
        parameters,
        limit=parameters.number("limit", 20, maximum=MAX_LIMIT),
        offset=parameters.number("offset", 0, maximum=MAX_OFFSET),
    )
    return json_answer(list_of(query))


def query_of(parameters: Parameters, *, limit: int, offset: int) -> Query:
    """Return the search that the parameters ask for."""
    facets = {name: parameters.many(name) for name in FACETS}
    for value in facets["side"]:
        if value not in list(Side):
            raise Refusal(400, "parameter-choice", name="side", value=value, allowed=list(Side))
    return Query(
        q=parameters.text("q"),
        lang=language(),
        limit=limit,
        offset=offset,
        sort=parameters.choice("sort", SORTS) or "relevance",
        box=parameters.box("bbox"),
        **facets,
    )


def list_of(query: Query) -> DatasetList:
    """Search, and return what is found as the API gives it."""
    lang = language()
    pending = behind(services().store, services().search)  # first: what comes in between is found
    hits = services().search.search(query)
    entries = datasets.by_ids(services().store, [hit.id for hit in hits.results])
    return DatasetList(
        count=hits.count,
        results=[dataset_brief(entry, lang) for entry in entries],
        facets=hits.facets,
        understood=[
            Meaning(
                kind=found.kind,
                code=found.code,
                words=found.words,
                title=nearest(found.title, lang)[0],
            )
            for found in hits.understood
        ],
        did_you_mean=hits.did_you_mean,
        is_widened=hits.is_widened,
        pending=pending,
    )


@blueprint.get("/<dataset_id>")
def show(dataset_id: str) -> Response:
    """Read one dataset with its tables, versions and drafts."""
    Parameters()
    store = services().store
    entry = datasets.get(store, dataset_id)
    names = [table.name for table in entry.tables]
    found = histories.numbers(store, names, limit=NUMBERS_SHOWN)
    return json_answer(dataset_detail(entry, found, language()))


@blueprint.get("/<dataset_id>/tables/<table>/versions")
def versions_of_table(dataset_id: str, table: str) -> Response:
    """List the versions of a table of a dataset, newest first."""
    parameters = Parameters("limit", "offset")
    store = services().store
    entry = datasets.get(store, dataset_id)
    names = [one.name for one in entry.tables]
    if table not in names:
        raise Refusal(404, "table-not-in-dataset", table=table, dataset=dataset_id, tables=names)
    return versions_answer(table, parameters)
