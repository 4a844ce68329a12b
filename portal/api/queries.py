"""Queries that users keep: listed, read, run with their parameters in the address, and changed."""

import time

import msgspec
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from catalogue.store import queries
from catalogue.store.queries import Pins, QueryField, QueryText, SavedQuery
from portal import queries as kept
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role, Scope
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.sql import FORM, SqlRequest, form_of, run
from portal.context import services
from portal.errors import Refusal
from portal.sql_values import SIGN, texts_sent

MAX_BODY_BYTES = 200_000
LIMIT, MAX_LIMIT, MAX_OFFSET, MAX_NUMBER = 50, 200, 10_000, 1_000_000
RESERVED = ("lang", "version", *FORM)

blueprint = Blueprint("api_queries", __name__, url_prefix="/api/v1/queries")
install(blueprint)


class QueryBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kept query in a list."""

    id: str
    title: str
    description: str
    language: str
    author: str
    changed_at: str
    is_listed: bool
    is_pinned: bool


class QueryList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kept queries, the last changed first."""

    count: int
    results: list[QueryBrief]


class QueryDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a kept query; `pins` are the versions that its tables have for good."""

    id: str
    version: int
    current_version: int
    title: str
    description: str
    language: str
    sql: str
    fields: list[QueryField]
    is_listed: bool
    is_pinned: bool
    pins: Pins
    author: str
    created_at: str
    changed_at: str


@blueprint.get("")
def listing() -> Response:
    """List the queries that everyone may find, and one's own."""
    parameters = Parameters("limit", "offset")
    limit = parameters.number("limit", LIMIT, minimum=1, maximum=MAX_LIMIT)
    offset = parameters.number("offset", 0, maximum=MAX_OFFSET)
    found, count = queries.listed(
        services().store, author_id=caller().user_id, limit=limit, offset=offset
    )
    return json_answer(QueryList(count=count, results=[_brief(each) for each in found]))


@blueprint.post("")
@require(role=Role.VIEWER, scope=Scope.SQL)
def add() -> Response:
    """Keep a query."""
    Parameters()
    query = kept.keep(services(), _body(), caller())
    return json_answer(detail(query), status=201)


@blueprint.get("/<kept_id>")
def answer(kept_id: str) -> Response:
    """Run a kept query; its parameters stand in the address by their names."""
    arrived_at = time.monotonic()
    texts = texts_sent()
    for key, given in request.args.lists():
        if key in RESERVED or key.startswith(SIGN):
            continue
        if len(given) > 1 or key in texts:
            raise Refusal(400, "parameter-repeated", name=key, count=2)
        texts[key] = given[0]
    parameters = Parameters("version", *FORM, values=_reserved())
    query = _found(kept_id, parameters)
    asked = SqlRequest(sql=query.text.sql)
    values = kept.with_defaults(query, texts)
    response, is_repeatable = run(asked, form_of(parameters), arrived_at, values, query.pins)
    response.headers["Cache-Control"] = "no-cache" if is_repeatable else "no-store"
    response.vary.update(("Authorization", "Cookie"))
    return response


@blueprint.get("/<kept_id>/definition")
def definition(kept_id: str) -> Response:
    """Read a kept query: its text, its fields, and the versions that it keeps."""
    return json_answer(detail(_found(kept_id, Parameters("version"))))


@blueprint.put("/<kept_id>")
@require(role=Role.VIEWER, scope=Scope.SQL)
def change(kept_id: str) -> Response:
    """Keep a new version of a query of one's own; stewards change any."""
    Parameters()
    kept.check_owner(queries.get(services().store, kept_id), caller())
    return json_answer(detail(kept.change(services(), kept_id, _body(), caller())))


@blueprint.delete("/<kept_id>")
@require(role=Role.VIEWER, scope=Scope.SQL)
def remove(kept_id: str) -> Response:
    """Remove a query of one's own; stewards remove any."""
    Parameters()
    kept.remove(services(), kept_id, caller())
    return Response(status=204)


def detail(query: SavedQuery) -> QueryDetail:
    """Return a kept query as the API shows it."""
    text = query.text
    return QueryDetail(
        id=query.id,
        version=query.n,
        current_version=query.current_n,
        title=text.title,
        description=text.description,
        language=text.language,
        sql=text.sql,
        fields=text.fields,
        is_listed=text.is_listed,
        is_pinned=text.is_pinned,
        pins=query.pins,
        author=query.author,
        created_at=query.created_at,
        changed_at=query.changed_at,
    )


def _brief(query: SavedQuery) -> QueryBrief:
    text = query.text
    return QueryBrief(
        id=query.id,
        title=text.title,
        description=text.description,
        language=text.language,
        author=query.author,
        changed_at=query.changed_at,
        is_listed=text.is_listed,
        is_pinned=text.is_pinned,
    )


def _found(kept_id: str, parameters: Parameters) -> SavedQuery:
    n = parameters.number("version", 0, minimum=1, maximum=MAX_NUMBER)
    return queries.get(services().store, kept_id, n or None)


def _reserved() -> MultiDict[str, str]:
    return MultiDict(pair for pair in request.args.items(multi=True) if pair[0] in RESERVED)


def _body() -> QueryText:
    request.max_content_length = MAX_BODY_BYTES
    if request.mimetype != "application/json":
        raise Refusal(415, "body-not-json", media_type=request.mimetype or "–")
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=QueryText)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error
