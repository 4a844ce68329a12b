"""Harvests catalogues in DCAT-AP: RDF/XML, Turtle or JSON-LD, in one page or in many.

Specification: https://semiceu.github.io/DCAT-AP/releases/3.0.0/ . Pages are linked in one of two
dialects of Hydra, `hydra:next` of a PartialCollectionView and the older `hydra:nextPage` of a
PagedCollection; the source's URL is the first page. A catalogue wrapped in an answer of a CSW is
read too. Which format comes is seen from the content: servers label it wrongly.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters import paging
from harvesters.contract import Harvester, Raw
from harvesters.dcat_record import parse

if TYPE_CHECKING:
    from harvesters.rdf import Catalogue

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
PARAMETERS = frozenset({
    "page", "page_size", "limit", "q", "fq", "organization", "tag", "format", "profiles",
    "modified", "service", "SERVICE", "version", "VERSION", "request", "REQUEST", "outputSchema",
    "elementSetName", "resultType", "maxRecords", "typeNames", "typenames", "where", "refine",
})  # fmt: skip


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset of the catalogue, page after page."""
    pages = _Pages(source.url, fetch)
    for row in paging.rows(pages.read, _id, url=source.url):
        yield paging.raw(row, source.url)


class _Pages:
    """The pages of a catalogue, each found by the link of the one before."""

    def __init__(self, first: str, fetch: Fetch) -> None:
        self._first = first
        self._fetch = fetch
        self._next: str | None = None
        self._seen: set[str] = set()
        self._total: int | None = None

    def read(self, offset: int) -> paging.Page:
        if offset == 0:
            self._seen.clear()
            self._next = self._first
        if self._next is None or self._next in self._seen:
            # some link the last page to itself, or a page before it: what is there has been read
            return paging.Page([], self._total)
        url = self._next
        self._seen.add(url)
        found = _read(self._fetch, url)
        self._total = found.total
        self._next = None if found.next is None else self._near(url, found.next)
        return paging.Page(found.datasets, found.total)

    def _near(self, page: str, link: str) -> str:
        """Return the next page on the source's own host: behind a proxy, portals name another
        scheme or port; whoever names another host wants us elsewhere.
        """
        own, there = urlsplit(self._first), urlsplit(urljoin(page, link))
        if there.scheme not in ("http", "https") or there.hostname != own.hostname:
            raise FetchError("unexpected-answer", url=page, expected="hydra:next")
        return urlunsplit((own.scheme, own.netloc, there.path, there.query, ""))


def _read(fetch: Fetch, url: str) -> "Catalogue":
    from harvesters import rdf  # slow to import, and the command line shall start at once

    return rdf.read(fetch.get_page(url, accept=ACCEPT))


def _id(body: Any, position: int) -> str:
    """Return the address that names a dataset; one without is known by what it says it is."""
    if not isinstance(body, dict):
        return f"#{position}"
    if isinstance(body.get("@id"), str):
        return str(body["@id"])
    for item in body.get("dct:identifier", ()):
        if isinstance(item, dict) and (found := item.get("value") or item.get("@id")):
            return str(found)
    told = {name: body.get(name) for name in ("dct:title", "dct:publisher", "dcat:landingPage")}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"anonymous-{digest[:24]}"


DCAT = Harvester(records=records, parse=parse, url_parameters=PARAMETERS)
