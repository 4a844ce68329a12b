"""Turns what requests, urllib3 and a server's error answer say into a FetchError with a code."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import requests
import urllib3.exceptions

from catalogue import http_body, net_guard, politeness
from catalogue.errors import FetchError

# How OGC services report an error, whatever the prefix of the namespace.
_EXCEPTION_TEXT = re.compile(rb"<(?:\w+:)?(?:ExceptionText|ServiceException)\b[^>]*>([^<]{1,600})<")


def status_error(response: requests.Response, body: bytes) -> FetchError:
    """Make an error of an answer's status, with the portal's own words where it has any."""
    try:
        said: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        said = None
    message = said.get("message") or said.get("error") if isinstance(said, dict) else said
    if isinstance(message, dict):
        message = message.get("message")
    if message is None and (found := _EXCEPTION_TEXT.search(body)):
        message = found.group(1).decode("utf-8", "replace")
    return FetchError(
        "http-status",
        url=http_body.redact(response.url),
        status=response.status_code,
        message=http_body.excerpt(message) if isinstance(message, str) else None,
        retry_after_s=politeness.asked_wait_s(response.headers, said),
    )


@contextmanager
def translated(url: str, watch: net_guard.Watch) -> Iterator[None]:
    """Turn what requests and urllib3 raise into FetchError with the (redacted) URL."""
    try:
        yield
    except FetchError as error:
        if watch.is_expired and error.code in ("truncated", "bad-encoding"):
            raise FetchError("timeout", url=http_body.redact(url), phase="deadline") from error
        if "url" in error.params:
            raise
        raise FetchError(error.code, url=http_body.redact(url), **error.params) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        code, params = _named(error, watch)
        raise FetchError(code, url=http_body.redact(url), **params) from error


def _named(error: Exception, watch: net_guard.Watch) -> tuple[str, dict[str, Any]]:
    if watch.is_expired:
        return "timeout", {"phase": "deadline"}
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
        return "bad-certificate", {}
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return "tls-failed", {}
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "timeout", {"phase": "connect"}
    if isinstance(error, requests.exceptions.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
        return "timeout", {"phase": "read"}
    if isinstance(error, requests.exceptions.ConnectionError):
        return "connect-failed", {}
    for cause in _causes(error):
        if isinstance(cause, urllib3.exceptions.IncompleteRead):
            return "truncated", _counts(cause)
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "truncated", {}
    return "bad-url", {}


def _counts(error: urllib3.exceptions.IncompleteRead) -> dict[str, Any]:
    """Return how much came of how much; urllib3 states what is left, and nothing for chunks."""
    received, left = error.partial, error.expected
    if not isinstance(received, int) or not isinstance(left, int):
        return {}
    return {"received_bytes": received, "expected_bytes": received + left}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk what an exception was made of: its chain and the exceptions in its arguments."""
    todo: list[BaseException] = [error]
    seen: set[int] = set()
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        linked = (current.__cause__, current.__context__, getattr(current, "reason", None))
        todo.extend(item for item in (*linked, *current.args) if isinstance(item, BaseException))
