"""Serves the built browser assets: named by their hash, precompressed, cached for ever."""

import json
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, send_from_directory, url_for

BUILD = Path(__file__).parent / "static" / "build"
YEAR_S = 31_536_000

# Browsers refuse a module with another type, and the system's table of types may lack or change
# these.
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

blueprint = Blueprint("assets", __name__)


class AssetsMissing(Exception):
    """The browser assets were not built: `pip install -e .` builds them."""

    code = "assets-missing"


@cache
def manifest() -> dict[str, str]:
    """Return the names of the sources with their hashed files. Raises AssetsMissing."""
    try:
        text = (BUILD / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AssetsMissing("the browser assets were not built: run `pip install -e .`") from error
    names: dict[str, str] = json.loads(text)
    return names


def asset(name: str) -> str:
    """Return the address of an asset by the name of its source, such as `app.js`."""
    return url_for("assets.serve", name=manifest()[name])


def init_app(app: Flask) -> None:
    """Serve the assets and give templates `asset()`. Raises AssetsMissing."""
    manifest()
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


@blueprint.get("/assets/<name>")
def serve(name: str) -> Response:
    """Send one file, in the best encoding that lies beside it."""
    if name.startswith(".") or name == "manifest.json":
        abort(404)
    suffix = Path(name).suffix
    encoding = next(
        (
            coding
            for coding, ending in (("br", ".br"), ("gzip", ".gz"))
            if request.accept_encodings[coding] > 0 and (BUILD / f"{name}{ending}").is_file()
        ),
        None,
    )
    ending = {"br": ".br", "gzip": ".gz", None: ""}[encoding]
    response = send_from_directory(BUILD, name + ending, max_age=YEAR_S, conditional=True)
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    response.headers["Content-Type"] = (
        f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    )
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    # Everything but the licences carries its hash in its name.
    response.cache_control.immutable = suffix != ".txt"
    return response
