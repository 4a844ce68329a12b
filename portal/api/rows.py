"""Rows of a table: filtered, sorted, a page at a time by the last row seen.

The address of the next page pins the version, so that nobody who pages through a table sees half of
one version and half of the next.
"""

from typing import Any
from urllib.parse import urlencode

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from flask import Blueprint, Response

from catalogue.records import Version
from catalogue.store import versions
from catalogue.store.usage import Kind
from catalogue.views import View
from portal import preview
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import view_of, view_parameters
from portal.api.tables import require_table
from portal.context import services
from portal.counting import note
from portal.errors import Refusal
from sandbox import formats

LIMIT = 100
MAX_LIMIT = 1000
MAX_NUMBER = 1_000_000_000_000

blueprint = Blueprint("api_rows", __name__, url_prefix="/api/v1/tables")
install(blueprint)


class ColumnBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column by its name and its type in SQL."""

    name: str
    type: str


class RowList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some rows of a version, out of the `count` that were asked for.

    `numbers` are their places in the version, from 1; `next` is the address of the rows that come
    after, or null at the end.
    """

    table: str
    version: int
    sha256: str
    count: int
    columns: list[ColumnBrief]
    numbers: list[int]
    rows: list[dict[str, Any]]
    next: str | None


@blueprint.get("/<name>/rows")
def page(name: str) -> Response:
    """Read rows of a table; `docks__gte=20` and the like narrow them, `after` goes on."""
    parameters = view_parameters("version", "limit", "after")
    require_table(name)
    limit = parameters.number("limit", LIMIT, minimum=1, maximum=MAX_LIMIT)
    after = parameters.number("after", 0, maximum=MAX_NUMBER)
    number = parameters.number("version", 0, maximum=MAX_NUMBER)
    version = versions.get(services().store, name, number or None)
    view = view_of(version.columns)
    if after > version.row_count:
        raise Refusal(
            400, "parameter-number", name="after", value=after, minimum=0, maximum=version.row_count
        )
    file = services().store.objects.parquet_path(version.sha256)
    found = preview.page(
        services().views, file, view, version.columns, limit=limit, after=after or None
    )
    if not after:
        note(Kind.QUERY, name)
    return json_answer(
        RowList(
            table=name,
            version=version.n,
            sha256=version.sha256,
            count=found.count,
            columns=[ColumnBrief(name=one.name, type=one.type) for one in version.columns],
            numbers=found.numbers,
            rows=_as_json(pq.read_schema(file), found),
            next=_next(version, view, found, limit, after),
        )
    )


def _as_json(schema: pa.Schema, page: preview.Page) -> list[dict[str, Any]]:
    """Write the rows as `/data/<table>.json` does."""
    columns = [
        pa.array([row[place] for row in page.rows], field.type)
        for place, field in enumerate(schema)
    ]
    batch = pa.RecordBatch.from_arrays(columns, schema=schema)
    written = formats.FORMATS["json"].encode(formats.Table(schema, iter([batch])))
    found: list[dict[str, Any]] = msgspec.json.decode(b"".join(written))
    return found


def _next(version: Version, view: View, page: preview.Page, limit: int, after: int) -> str | None:
    # With nothing to go on from, or fewer than asked for, this is the end.
    if len(page.numbers) < limit or (not after and page.count == len(page.numbers)):
        return None
    pairs = [
        *view.pairs(),
        ("version", str(version.n)),
        ("limit", str(limit)),
        ("after", str(page.numbers[-1])),
    ]
    return f"/api/v1/tables/{version.table}/rows?{urlencode(pairs)}"
