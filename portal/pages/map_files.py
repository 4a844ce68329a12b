"""The ground of the maps as files: named by their hash, packed once, kept by browsers for ever."""

import gzip
from functools import lru_cache

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.context import services

YEAR_S = 31_536_000
TYPES = {"geojson": "application/geo+json", "svg": "image/svg+xml"}

blueprint = Blueprint("map_files", __name__)


@blueprint.get("/map/ground-<sha>.<any(geojson, svg):kind>")
def serve(sha: str, kind: str) -> BaseResponse:
    """Send the ground; whoever asks for an older one is led to the present one."""
    current = services().ground.current()
    if sha != current.hashes[kind]:
        moved = redirect(ground_address(kind), 302)
        moved.headers["Cache-Control"] = "no-cache"
        return moved
    content = current.contents[kind]
    is_packed = request.accept_encodings["gzip"] > 0
    response = Response(_packed(content) if is_packed else content, mimetype=TYPES[kind])
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response


def ground_address(kind: str) -> str:
    """Return where a file of the ground lies: `geojson`, or the `svg` of the drawings."""
    sha = services().ground.current().hashes[kind]
    return url_for("map_files.serve", sha=sha, kind=kind)


@lru_cache(maxsize=4)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
