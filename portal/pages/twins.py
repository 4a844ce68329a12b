"""The facts of a page as a file: JSON with a validator, CSV plain or for a local Excel."""

from typing import Any

import msgspec
import pyarrow as pa
from flask import Response, request

from portal.i18n import reader_language
from sandbox.formats.csv import Excel, csv
from sandbox.formats.source import Table


def json_twin(body: Any) -> Response:
    """Give facts as JSON; who holds the same bytes already gets 304."""
    response = Response(msgspec.json.encode(body), mimetype="application/json")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def csv_twin(rows: list[dict[str, Any]], name: str, excel: Excel | None = None) -> Response:
    """Give rows as CSV under a file name; for `excel` no cell is taken for a formula."""
    table = pa.Table.from_pylist(rows) if rows else pa.table({"id": pa.array([], pa.string())})
    body = b"".join(csv(Table(table.schema, iter(table.to_batches())), excel=excel))
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    ending = f"-excel-{excel}" if excel else ""
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}{ending}.csv")
    return response
