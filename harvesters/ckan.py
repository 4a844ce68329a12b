"""Harvests CKAN's Action API, and DKAN, which only looks like it.

Documentation: https://docs.ckan.org/en/latest/api/ . Calls go through ckanapi, over our own
session. Sorted by id, since an id never changes: sorted by date, a record edited while we read
would jump over the page boundary. An answer with status 200 may be an error: `success` says so.
The source's URL may carry `q` and `fq` (Solr filters), for example `?fq=organization:kortrijk`.
"""

import ast
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import ckanapi
import ckanapi.errors

from catalogue import http_body
from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import RunIssue, Source
from harvesters import paging
from harvesters.ckan_record import parse
from harvesters.contract import Harvester, Raw

PAGE_ROWS = 100  # `ckan.search.rows_max` is 1000 at most, but such a page may weigh 50 MB
PARAMETERS = frozenset({"q", "fq"})
_CKANAPI_ERRORS = (ckanapi.errors.CKANAPIError, ckanapi.errors.ServerIncompatibleError)


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset of the portal that passes the source's filters."""
    address, filters = _address(source.url)
    portal = ckanapi.RemoteCKAN(
        address, user_agent=fetch.settings.user_agent, get_only=True, session=fetch.session
    )
    portal.base_url = "api/3/action/"  # DKAN knows no other; ckanapi's default has no version

    def read(offset: int) -> paging.Page:
        found = _call(
            portal, "package_search", **filters, sort="id asc", rows=PAGE_ROWS, start=offset
        )
        return _page(found, address)

    try:
        first = read(0)
    except FetchError as error:
        if not _has_no_search(error):
            raise
        yield from _one_by_one(portal, address)
        return
    # The first page is not asked for twice.
    ahead = {0: first}
    pages = paging.rows(lambda at: ahead.pop(at, None) or read(at), _id, url=address)
    for row in pages:
        yield paging.raw(row, f"{address}/")


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return the portal's own address, whatever part of its API was given, and the filters."""
    parts = urlsplit(url)
    path = parts.path.partition("/api/")[0].rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), dict(parse_qsl(parts.query))


def _id(body: Any, position: int) -> str:
    found = body.get("id") or body.get("name") if isinstance(body, dict) else None
    return str(found) if found else f"#{position}"


def _page(found: Any, address: str) -> paging.Page:
    """Return the rows of an answer to package_search. DKAN gives a list where CKAN an object."""
    if isinstance(found, list):
        rows = found[0] if len(found) == 1 and isinstance(found[0], list) else found
        return paging.Page(rows, len(rows))
    results = found.get("results") if isinstance(found, dict) else None
    count = found.get("count") if isinstance(found, dict) else None
    if not isinstance(results, list) or not isinstance(count, int | None):
        raise FetchError("unexpected-answer", url=address, expected="results, count")
    return paging.Page(results, count)


def _one_by_one(portal: Any, address: str) -> Iterator[Raw]:
    """Read a portal that has no search: the list of names, then each."""
    names = _call(portal, "package_list")
    if not isinstance(names, list):
        raise FetchError("unexpected-answer", url=address, expected="list of names")
    for position, name in enumerate(dict.fromkeys(map(str, names))):
        try:
            found = _call(portal, "package_show", id=name)
        except FetchError as error:
            if error.params.get("type") != "Not Found Error":
                raise
            gone = RunIssue(code="record-missing", params={"remote_id": name})
            yield Raw(remote_id=name, body={}, problem=gone)
            continue
        body = found[0] if isinstance(found, list) and found else found
        yield paging.raw(paging.Row(_id(body, position), body), f"{address}/")


def _has_no_search(error: FetchError) -> bool:
    """Say whether a portal answered that it does not know package_search."""
    if error.code == "http-status":
        return error.params.get("status") == 404
    message = str(error.params.get("message", ""))
    return error.code == "portal-error" and (
        error.params.get("type") == "Not Found Error" or "Action name not known" in message
    )


def _call(portal: Any, action: str, **parameters: Any) -> Any:
    """Call an action; whatever ckanapi makes of a wrong answer becomes a FetchError."""
    try:
        return portal.call_action(action, parameters)
    except _CKANAPI_ERRORS as error:
        kind, message = _said(error)
        raise FetchError(
            "portal-error", url=portal.address, action=action, type=kind, message=message
        ) from error
    except KeyError as error:  # "success" without "result"
        raise FetchError("unexpected-answer", url=portal.address, expected="result") from error


def _said(error: Exception) -> tuple[str | None, str]:
    """Return the type and the words of an error, out of what ckanapi made of it."""
    names = {"NotFound": "Not Found Error", "NotAuthorized": "Authorization Error"}
    kind = names.get(type(error).__name__)
    text = str(error)
    try:
        # ckanapi raises repr([url, status, body]) for answers that it does not know
        _url, _status, body = ast.literal_eval(text)
        text = body
        said = json.loads(body)
        text = said.get("error", text) if isinstance(said, dict) else said
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        pass  # then the words are all there is
    if isinstance(text, dict):
        kind, text = text.get("__type"), text.get("message")
    return kind, http_body.excerpt(str(text))


CKAN = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
