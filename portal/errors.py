"""What every fault looks like from outside: its status, its code, its sentence. One table, for the
API and the pages alike.

The rooms below raise a code with its parameters and know neither HTTP nor languages.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from flask import request
from werkzeug.exceptions import HTTPException

from catalogue.errors import CatalogueError, Conflict, Gone, NotFound, StoreError
from catalogue.views import ViewError
from portal.accounts.errors import AccountError
from portal.messages import sentence
from sandbox.errors import SandboxError
from sandbox.messages import Language, message_of
from sandbox.packs.errors import PackError
from sandbox.replay.errors import ReplayError

STATUS: dict[type[CatalogueError], int] = {
    NotFound: 404,
    Gone: 410,
    Conflict: 409,
    StoreError: 503,
    ViewError: 400,
    PackError: 400,
    ReplayError: 400,
}
_STATUS_OF_CODE = {"view-too-slow": 408, "view-too-large": 413, "chart-too-many-points": 413}
_STATUS_OF_CODE |= {"replay-unknown": 404, "replay-file-unknown": 404, "replay-broken": 500}
_STATUS_OF_CODE |= dict.fromkeys(("pack-too-large", "pack-too-heavy", "pack-table-too-large"), 413)
KEPT_HEADERS = ("Allow", "Retry-After", "Content-Range")
RETRY_STORE_S = 5

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


class Refusal(Exception):
    """A call that cannot be answered, with its status, code and parameters."""

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, **params: Any
    ) -> None:
        super().__init__(f"{status} {code}: {params}")
        self.status = status
        self.code = code
        self.params = params
        self.headers = dict(headers or {})


class Fault(NamedTuple):
    """What a caller is told; `line` and `column` count from 1, where a text of hers is at fault."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = {}
    line: int | None = None
    column: int | None = None


def fault_of(error: Exception, lang: str) -> Fault:
    """Return what to tell of an error of the current request; a fault of ours is logged, with its
    traceback where it was not foreseen.
    """
    fault = _fault_of(error, lang)
    if fault is None:
        _LOG.error("%s failed", request.path, exc_info=error)
        return Fault(500, "fault-of-ours", sentence("fault-of-ours", {}, lang))
    if fault.status >= 500 and not isinstance(error, HTTPException):
        _LOG.error("%s failed: %s", request.path, error)
    return fault


def _fault_of(error: Exception, lang: str) -> Fault | None:
    if isinstance(error, Refusal):
        message = sentence(error.code, error.params, lang)
        return Fault(error.status, error.code, message, error.headers)
    if isinstance(error, CatalogueError):
        return _of_the_catalogue(error, lang)
    if isinstance(error, AccountError):
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        headers |= _retry(error.retry_after_s)
        return Fault(error.status, error.code, sentence(error.code, error.params, lang), headers)
    if isinstance(error, SandboxError):
        message = message_of(error, cast(Language, lang))
        headers = _retry(error.retry_after_s)
        return Fault(error.status, error.code, message, headers, error.line, error.column)
    if isinstance(error, HTTPException):
        return _of_http(error, lang)
    return None


def _of_http(error: HTTPException, lang: str) -> Fault:
    status = error.code or 500
    code = _HTTP_CODES.get(status, "request-refused")
    params = {
        "path": request.path,
        "method": request.method,
        "status": status,
        "maximum": request.max_content_length,
    }
    kept = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    return Fault(status, code, sentence(code, params, lang), kept)


def _of_the_catalogue(error: CatalogueError, lang: str) -> Fault:
    status = next((value for kind, value in STATUS.items() if isinstance(error, kind)), 500)
    status = _STATUS_OF_CODE.get(error.code, status)
    headers = _retry(RETRY_STORE_S if status == 503 else None)
    return Fault(status, error.code, sentence(error.code, error.params, lang), headers)


def _retry(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}
