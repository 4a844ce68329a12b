"""Lets browsers keep the pages of anonymous readers and ask whether anything changed, at the price
of one SELECT.

The weak ETag is made of what such a page depends on: the catalogue's generation, the address, the
version of the platform. Pages that also depend on runs, accounts or the sandbox are never kept.
"""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from portal.accounts.sign_in import COOKIE
from portal.context import services
from portal.state import state_of
from portal.version import version

_KEPT = (
    "home",
    "search",
    "dataset",
    "dataset_chart",
    "dataset_columns",
    "dataset_contributions",
    "dataset_map",
    "dataset_row",
    "dataset_versions",
    "dataset_feed",
    "dataset_quality",
    "embed",
    "report",
    "players",
    "forum",
    "own_themes",
    "packs",
    "schemas",
    "api_guide",
    "about",
    "publish",
)
# Readings of the API that depend on the catalogue alone; they have validators of their own.
_KEPT_READINGS = ("api_datasets", "api_results", "api_rows", "api_tables", "health")


def is_keepable(app: Flask, path: str) -> bool:
    """Tell whether an address is one whose answer may be kept, or given to all who wait for it."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    blueprint = str(endpoint).rpartition(".")[0].removesuffix("_in_language")
    return blueprint in _KEPT or blueprint in _KEPT_READINGS


def init_app(app: Flask) -> None:
    """Answer 304 where a page is unchanged, and mark the pages that may be kept."""
    app.before_request(_answer_unchanged)
    app.after_request(_mark)


def _answer_unchanged() -> Response | None:
    g.page_etag = g.kept_state = None
    g.is_page = request.blueprint in _KEPT
    is_reading = request.method in ("GET", "HEAD")
    is_personal = COOKIE in request.cookies or "Authorization" in request.headers
    if not is_reading or is_personal:
        return None
    if request.blueprint in _KEPT_READINGS:
        with suppress(sa.exc.SQLAlchemyError):  # the view says it
            g.kept_state = state_of(services())
    if not g.is_page:
        return None
    g.kept_state = state_of(services())
    facts = f"{g.kept_state}\n{request.full_path}\n{_code_version()}"
    g.page_etag = hashlib.sha256(facts.encode()).hexdigest()[:24]
    if request.if_none_match.contains_weak(g.page_etag):
        return _with_etag(Response(status=304))
    return None


def _mark(response: Response) -> Response:
    if response.mimetype != "text/html" or response.status_code == 304:
        return response
    if g.get("page_etag") and response.status_code == 200:
        return _with_etag(response)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def mark_kept(response: Response) -> Response:
    """Mark an answer beside the pages, made of the same things, as one that may be kept."""
    return _with_etag(response) if g.get("page_etag") else response


def _with_etag(response: Response) -> Response:
    response.set_etag(g.page_etag, weak=True)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.vary.update(("Authorization", "Cookie"))
    return response


@cache
def _code_version() -> str:
    """Change with every release, and with every edit of a checkout."""
    folder = Path(__file__).resolve().parent.parent
    kinds = (
        "*.py",
        "templates/**/*.html",
        "translations/**/*.mo",
        "pages/**/*.py",
        "static/build/*.json",
    )
    newest = max(file.stat().st_mtime_ns for kind in kinds for file in folder.glob(kind))
    return f"{version()}-{newest}"
