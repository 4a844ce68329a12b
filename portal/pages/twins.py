"""The same as a page shows, as JSON: for whoever reads by program."""

from typing import Any

import msgspec
from flask import Response, request

from portal.i18n import reader_language


def json_twin(body: Any) -> Response:
    """Answer with a record as JSON that any page may read, with a validator over its bytes."""
    response = Response(msgspec.json.encode(body), mimetype="application/json")
    response.headers["Content-Language"] = reader_language()
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
