"""SQL on the tables: one reading statement in, its whole answer out, in any format."""

import hashlib
import re
import secrets
import time
from functools import partial
from typing import Any, NamedTuple

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict

from catalogue.store import datasets
from catalogue.store.queries import Pins
from catalogue.store.usage import Kind
from portal.accounts.errors import NotAllowed
from portal.accounts.rights import caller, public_write
from portal.accounts.roles import Scope
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import language, services
from portal.counting import note
from portal.errors import Refusal
from portal.own_tables import is_own, readable
from portal.presence import when_client_leaves
from portal.spool import Room, whole
from portal.sql_limits import query_limits
from portal.sql_values import SIGN, texts_sent
from sandbox import formats
from sandbox.errors import Refused
from sandbox.limits import QueryLimits
from sandbox.result import Result

FORM = ("format", "limit", "excel")
FORMATS = ("json", "csv", "ndjson", "arrow", "parquet", "geojson", "xlsx")
MAX_LIMIT = 100_000_000
MAX_BODY_BYTES = 2_000_000
MAX_VERSIONS_BYTES = 3_000  # of a header: proxies take 4 kB of them all by default
ENCODING = 1

_QUERY_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ROOM = "eurometropolis-answers"

blueprint = Blueprint("api_sql", __name__, url_prefix="/api/v1/sql")
install(blueprint)


class SqlRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement with its parameters (`$name`), each value read by the type that it is used as;
    `query_id` is the caller's own, to cancel by."""

    sql: str
    params: dict[str, Any] = {}
    limit: int | None = None
    query_id: str | None = None


class SqlColumn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of an answer with its SQL type."""

    name: str
    type: str


class SqlVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version of a table that an answer was made from."""

    version: int
    sha256: str


class SqlAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer in JSON. `truncated` is true where there are more rows than `limit`, 10,000
    unless given.
    """

    columns: list[SqlColumn]
    rows: list[list[Any]]
    row_count: int
    truncated: bool
    versions: dict[str, SqlVersion]
    engine: str
    elapsed_ms: float


class Form(NamedTuple):
    """How an answer is wanted."""

    format: str
    excel: str | None
    limit: int | None


@blueprint.post("")
@public_write("reads only; needs POST for long statements", is_cross_origin=True)
def post() -> Response:
    """Run one reading statement."""
    arrived_at = time.monotonic()
    form = form_of(Parameters(*FORM))
    if request.mimetype != "application/json":
        raise Refusal(415, "body-not-json", media_type=request.mimetype or "–")
    request.max_content_length = MAX_BODY_BYTES  # of a chunked body too, which states no length
    try:
        asked = msgspec.json.decode(request.get_data(cache=False), type=SqlRequest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error
    if asked.limit is not None and not 1 <= asked.limit <= MAX_LIMIT:
        raise Refusal(
            400, "parameter-number", name="limit", value=asked.limit, minimum=1, maximum=MAX_LIMIT
        )
    form = form._replace(limit=form.limit or asked.limit)
    response, _ = run(asked, form, arrived_at)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
def get() -> Response:
    """Run one reading statement of an address; whoever holds the answer of this state of the
    catalogue keeps it.
    """
    arrived_at = time.monotonic()
    texts = texts_sent()
    plain = MultiDict(pair for pair in request.args.items(multi=True) if pair[0][:1] != SIGN)
    parameters = Parameters("sql", "params", *FORM, values=plain)
    form = form_of(parameters)
    sql = parameters.text("sql", max_length=services().settings.sandbox.max_sql_bytes)
    if "sql" not in request.args:
        raise Refusal(400, "parameter-missing", name="sql")
    text = parameters.text("params", "{}", max_length=MAX_BODY_BYTES)
    try:
        params = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error
    facts = f"{ENCODING}\n{datasets.generation(services().store)}\n{request.full_path}"
    etag = hashlib.sha256(facts.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(etag):
        response, is_repeatable = Response(status=304), True
    else:
        asked = SqlRequest(sql=sql, params=params)
        response, is_repeatable = run(asked, form, arrived_at, texts)
    if is_repeatable:
        response.set_etag(etag, weak=True)
    # What a clock or chance has a part in is never the same answer again.
    response.headers["Cache-Control"] = "no-cache" if is_repeatable else "no-store"
    response.vary.update(("Authorization", "Cookie"))
    return response


@blueprint.delete("/<query_id>")
@public_write("ends a query of the same caller, who alone knows its id", is_cross_origin=True)
def cancel(query_id: str) -> Response:
    """End a query of one's own, running or waiting."""
    if not services().sandbox.cancel(query_id, caller().client):
        raise Refusal(404, "query-unknown", query=query_id)
    return Response(status=204)


def form_of(parameters: Parameters) -> Form:
    """Return how an answer is wanted. Raises Refusal."""
    wanted = parameters.choice("format", FORMATS) or "json"
    excel = parameters.choice("excel", ("fr", "nl"))
    if excel and wanted != "csv":
        raise Refusal(400, "excel-only-csv", format=wanted)
    limit = parameters.number("limit", 0, minimum=1, maximum=MAX_LIMIT)
    return Form(wanted, excel, limit or None)


def run(
    asked: SqlRequest,
    form: Form,
    arrived_at: float,
    texts: dict[str, str] | None = None,
    pins: Pins | None = None,
) -> tuple[Response, bool]:
    """Answer a statement for whoever sends the request; say whether the answer stays the same for
    this state of the catalogue. Raises SandboxError, Refusal, AccountError.
    """
    asking = caller()
    if asking.scopes is not None and Scope.SQL not in asking.scopes:
        raise NotAllowed("scope-missing", scope=Scope.SQL.value)
    if not asked.sql.strip():
        raise Refused("empty")
    limits = _limits(form, is_signed_in=asking.is_signed_in)
    query_id = asked.query_id or request.headers.get("X-Query-Id") or secrets.token_hex(8)
    if not _QUERY_ID.fullmatch(query_id):
        raise Refusal(400, "query-id-unfit", query=query_id)
    here = services()
    when_client_leaves(partial(here.sandbox.cancel, query_id, asking.client))
    result = here.sandbox.run(
        asked.sql,
        snapshot=readable(asking.user_id),
        params=asked.params,
        texts=texts,
        pins=pins,
        client=asking.client,
        limits=limits,
        query_id=query_id,
        received_at=arrived_at,
    )
    with result:
        response = whole(
            _chunks(result, form),
            folder=here.store.objects.scratch(),
            room=_room(),
            max_bytes=limits.max_bytes,
            media_type=formats.FORMATS[form.format].media_type,
        )
    is_public = not any(map(is_own, result.versions))
    note(Kind.QUERY, *(label for label in result.versions if not is_own(label)))
    _state(response, result, limits, query_id)
    if form.format != "json":
        ending = f"{'-excel-' + form.excel if form.excel else ''}.{form.format}"
        response.headers.set("Content-Disposition", "attachment", filename=f"query{ending}")
    # A table of one's own may be another tomorrow, of the same name.
    return response, result.is_repeatable and is_public


def _limits(form: Form, *, is_signed_in: bool) -> QueryLimits:
    settings = services().settings
    rows = form.limit
    if rows is None and form.format == "json":
        rows = settings.sandbox.max_json_rows
    return query_limits(settings, is_signed_in=is_signed_in, max_rows=rows)


def _chunks(result: Result, form: Form) -> Any:
    if form.format == "json":
        return formats.sql_answer(result)
    if form.format == "arrow":
        return result.stream()
    if form.excel is not None:
        return formats.csv(result, excel="fr" if form.excel == "fr" else "nl")
    return formats.FORMATS[form.format].encode(result)


def _state(response: Response, result: Result, limits: QueryLimits, query_id: str) -> None:
    """Say in headers what the body says in JSON only: versions, engine, cut or whole, and the
    limits.
    """
    headers = response.headers
    headers["X-Query-Id"] = query_id
    headers["X-Engine"] = result.engine
    versions = msgspec.json.encode(result.versions)
    headers["X-Versions-Count"] = str(len(result.versions))
    if len(versions) <= MAX_VERSIONS_BYTES:
        headers["X-Versions"] = versions.decode()
    headers["X-Row-Count"] = str(result.row_count)
    headers["X-Truncated"] = "true" if result.truncated else "false"
    headers["X-Deadline-Seconds"] = f"{limits.deadline_s:g}"
    headers["X-Max-Rows"] = str(limits.max_rows) if limits.max_rows else "none"
    headers["X-Max-Bytes"] = str(limits.max_bytes)
    headers["Content-Language"] = language()


def _room() -> Room:
    found: Room = current_app.extensions.setdefault(_ROOM, Room())
    return found
