"""Harvests ArcGIS FeatureServer and MapServer: each layer and table of a service is a dataset.

Documentation: https://developers.arcgis.com/rest/services-reference/ . An error has status 200. A
page may be shorter than asked: the next begins behind what came, and the service's own count tells
when all is there. OBJECTID changes when a layer is published anew, so it is left out; dates come as
milliseconds. The source's URL is the service, or one layer of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from catalogue import http_body
from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, features, paging, wording
from harvesters.arcgis_record import DATE, OBJECT_ID, parse
from harvesters.contract import Harvester, Raw

_SERVICE = re.compile(r"(.*/(?:FeatureServer|MapServer))(?:/(\d+))?", re.I)
_MOST_LAYERS = 500
_MOST_PAGES = 10_000


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read the description of each layer and table of the service."""
    service, only = _address(source.url)
    about = _asked(fetch, service, [])
    listed = [item for name in ("layers", "tables") for item in about.get(name) or []]
    if not isinstance(about.get("layers"), list) and not isinstance(about.get("tables"), list):
        raise FetchError("unexpected-answer", url=service, expected="layers")
    name = "/".join(urlsplit(service).path.split("/")[-2:-1])
    seen: set[str] = set()
    for item in listed[:_MOST_LAYERS]:
        layer_id = item.get("id") if isinstance(item, dict) else None
        if not isinstance(layer_id, int) or only not in (None, str(layer_id)):
            continue
        url = f"{service}/{layer_id}"
        body = {**_asked(fetch, url, []), "serviceCopyright": about.get("copyrightText")}
        row = paging.Row(f"{name}/{layer_id}", body, f"{name}/{layer_id}" in seen)
        seen.add(row.id)
        yield paging.raw(row, url)


def download(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    """Write the features of a layer as one GeoJSON file."""
    url = distribution.url
    kinds = {str(field.get("name")): field.get("type") for field in distribution.fields}
    pieces = features.gathered(lambda: _pages(fetch, url, kinds), url)
    name = f"{distribution.table or 'features'}.geojson"
    return assembled.keep(pieces, fetch, folder, known, name=name, url=url)


def _address(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    found = _SERVICE.match(parts.path)
    if found is None:
        raise FetchError("unexpected-answer", url=url, expected="FeatureServer")
    return urlunsplit((parts.scheme, parts.netloc, found.group(1), "", "")), found.group(2)


def _asked(fetch: Fetch, url: str, params: list[tuple[str, str]]) -> dict[str, Any]:
    """Return an answer; what is an error in it is raised as one."""
    body = fetch.get_json(url, [*params, *([] if dict(params).get("f") else [("f", "json")])])
    if not isinstance(body, dict):
        raise FetchError("unexpected-answer", url=url, expected="object")
    if isinstance(error := body.get("error"), dict):
        details = error.get("details")
        words = [error.get("message"), *(details if isinstance(details, list) else [])]
        raise FetchError(
            "portal-error", url=url, action=None, type=str(error.get("code")),
            message=http_body.excerpt(" ".join(str(word) for word in words if word)),
        )  # fmt: skip
    return body


def _pages(fetch: Fetch, url: str, kinds: dict[str, Any]) -> Iterator[features.Page]:
    query = f"{url}/query"
    everything = ("where", "1=1")
    counted = _asked(fetch, query, [everything, ("returnCountOnly", "true")])
    matched = counted.get("count")
    if not isinstance(matched, int):
        raise FetchError("unexpected-answer", url=query, expected="count")
    key = next((name for name, kind in kinds.items() if kind == OBJECT_ID), None)
    received = 0
    for _ in range(_MOST_PAGES):
        params = [
            everything, ("outFields", "*"), ("outSR", "4326"), ("f", "geojson"),
            ("resultOffset", str(received)), ("resultRecordCount", str(features.PAGE_ROWS)),
            *([("orderByFields", key)] if key else []),
        ]  # fmt: skip
        page = features.page(_asked(fetch, query, params), query)
        yield features.Page([_told(item, kinds) for item in page.features], matched)
        received += len(page.features)
        if not page.features or received >= matched:
            return


def _told(item: Any, kinds: dict[str, Any]) -> Any:
    """Return a feature without the ids of this publication, and with moments that can be read."""
    properties = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(properties, dict):
        return item
    told = {
        name: wording.epoch(value) if kinds.get(name) == DATE else value
        for name, value in properties.items()
        if kinds.get(name) != OBJECT_ID
    }
    return {"type": "Feature", "geometry": item.get("geometry"), "properties": told}


ARCGIS = Harvester(records=records, parse=parse, download=download)
