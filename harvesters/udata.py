"""Harvests udata, the platform of data.gouv.fr, through version 1 or 2 of its API.

Documentation: https://guides.data.gouv.fr/guide-data.gouv.fr/api . Pages are sorted by the date of
creation, which never changes, and counted by the portal's own page numbers, since it may cut a page
below what was asked. Version 2, chosen by a source whose URL ends in `/api/2`, gives the resources
of a dataset as a list of its own: it is read for each. The source's URL may carry the filters of
the list, for example `?organization=metropole-europeenne-de-lille`.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters import paging
from harvesters.contract import Harvester, Raw
from harvesters.udata_record import parse

PAGE_ROWS = 100
_RESOURCE_ROWS = 50  # version 2 gives no more at once
PARAMETERS = frozenset({
    "organization", "tag", "q", "schema", "geozone", "granularity", "license", "format", "topic",
    "badge", "organization_badge",
})  # fmt: skip


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset of the portal that passes the source's filters."""
    address, is_2, filters = _address(source.url)
    url = f"{address}/api/2/datasets/search/" if is_2 else f"{address}/api/1/datasets/"
    reader = paging.Numbered(
        lambda number: fetch.get_json(
            url, [*filters, ("page", str(number)), ("page_size", str(PAGE_ROWS)),
                  ("sort", "created")],
        ), "data", "total", url,
    )  # fmt: skip
    for row in paging.rows(reader.read, _id, url=url):
        body = row.body
        if isinstance(body, dict) and isinstance(body.get("resources"), dict):
            body = {**body, "resources": _resources(fetch, body["resources"], url)}
        yield paging.raw(row._replace(body=body), address)


def _address(url: str) -> tuple[str, bool, list[tuple[str, str]]]:
    """Return the portal's own address, whether version 2 is wanted, and the filters."""
    parts = urlsplit(url)
    path, _, api = parts.path.partition("/api/")
    for page in ("/datasets", "/fr", "/en"):
        path = path.rstrip("/").removesuffix(page)
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name in PARAMETERS]
    is_2 = api.startswith("2")
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), is_2, filters


def _resources(fetch: Fetch, link: dict[str, Any], base: str) -> list[Any]:
    """Read the resources of one dataset, of which version 2 gives but the address."""
    href = link.get("href")
    if not isinstance(href, str):
        return []
    url = urljoin(base, href).partition("?")[0]
    if urlsplit(url).netloc != urlsplit(base).netloc:
        raise FetchError("unexpected-answer", url=base, expected="resources.href")
    reader = paging.Numbered(
        lambda number: fetch.get_json(
            url, [("page", str(number)), ("page_size", str(_RESOURCE_ROWS))]
        ), "data", "total", url,
    )  # fmt: skip
    return [row.body for row in paging.rows(reader.read, _id, url=url) if not row.is_repeat]


def _id(body: Any, position: int) -> str:
    found = body.get("id") if isinstance(body, dict) else None
    return str(found) if found else f"#{position}"


UDATA = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
