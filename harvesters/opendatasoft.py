"""Harvests the Explore API v2.1 of Opendatasoft portals (now also sold as Huwise).

Specification: https://help.opendatasoft.com/apis/ods-explore-v2/ . Pages are sorted by
`dataset_id`: unsorted, the catalogue repeats some datasets and never shows others (seen on Paris:
473 of 490). `offset + limit` must stay below 10,000; a larger catalogue is read in one export.
The source's URL may carry `where`, `refine`, `exclude` (each may repeat) and `lang`, for example
`?refine=publisher:Ville de Tournai`.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters import paging
from harvesters.contract import Harvester, Raw
from harvesters.opendatasoft_record import parse

PAGE_ROWS = 100
WINDOW = 10_000
_MAX_EXPORT_BYTES = 500 << 20
PARAMETERS = frozenset({"where", "refine", "exclude", "lang"})


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset of the catalogue that passes the source's filters."""
    address, filters = _address(source.url)
    catalogue = f"{address}/api/explore/v2.1/catalog"

    def read(offset: int) -> paging.Page:
        window = [("limit", str(PAGE_ROWS)), ("offset", str(offset)), ("order_by", "dataset_id")]
        return _page(fetch.get_json(f"{catalogue}/datasets", [*filters, *window]), catalogue)

    first = read(0)
    if (first.total or 0) >= WINDOW - PAGE_ROWS:
        yield from _exported(fetch, catalogue, filters, first.total or 0, address)
        return
    ahead = {0: first}  # the first page is not asked for twice
    pages = paging.rows(lambda at: ahead.pop(at, None) or read(at), _id, url=catalogue)
    for row in pages:
        yield paging.raw(row, address)


def _address(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the portal's own address, whatever page of it was given, and the filters."""
    parts = urlsplit(url)
    path = parts.path.partition("/api/")[0].partition("/explore")[0].rstrip("/")
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name in PARAMETERS]
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), filters


def _page(found: Any, url: str) -> paging.Page:
    results = found.get("results") if isinstance(found, dict) else None
    total = found.get("total_count") if isinstance(found, dict) else None
    if not isinstance(results, list) or not isinstance(total, int):
        raise FetchError("unexpected-answer", url=url, expected="results, total_count")
    return paging.Page(results, total)


def _exported(
    fetch: Fetch, catalogue: str, filters: list[tuple[str, str]], total: int, address: str
) -> Iterator[Raw]:
    """Read a catalogue too large for pages in one answer, checked against its total."""
    url = f"{catalogue}/exports/json"
    found = fetch.get_json(url, filters, max_bytes=_MAX_EXPORT_BYTES)
    if not isinstance(found, list):
        raise FetchError("unexpected-answer", url=url, expected="list")
    if len(found) < total:
        raise FetchError("records-missing", url=url, expected=total, received=len(found))
    seen: set[str] = set()
    for position, body in enumerate(found):
        row_id = _id(body, position)
        yield paging.raw(paging.Row(row_id, body, row_id in seen), address)
        seen.add(row_id)


def _id(body: Any, position: int) -> str:
    found = body.get("dataset_id") if isinstance(body, dict) else None
    return str(found) if found else f"#{position}"


OPENDATASOFT = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
