"""Harvests CSW 2.0.2, the catalogue service of geographic portals (GeoNetwork, pycsw).

Specification: https://portal.ogc.org/files/?artifact_id=20555 . Records are asked for in Dublin
Core, which every server has, sorted by their identifier; one that does not sort is read as it
comes. `nextRecord` lies on some servers: the next page begins behind what came. An error may have
status 200. The source's URL may carry a filter, `?constraint=…` with `constraintLanguage`.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters import paging, safe_xml
from harvesters.contract import Harvester, Raw
from harvesters.csw_record import parse

PAGE_ROWS = 100
PARAMETERS = frozenset({"constraint", "constraintLanguage", "constraint_language_version"})
_KINDS = ("Record", "SummaryRecord", "BriefRecord")


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every record of the catalogue that passes the source's filter."""
    parts = urlsplit(source.url)
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name in PARAMETERS]
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    catalogue = _Catalogue(fetch, address, filters)
    for row in paging.rows(catalogue.read, _id, url=address):
        yield paging.raw(row, address)


class _Catalogue:
    """The pages of a catalogue."""

    def __init__(self, fetch: Fetch, address: str, filters: list[tuple[str, str]]) -> None:
        self._fetch = fetch
        self._address = address
        self._filters = filters
        self._order = [("SORTBY", "dc:identifier:A")]

    def read(self, offset: int) -> paging.Page:
        try:
            return self._page(offset)
        except FetchError as error:
            is_refused = error.code == "portal-error" or error.params.get("status") == 400
            if offset or not self._order or not is_refused:
                raise
        self._order = []
        return self._page(offset)

    def _page(self, offset: int) -> paging.Page:
        params = [
            ("SERVICE", "CSW"), ("VERSION", "2.0.2"), ("REQUEST", "GetRecords"),
            ("TYPENAMES", "csw:Record"), ("RESULTTYPE", "results"), ("ELEMENTSETNAME", "full"),
            ("OUTPUTSCHEMA", "http://www.opengis.net/cat/csw/2.0.2"),
            ("STARTPOSITION", str(offset + 1)), ("MAXRECORDS", str(PAGE_ROWS)),
            *self._order, *self._filters,
        ]  # fmt: skip
        page = self._fetch.get_page(self._address, params, accept="application/xml")
        results = safe_xml.first(safe_xml.root(page.content, self._address), "SearchResults")
        if results is None:
            raise FetchError("unexpected-answer", url=self._address, expected="SearchResults")
        matched = results.get("numberOfRecordsMatched") or ""
        rows = [_body(item) for item in results if safe_xml.local(item) in _KINDS]
        return paging.Page(rows, int(matched) if matched.isdecimal() else None)


def _body(record: Element) -> dict[str, list[Any]]:
    """Return the elements of a record by their names, each with its text and its attributes."""
    found: dict[str, list[Any]] = {}
    for item in record:
        told: dict[str, Any] = {key.rpartition("}")[2]: value for key, value in item.attrib.items()}
        if text := safe_xml.text(item):
            told["text"] = text
        found.setdefault(safe_xml.local(item), []).append(told)
    return found


def _id(body: Any, position: int) -> str:
    for item in body.get("identifier", ()) if isinstance(body, dict) else ():
        if isinstance(item, dict) and item.get("text"):
            return str(item["text"])
    return f"#{position}"


CSW = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
