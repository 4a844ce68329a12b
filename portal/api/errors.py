"""Gives every error below `/api` and `/data` one JSON shape, with a sentence in the reader's
language.

    {"error": {"code", "message", "line", "column"}}

Status and sentence come from the one table of `portal.errors`.
"""

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import default_exceptions
from werkzeug.routing import RequestRedirect

from catalogue.errors import CatalogueError
from portal.accounts.errors import AccountError
from portal.context import language
from portal.errors import Refusal, fault_of
from sandbox.errors import SandboxError

PATHS = ("/api/", "/data/", "/replay/", "/healthz")
# The twins of pages have these endings.
TWINS = (".json", ".csv", ".geojson")


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What went wrong; `line` and `column` only where a text sent by the caller is at fault."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of every error."""

    error: Fault


def install(blueprint: Blueprint) -> None:
    """Let a blueprint answer its own errors in JSON."""
    for kind in (Refusal, CatalogueError, AccountError, SandboxError, Exception):
        blueprint.register_error_handler(kind, error_answer)
    # Handlers by status go before the application's handler of Exception, which gives pages.
    for status in default_exceptions:
        blueprint.register_error_handler(status, error_answer)


def is_ours(path: str) -> bool:
    """Tell whether an address is answered in JSON, its errors too."""
    return path.startswith(PATHS) or path.endswith(TWINS)


def answer_unknown_address() -> Response | None:
    """Answer an address or method below ours that no route has, before it becomes a page."""
    fault = request.routing_exception
    if fault is None or isinstance(fault, RequestRedirect) or not is_ours(request.path):
        return None
    return error_answer(fault)


def error_answer(error: Exception) -> Response:
    """Answer an error; nobody may keep it."""
    found = fault_of(error, language())
    fault = Fault(code=found.code, message=found.message, line=found.line, column=found.column)
    response = Response(
        msgspec.json.encode(ErrorAnswer(error=fault)),
        status=found.status,
        mimetype="application/json",
    )
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(dict(found.headers))
    return response
