"""Harvests WFS 2.0, 1.1 and 1.0: each feature type is a dataset, its features a table.

Specifications: https://docs.ogc.org/is/09-025r2/09-025r2.html and, of servers that know nothing
newer, https://portal.ogc.org/files/?artifact_id=8339 . Features are asked for in GeoJSON and in
degrees. The first request has no STARTINDEX: a GeoServer refuses it for a layer without a
key (IRCELINE, 2024), and most layers come whole in it. Where one does not, pages follow in the
service's own order, and where it has none, sorted by a column whose values are all different. A
server whose GeoJSON does not say how many features there are is asked for the count. The source's
URL may name the types wanted, `?typeNames=…`, which may repeat.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

import msgspec

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, features, paging, safe_xml, wfs_record
from harvesters.contract import Harvester, Raw
from harvesters.wfs_record import parse

PARAMETERS = frozenset({"typeNames"})
FIRST_ROWS = 10_000
_MOST_PAGES = 10_000
_JSON = ("application/json", "application/geo+json", "json", "geojson")
_KEYS = ("id", "gid", "fid", "objectid", "ogc_fid", "code", "identifiant", "identifier")


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read the feature types that the service lists and the source wants."""
    address, wanted = _address(source.url)
    root = _capabilities(fetch, address)
    types = safe_xml.first(root, "FeatureTypeList")
    if safe_xml.local(root) != "WFS_Capabilities":
        raise FetchError("unexpected-answer", url=address, expected="WFS_Capabilities")
    about = _about(root)
    seen: set[str] = set()
    for item in safe_xml.every(types, "FeatureType") if types is not None else []:
        name = safe_xml.text(safe_xml.first(item, "Name")) or ""
        if wanted and name not in wanted:
            continue
        row = paging.Row(name or f"#{len(seen)}", {**about, **_described(item)}, name in seen)
        seen.add(name)
        yield paging.raw(row, address)


def download(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    """Write the features of a type as one GeoJSON file."""
    address, _wanted = _address(source.url)
    asked = dict(parse_qsl(urlsplit(distribution.url).query))
    layer = _Layer(fetch, address, asked)
    pieces = features.gathered(layer.pages, distribution.url)
    name = f"{distribution.table or 'features'}.geojson"
    return assembled.keep(pieces, fetch, folder, known, name=name, url=distribution.url)


class _Layer:
    """The features of one type, page by page."""

    def __init__(self, fetch: Fetch, address: str, asked: dict[str, str]) -> None:
        self._fetch = fetch
        self._address = address
        self._words = wfs_record.WORDS_OF[asked.get("VERSION", wfs_record.NEWEST)]
        self._params = [
            ("SERVICE", "WFS"), ("VERSION", asked.get("VERSION", wfs_record.NEWEST)),
            ("REQUEST", "GetFeature"),
            (self._words.types, asked.get(self._words.types, "")),
            ("OUTPUTFORMAT", asked.get("OUTPUTFORMAT", _JSON[0])), ("SRSNAME", "EPSG:4326"),
        ]  # fmt: skip
        self._sorted_by: str | None = None
        self._matched: int | None = None
        self._is_capped = False

    def pages(self) -> Iterator[features.Page]:
        self._matched, self._is_capped = None, False
        first = self._page(FIRST_ROWS, None)
        if first.matched is None and first.features:
            first = self._measured(first)
        if not self._has_more(first, len(first.features)):
            yield first
            return
        # What came is asked for again: with pages, or sorted, its order may be another.
        size = max(len(first.features), 1)
        received = 0
        for _ in range(_MOST_PAGES):
            page = self._paged(size, received, first)
            yield page
            received += len(page.features)
            if not page.features or not self._has_more(page, received):
                return

    def _measured(self, first: features.Page) -> features.Page:
        """Find out whether a first page is all, where the GeoJSON does not count.

        MapServer with `wfs_maxfeatures` counts no further than it gives (8.0, 2026), so what lies
        behind is asked for; a server that knows no STARTINDEX gives the first page again.
        """
        self._matched = self._count()
        if self._matched is None or self._matched <= len(first.features):
            try:
                behind = self._page(len(first.features), len(first.features)).features
            except FetchError as error:
                if error.code not in ("http-status", "portal-error"):
                    raise
                behind = []
            self._is_capped = bool(behind) and behind[0] != first.features[0]
            if self._is_capped:
                self._matched = None
        return first._replace(matched=self._matched)

    def _paged(self, size: int, received: int, first: features.Page) -> features.Page:
        try:
            return self._page(size, received)
        except FetchError as error:
            if received or self._sorted_by or error.code not in ("http-status", "portal-error"):
                raise
            self._sorted_by = _key_of(first.features)
            if self._sorted_by is None:
                raise
        return self._page(size, received)

    def _has_more(self, page: features.Page, received: int) -> bool:
        if page.matched is not None:
            return received < page.matched
        return self._is_capped or len(page.features) >= FIRST_ROWS

    def _page(self, count: int, start: int | None) -> features.Page:
        params = [*self._params, (self._words.most, str(count))]
        if start is not None:
            params.append(("STARTINDEX", str(start)))
        if self._sorted_by is not None:
            params.append(("SORTBY", self._sorted_by))
        content = self._fetch.get_page(self._address, params).content
        if content.lstrip()[:1] == b"<":
            safe_xml.root(content, self._address)  # most likely an error with status 200
            raise FetchError("unexpected-answer", url=self._address, expected="GeoJSON")
        try:
            body = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise FetchError("not-json", url=self._address, content_type=None,
                             message=None) from error  # fmt: skip
        page = features.page(body, self._address)
        return page if page.matched is not None else page._replace(matched=self._matched)

    def _count(self) -> int | None:
        """Return how many features the service says that there are, where it does."""
        params = [pair for pair in self._params if pair[0] != "OUTPUTFORMAT"]
        params.append(("RESULTTYPE", "hits"))
        root = safe_xml.root(self._fetch.get_page(self._address, params).content, self._address)
        said = root.get("numberMatched") or root.get("numberOfFeatures") or ""
        return int(said) if said.isdecimal() else None


def _capabilities(fetch: Fetch, address: str) -> Element:
    """Return what the service says of itself, in the newest version that it knows.

    Most servers that are asked for a newer version answer in theirs; some refuse.
    """
    refusal: FetchError | None = None
    for version in wfs_record.WORDS_OF:
        params = [("SERVICE", "WFS"), ("VERSION", version), ("REQUEST", "GetCapabilities")]
        try:
            return safe_xml.root(fetch.get_page(address, params).content, address)
        except FetchError as error:
            is_refused = error.code == "portal-error" or error.params.get("status") == 400
            if not is_refused:
                raise
            refusal = refusal or error
    raise refusal or FetchError("unexpected-answer", url=address, expected="WFS_Capabilities")


def _key_of(found: list[Any]) -> str | None:
    """Return a column whose values are all there and all different, the likeliest key first."""
    rows = [row for item in found if isinstance(item, dict)
            and isinstance(row := item.get("properties"), dict)]  # fmt: skip
    names = sorted(rows[0] if rows else [], key=lambda name: (name.casefold() not in _KEYS, name))
    for name in names:
        values = [row.get(name) for row in rows]
        if all(isinstance(value, str | int) for value in values) and (
            len(set(values)) == len(values)
        ):
            return str(name)
    return None


def _address(url: str) -> tuple[str, set[str]]:
    """Return the address of the service and the types wanted."""
    parts = urlsplit(url)
    wanted = {value for name, value in parse_qsl(parts.query) if name == "typeNames"}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), wanted


def _about(root: Element) -> dict[str, Any]:
    """Return what the service says of itself, which holds for each of its types."""
    identity = safe_xml.first(root, "ServiceIdentification")
    identity = safe_xml.first(root, "Service") if identity is None else identity
    formats = [
        safe_xml.text(value)
        for operation in safe_xml.every(root, "Operation")
        if operation.get("name") == "GetFeature"
        for parameter in safe_xml.every(operation, "Parameter")
        if (parameter.get("name") or "").casefold() == "outputformat"
        for value in safe_xml.every(parameter, "Value")
    ]
    for result in safe_xml.every(root, "ResultFormat"):  # of version 1.0: names of elements
        formats += [safe_xml.local(value) for value in result]
    found = {
        "provider": safe_xml.text(safe_xml.first(root, "ServiceProvider", "ProviderName")),
        "output": _output(formats),
        "sequence": root.get("updateSequence"),
        "version": root.get("version"),
    }
    if identity is not None:
        found["fees"] = safe_xml.text(safe_xml.first(identity, "Fees"))
        found["constraints"] = safe_xml.text(safe_xml.first(identity, "AccessConstraints"))
    return found


def _output(formats: list[str | None]) -> str | None:
    """Return the spelling under which the service knows GeoJSON, some take one alone; None where
    it lists others only.
    """
    known = [text for text in formats if text]
    for wanted in _JSON:
        for text in known:
            if text.partition(";")[0].strip().casefold() == wanted:
                return text
    other = next((text for text in known if re.search("json", text, re.I)), None)
    return other or (None if known else _JSON[0])


def _described(item: Element) -> dict[str, Any]:
    words = [safe_xml.text(word) for word in safe_xml.every(item, "Keyword")]
    links = [next((value for key, value in link.attrib.items() if key.endswith("href")), None)
             for link in safe_xml.every(item, "MetadataURL")]  # fmt: skip
    known = {"Name", "Title", "Abstract", "Keywords", "MetadataURL", "DefaultCRS", "OtherCRS",
             "DefaultSRS", "OtherSRS", "WGS84BoundingBox", "OutputFormats", "Operations", "NoCRS",
             "ExtendedDescription", "SRS", "LatLongBoundingBox"}  # fmt: skip
    return {
        "title": safe_xml.text(safe_xml.first(item, "Title")),
        "abstract": safe_xml.text(safe_xml.first(item, "Abstract")),
        "keywords": [word for word in words if word],
        "metadata": list(dict.fromkeys(link for link in links if link)),
        **{
            name: safe_xml.text(child)
            for child in item
            if (name := safe_xml.local(child)) not in known
        },
    }


WFS = Harvester(records=records, parse=parse, url_parameters=PARAMETERS, download=download)
