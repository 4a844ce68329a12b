"""Harvests OGC API Features: each collection is a dataset, its items a table.

Specification: https://docs.ogc.org/is/17-069r4/17-069r4.html . Read from GeoServer, from the
data-api of geOrchestra, ldproxy and pygeoapi. The format is asked for by `Accept`, which all of
them obey; `f`, whose values differ, only where a page for people comes instead. data-api sends a
next page behind the last: what it counts decides. The source's URL may name the collections
wanted, `?collection=…`, which may repeat.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, features, paging
from harvesters.contract import Harvester, Raw
from harvesters.ogcapi_record import parse

ACCEPT = "application/geo+json, application/json;q=0.9, */*;q=0.1"
PARAMETERS = frozenset({"collection"})
_FORMATS = (None, "json", "application/geo+json")
_NOT_UNDERSTOOD = (400, 406, 415)
_MOST_PAGES = 10_000


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every collection of the service that the source wants."""
    address, wanted = _address(source.url)
    url = f"{address}/collections"
    seen: set[str] = set()
    for body in _collections(fetch, url):
        row_id = str(body.get("id") or body.get("name") or "") if isinstance(body, dict) else ""
        if wanted and row_id not in wanted:
            continue
        row = paging.Row(row_id or f"#{len(seen)}", body, row_id in seen)
        seen.add(row_id)
        yield paging.raw(row, address)


def download(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    """Write the items of a collection as one GeoJSON file."""
    url = distribution.url
    pieces = features.gathered(lambda: _pages(fetch, url), url)
    name = f"{distribution.table or distribution.remote_id}.geojson"
    return assembled.keep(pieces, fetch, folder, known, name=name, url=url)


def _address(url: str) -> tuple[str, set[str]]:
    parts = urlsplit(url)
    path = parts.path.partition("/collections")[0].rstrip("/")
    wanted = {value for name, value in parse_qsl(parts.query) if name == "collection"}
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), wanted


def _collections(fetch: Fetch, url: str) -> Iterator[Any]:
    visited: set[str] = set()
    following: str | None = url
    while following is not None and following not in visited:
        visited.add(following)
        body = _asked(fetch, following, "collections")
        yield from body["collections"]
        following = _next(body, following)


def _pages(fetch: Fetch, url: str) -> Iterator[features.Page]:
    """Yield page after page, as the links of the service lead."""
    visited: set[str] = set()
    following: str | None = f"{url}?limit={features.PAGE_ROWS}"
    while following is not None and following not in visited and len(visited) < _MOST_PAGES:
        visited.add(following)
        body = _asked(fetch, following, "features")
        yield features.page(body, url)
        following = _next(body, following)


def _asked(fetch: Fetch, url: str, key: str) -> dict[str, Any]:
    """Return the JSON at an address, in whichever way the service gives it."""
    refusal: FetchError | None = None
    for spelling in _FORMATS:
        joint = "&" if "?" in url else "?"
        asked = url if spelling is None else f"{url}{joint}f={quote(spelling)}"
        try:
            content = fetch.get_page(asked, accept=ACCEPT).content
            body = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
        except FetchError as error:
            # ldproxy of Flanders knows one spelling of `f` and refuses the other with 400
            is_unknown = spelling is not None and error.params.get("status") in _NOT_UNDERSTOOD
            if error.code != "html-instead-of-data" and not is_unknown:
                raise
            refusal = refusal or error
            continue
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            refusal = FetchError("unexpected-answer", url=url, expected=key)
            continue
        if isinstance(body, dict) and isinstance(body.get(key), list):
            return body
        refusal = FetchError("unexpected-answer", url=url, expected=key)
        break  # it is JSON, and says something else
    raise refusal or FetchError("unexpected-answer", url=url, expected=key)


def _next(body: dict[str, Any], url: str) -> str | None:
    """Return the next page, on the host that was asked: behind a proxy, services name another
    scheme or port.
    """
    links = body.get("links")
    for link in links if isinstance(links, list) else []:
        if (
            isinstance(link, dict)
            and link.get("rel") == "next"
            and isinstance(link.get("href"), str)
        ):
            own, there = urlsplit(url), urlsplit(urljoin(url, link["href"]))
            if there.hostname != own.hostname:
                raise FetchError("unexpected-answer", url=url, expected="links.next")
            return str(urlunsplit((own.scheme, own.netloc, there.path, there.query, "")))
    return None


OGCAPI = Harvester(records=records, parse=parse, url_parameters=PARAMETERS, download=download)
