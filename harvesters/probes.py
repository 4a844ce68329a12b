"""How each protocol is recognised: which page to ask for, and what its answer looks like."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from catalogue.fetch import Page

# hydra:totalItems in RDF/XML, and in Turtle and JSON-LD
_TOTAL = re.compile(rb"totalItems(?:[^<>]{0,200}>|\W{1,12}(?:@value\W{1,5})?)(\d{1,8})\b")

_DIRECTORY_BYTES = 1 << 16


class Sign(msgspec.Struct, frozen=True):
    """What an answer tells: how many datasets there are, a title, and another address to write in
    `sources.toml` than the one asked for.
    """

    count: int | None = None
    title: str | None = None
    url: str | None = None


class Probe(NamedTuple):
    """A question: `path` goes behind the portal's address; None asks the address as it was given.

    `is_page` where the address that answers is the source, not the portal that it belongs to;
    `source_path` is what the source's URL says behind the portal's address.
    """

    protocol: str
    path: str | None
    recognise: Callable[[Page], Sign | None]
    is_page: bool = False
    source_path: str = ""


def document(page: Page) -> Any:
    """Return the JSON of a page, or None where it is none."""
    try:
        return msgspec.json.decode(page.content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _object(page: Page) -> dict[str, Any]:
    found = document(page)
    return found if isinstance(found, dict) else {}


def _datapackage(page: Page) -> Sign | None:
    body = _object(page)
    if not isinstance(body.get("resources"), list) or ("id" in body and "organization" in body):
        return None  # the latter is a dataset of udata
    title = body.get("title") or body.get("name")
    return Sign(1, title if isinstance(title, str) else None)


def _gbfs(page: Page) -> Sign | None:
    data = _object(page).get("data")
    lists = list(data.values()) if isinstance(data, dict) else []
    feeds = [lists] if isinstance(data, dict) and isinstance(data.get("feeds"), list) else [
        part for part in lists if isinstance(part, dict) and isinstance(part.get("feeds"), list)
    ]  # fmt: skip
    return Sign(1) if feeds else None


def _opendatasoft(page: Page) -> Sign | None:
    body = _object(page)
    count = body.get("total_count")
    is_one = isinstance(body.get("results"), list) and isinstance(count, int)
    return Sign(count) if is_one else None


def _ckan(page: Page) -> Sign | None:
    body = _object(page)
    result = body.get("result")
    if body.get("success") is not True:
        return None
    if isinstance(result, dict) and isinstance(result.get("count"), int):
        return Sign(result["count"])
    return Sign(len(result)) if isinstance(result, list) else None


def _udata(page: Page) -> Sign | None:
    body = _object(page)
    count = body.get("total")
    return Sign(count) if isinstance(body.get("data"), list) and isinstance(count, int) else None


def _transport_gouv(page: Page) -> Sign | None:
    found = document(page)
    rows = found if isinstance(found, list) and found else [None]
    is_one = all(isinstance(row, dict) and "datagouv_id" in row for row in rows[:3])
    return Sign(len(rows)) if is_one else None


def _dcat(page: Page) -> Sign | None:
    start = page.content[: 1 << 20]
    is_one = (b"/ns/dcat#" in start or b'"dcat:' in start) and re.search(rb"\bDataset\b", start)
    total = _TOTAL.search(page.content)
    return Sign(int(total.group(1)) if total else None) if is_one else None


def _gtfs(page: Page) -> Sign | None:
    """The names of a zip's members stand in its directory, at its end."""
    is_one = page.content.startswith(b"PK") and b"stops.txt" in page.content[-_DIRECTORY_BYTES:]
    return Sign(1) if is_one else None


def _ogcapi(page: Page) -> Sign | None:
    listed = _object(page).get("collections")
    is_one = isinstance(listed, list) and all(isinstance(item, dict) for item in listed[:3])
    return Sign(len(listed)) if isinstance(listed, list) and is_one else None


def _wfs(page: Page) -> Sign | None:
    if not re.search(rb"<(?:\w+:)?WFS_Capabilities\b", page.content[:4096]):
        return None
    return Sign(len(re.findall(rb"<(?:\w+:)?FeatureType[\s>]", page.content)))


def _csw(page: Page) -> Sign | None:
    found = re.search(rb"SearchResults\b[^>]*numberOfRecordsMatched=.(\d{1,8})", page.content)
    return Sign(int(found.group(1))) if found and b"/cat/csw" in page.content else None


def _arcgis(page: Page) -> Sign | None:
    body = _object(page)
    listed = [item for name in ("layers", "tables") if isinstance(body.get(name), list)
              for item in body[name]]  # fmt: skip
    return Sign(len(listed)) if "currentVersion" in body and listed else None


def _data_fair(page: Page) -> Sign | None:
    body = _object(page)
    count = body.get("count")
    return Sign(count) if isinstance(body.get("results"), list) and isinstance(count, int) else None


def _sensor_web(page: Page) -> Sign | None:
    found = document(page)
    rows = found if isinstance(found, list) else []
    is_one = all(isinstance(row, dict) and set(row) >= _SERVICE_KEYS for row in rows[:3])
    return Sign(len(rows)) if rows and is_one else None


def _sensorthings(page: Page) -> Sign | None:
    listed = _object(page).get("value")
    names = {row.get("name") for row in listed if isinstance(row, dict)} if isinstance(
        listed, list
    ) else set()  # fmt: skip
    return Sign(1) if {"Things", "Datastreams"} <= names else None


def _file(page: Page) -> Sign | None:
    """A file that is a table by its name and no page by its content."""
    path = urlsplit(page.url).path.casefold()
    return Sign(1) if path.endswith(_ENDINGS) else None


_ENDINGS = (
    ".csv",
    ".tsv",
    ".xlsx",
    ".xls",
    ".ods",
    ".zip",
    ".txt",
    ".parquet",
    ".gpkg",
    ".geojson",
)
_SERVICE_KEYS = frozenset({"id", "label", "serviceUrl"})
_CAPABILITIES = "?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetCapabilities"

_ONE_RECORD = (
    "?SERVICE=CSW&VERSION=2.0.2&REQUEST=GetRecords&TYPENAMES=csw:Record&RESULTTYPE=results"
    "&ELEMENTSETNAME=brief&STARTPOSITION=1&MAXRECORDS=1"
)

PROBES = (
    Probe("gbfs", None, _gbfs, is_page=True),
    Probe("gtfs", None, _gtfs, is_page=True),
    Probe("datapackage", None, _datapackage, is_page=True),
    Probe("opendatasoft", "/api/explore/v2.1/catalog/datasets?limit=1", _opendatasoft),
    Probe("ckan", "/api/3/action/package_search?rows=1", _ckan),
    Probe("ckan", "/api/3/action/package_list", _ckan),
    Probe("udata", "/api/1/datasets/?page_size=1", _udata),
    Probe("udata", "/api/2/datasets/search/?page_size=1", _udata, source_path="/api/2"),
    Probe("data-fair", "/data-fair/api/v1/catalog/datasets?size=1", _data_fair),
    Probe("transport-gouv", "/api/datasets", _transport_gouv),
    Probe("dcat", None, _dcat, is_page=True),
    Probe("arcgis", "?f=json", _arcgis),
    Probe("dcat", "/api/feed/dcat-ap/2.1.1.json", _dcat, is_page=True),
    Probe("dcat", "/catalog.ttl", _dcat, is_page=True),
    Probe("dcat", "/catalog.jsonld", _dcat, is_page=True),
    Probe("dcat", "/catalog.rdf", _dcat, is_page=True),
    Probe("dcat", "/api/1/site/catalog.ttl", _dcat, is_page=True),
    Probe("ogc-api", "/collections?f=json", _ogcapi),
    Probe("ogc-api", "/collections", _ogcapi),
    *(
        Probe("ogc-api", f"{path}/collections?f=json", _ogcapi, source_path=path)
        for path in ("/data/ogcapi", "/geoserver/ogc/features/v1")
    ),
    Probe("wfs", _CAPABILITIES, _wfs),
    *(
        Probe("wfs", f"{path}{_CAPABILITIES}", _wfs, source_path=path)
        for path in ("/geoserver/ows", "/wfs")
    ),
    *(
        Probe("sensor-web", f"{path}/services?expanded=true", _sensor_web, source_path=path)
        for path in ("", "/api/v1", "/sos/api/v1")
    ),
    *(
        Probe("sensorthings", path, _sensorthings, source_path=path)
        for path in ("", "/v1.1", "/FROST-Server/v1.1")
    ),
    Probe("csw", _ONE_RECORD, _csw),
    *(
        Probe("csw", f"{path}{_ONE_RECORD}", _csw, source_path=path)
        for path in ("/geonetwork/srv/eng/csw", "/csw")
    ),
    Probe("datapackage", "/datapackage.json", _datapackage, is_page=True),
    Probe("gbfs", "/gbfs.json", _gbfs, is_page=True),
    Probe("file", None, _file, is_page=True),
)
"""In the order in which they are asked: the address as it was given, then the most telling."""
