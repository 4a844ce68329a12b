"""Gives readings: JSON with a validator, headers for callers of other origins, limits stated in
headers.
"""

from typing import Any

import msgspec
from flask import Response, request

from portal.api.errors import is_ours
from portal.context import language

EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Language, Content-Length, Content-Location, "
    "Content-Range, ETag, Last-Modified, Link, Repr-Digest, Retry-After, X-Deadline-Seconds, "
    "X-Engine, X-Left-Out, X-Max-Bytes, X-Max-Rows, X-Query-Id, X-Row-Count, X-Truncated, "
    "X-Replay, X-Replay-At, X-Replay-Fault, X-Versions, X-Versions-Count"
)
# What is no JSON and stands beside the pages: feeds, charts, citations, test packs.
_OPEN = (
    ".atom", ".svg", ".png", ".txt", ".bib", ".ris", ".zip", ".sha256", ".ttl", ".jsonld", ".rdf",
)  # fmt: skip
_ENCODER = msgspec.json.Encoder()


def json_answer(body: Any, *, status: int = 200) -> Response:
    """Give a record as JSON, with a weak ETag over its bytes where it answers a reading."""
    response = Response(_ENCODER.encode(body), status=status, mimetype="application/json")
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept-Language", "Authorization", "Cookie"))
    if request.method in ("GET", "HEAD"):
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag(weak=True)
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def allow_other_origins(response: Response) -> Response:
    """Let pages of any origin read what everyone may read; no cookie ever travels with that."""
    if not is_ours(request.path) and not request.path.endswith(_OPEN):
        return response
    is_reading = request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(
        ("/api/v1/sql", "/api/v1/check")
    )
    if not is_reading:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, DELETE, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = (
            "Authorization, Content-Type, Range, If-Range, If-None-Match, X-Query-Id"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
