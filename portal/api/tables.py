"""Tables by their names in SQL: what can be read, its columns, its versions."""

from difflib import get_close_matches

from flask import Blueprint, Response

from catalogue.store import datasets, histories, versions
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.shapes import TableBrief, TableList, VersionList, table_detail, version_brief
from portal.context import services
from portal.errors import Refusal

MAX_LIMIT = 1000
MAX_OFFSET = 10_000_000
VERSIONS_LIMIT = 50
MAX_VERSIONS_LIMIT = 500
NUMBERS_SHOWN = 50

blueprint = Blueprint("api_tables", __name__, url_prefix="/api/v1/tables")
install(blueprint)


@blueprint.get("")
def listed() -> Response:
    """List the tables that have a version, by name."""
    parameters = Parameters("limit", "offset")
    limit = parameters.number("limit", MAX_LIMIT, maximum=MAX_LIMIT)
    offset = parameters.number("offset", 0, maximum=MAX_OFFSET)
    # Versions of a table come in rising order, so that the current one stays.
    current = {relation.table: relation for relation in services().snapshot().relations}
    page = sorted(current)[offset : offset + limit]
    return json_answer(
        TableList(
            count=len(current),
            results=[
                TableBrief(
                    name=name,
                    version=current[name].version,
                    rows=current[name].row_count,
                    sha256=current[name].sha256,
                )
                for name in page
            ],
        )
    )


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """Read one table: its columns, its schema, the numbers of its versions."""
    Parameters()
    require_table(name)
    store = services().store
    entry = datasets.get(store, versions.dataset_of(store, name))
    table = next(one for one in entry.tables if one.name == name)
    found = histories.numbers(store, [name], limit=NUMBERS_SHOWN)
    return json_answer(table_detail(table, found[name]))


@blueprint.get("/<name>/versions")
def history(name: str) -> Response:
    """List the versions of a table, newest first."""
    parameters = Parameters("limit", "offset")
    require_table(name)
    return versions_answer(name, parameters)


def versions_answer(table: str, parameters: Parameters) -> Response:
    """Answer with the page of the versions of a table that `limit` and `offset` ask for."""
    found = histories.page(
        services().store,
        table,
        limit=parameters.number("limit", VERSIONS_LIMIT, maximum=MAX_VERSIONS_LIMIT),
        offset=parameters.number("offset", 0, maximum=MAX_OFFSET),
    )
    briefs = [version_brief(version) for version in found.versions]
    return json_answer(VersionList(table=table, count=found.total, results=briefs))


def require_table(name: str) -> None:
    """Raise Refusal 404 for a table without versions, with the names that are near, and Gone for
    one that is withdrawn.
    """
    names = {relation.table for relation in services().snapshot().relations}
    if name not in names:
        versions.refuse_gone(services().store, name)
        near = get_close_matches(name.lower(), sorted(names), n=3, cutoff=0.6)
        code = "table-unknown-near" if near else "table-unknown"
        raise Refusal(404, code, table=name, near=near)
