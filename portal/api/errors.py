"""Gives every error below `/api` and `/data` one JSON shape, with a sentence in the reader's
language.

    {"error": {"code", "message", "line", "column"}}

The rooms below raise a code with its parameters; here it gets its status and its sentence. A
statement's line and column count from 1.
"""

import logging
from collections.abc import Mapping
from typing import Any, cast

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.routing import RequestRedirect

from catalogue.errors import CatalogueError, Conflict, NotFound, StoreError
from portal.accounts.errors import AccountError
from portal.api.context import language
from portal.messages import sentence
from sandbox.errors import SandboxError
from sandbox.messages import Language, message_of

PATHS = ("/api/", "/data/", "/healthz")

_LOG = logging.getLogger(__name__)
_HTTP_CODES = {
    400: "request-unreadable",
    404: "address-unknown",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "media-type-unsupported",
    416: "range-not-satisfiable",
    500: "fault-of-ours",
}
_STATUS: dict[type[CatalogueError], int] = {NotFound: 404, Conflict: 409, StoreError: 503}


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What went wrong; `line` and `column` only where a text sent by the caller is at fault."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of every error."""

    error: Fault


class ApiError(Exception):
    """A call that cannot be answered, with its status, code and parameters."""

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, **params: Any
    ) -> None:
        super().__init__(f"{status} {code}: {params}")
        self.status = status
        self.code = code
        self.params = params
        self.headers = dict(headers or {})


def install(blueprint: Blueprint) -> None:
    """Let a blueprint answer its own errors in JSON."""
    blueprint.register_error_handler(ApiError, _api_error)
    blueprint.register_error_handler(CatalogueError, _catalogue_error)
    blueprint.register_error_handler(AccountError, account_error)
    blueprint.register_error_handler(SandboxError, _sandbox_error)
    blueprint.register_error_handler(Exception, _fault_of_ours)
    # Handlers by status go before the application's handler of Exception, which gives pages.
    for status in default_exceptions:
        blueprint.register_error_handler(status, http_error)


def is_ours(path: str) -> bool:
    """Tell whether an address is answered in JSON, its errors too."""
    return path.startswith(PATHS)


def answer_unknown_address() -> Response | None:
    """Answer an address or method below ours that no route has, before it becomes a page."""
    fault = request.routing_exception
    if fault is None or isinstance(fault, RequestRedirect) or not is_ours(request.path):
        return None
    return http_error(fault)


def error_response(
    status: int,
    fault: Fault,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the answer of an error; nobody may keep it."""
    response = Response(
        msgspec.json.encode(ErrorAnswer(error=fault)), status=status, mimetype="application/json"
    )
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(dict(headers or {}))
    return response


def http_error(error: HTTPException) -> Response:
    """Answer an error that Flask or Werkzeug found: unknown address, wrong method, unreadable
    body.
    """
    status = error.code or 500
    code = _HTTP_CODES.get(status, "request-refused")
    params = {"path": request.path, "method": request.method, "status": status}
    kept = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "Content-Range")
    }
    return error_response(status, _fault(code, params), kept)


def account_error(error: AccountError) -> Response:
    """Answer a refusal for want of rights."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    return error_response(error.status, _fault(error.code, error.params), headers)


def _api_error(error: ApiError) -> Response:
    return error_response(error.status, _fault(error.code, error.params), error.headers)


def _catalogue_error(error: CatalogueError) -> Response:
    status = next((value for kind, value in _STATUS.items() if isinstance(error, kind)), 500)
    if status >= 500:
        _LOG.error("%s failed: %s", request.path, error)
    return error_response(status, _fault(error.code, error.params))


def _sandbox_error(error: SandboxError) -> Response:
    if error.status >= 500:
        _LOG.error("A query failed: %s", error)
    lang = cast(Language, language())
    fault = Fault(
        code=error.code, message=message_of(error, lang), line=error.line, column=error.column
    )
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return error_response(error.status, fault, headers)


def _fault_of_ours(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return http_error(error)
    _LOG.error("%s failed", request.path, exc_info=error)
    return error_response(500, _fault("fault-of-ours", {}))


def _fault(code: str, params: Mapping[str, Any]) -> Fault:
    return Fault(code=code, message=sentence(code, params, language()))
