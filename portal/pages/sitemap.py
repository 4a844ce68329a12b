"""What search engines are told: `sitemap.xml` with every page in its three languages, and
`robots.txt`.

A sitemap holds 50,000 addresses at most; beyond that `sitemap.xml` is an index of several.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request, url_for

from catalogue import players, schemas
from catalogue.own_themes import own_themes
from catalogue.records import LANGUAGES
from catalogue.search import Query
from catalogue.store import datasets
from portal.context import public_root, services
from portal.errors import Refusal
from portal.publisher_report import holders
from sandbox import packs

MOST_ADDRESSES = 50_000  # of the protocol
_PAGES_A_FILE = MOST_ADDRESSES // len(LANGUAGES)
_PAGES = (
    "home.show",
    "search.show",
    "publishers.listing",
    "data_requests.listing",
    "players.show",
    "forum.show",
    "sources.listing",
    "duplicates.listing",
    "withdrawals.listing",
    "schemas.listing",
    "check.form",
    "sql.show",
    "queries.listing",
    "packs.listing",
    "replay.show",
    "api_guide.show",
    "about.show",
    "publish.show",
    "about.contact",
    "about.accessibility",
    "about.privacy",
    "about.terms",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

# A crawler gains nothing from every filter of a list, every answer of SQL or every file: what
# they show stands on the pages above.
_ROBOTS = """\
User-agent: *
Disallow: /api/
Disallow: /data/
Disallow: /packs/*.zip
Disallow: /replay/
Disallow: /*/api?
Disallow: /*/api/try/
Disallow: /*/datasets?
Disallow: /*/publishers?
Disallow: /*/players?
Disallow: /*/player-corrections
Disallow: /*/sql?
Disallow: /*/queries/*?
Disallow: /*/answers/
Disallow: /*/sign-in
Disallow: /*/webhooks
Disallow: /*/follow

Sitemap: {root}/sitemap.xml
"""

blueprint = Blueprint("sitemap", __name__)


class Page(NamedTuple):
    """A page by its address in each language, and the day on which it last changed."""

    addresses: dict[str, str]
    changed: str | None = None


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say where robots need not go."""
    return Response(_ROBOTS.format(root=public_root()), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def show() -> Response:
    """List every page, or the parts of the list where one file cannot hold it."""
    count = _part_count()
    return _answer(_one(1) if count == 1 else _index(count))


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """List one part of the pages, counted from 1."""
    if not 1 <= number <= _part_count():
        raise Refusal(404, "address-unknown", path=request.path)
    return _answer(_one(number))


def _answer(chunks: Iterator[str]) -> Response:
    return Response((chunk.encode() for chunk in chunks), mimetype="application/xml")


def _part_count() -> int:
    here = services()
    dataset_count = here.search.search(Query(limit=0)).count
    page_count = len(_PAGES) + sum(map(len, _named().values())) + dataset_count
    return -(-page_count // _PAGES_A_FILE)


def _index(count: int) -> Iterator[str]:
    root = public_root()
    places = [root + url_for("sitemap.part", number=number + 1) for number in range(count)]
    parts = [f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places]
    head = f'{_HEAD}<sitemapindex xmlns="{_SPACE}">\n'
    return iter([head, *parts, "</sitemapindex>\n"])


def _one(number: int) -> Iterator[str]:
    start = (number - 1) * _PAGES_A_FILE
    pages = list(islice(_pages(), start, start + _PAGES_A_FILE))  # while there is a request
    return _written(pages)


def _written(pages: list[Page]) -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_SPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for page in pages:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(address)}/>'
            for lang, address in page.addresses.items()
        )
        changed = f"<lastmod>{page.changed}</lastmod>" if page.changed else ""
        for address in page.addresses.values():
            yield f"<url><loc>{escape(address)}</loc>{changed}{links}</url>\n"
    yield "</urlset>\n"


def _pages() -> Iterator[Page]:
    root = public_root()
    for endpoint in _PAGES:
        yield Page({lang: root + url_for(endpoint, lang=lang) for lang in LANGUAGES})
    for folder, names in _named().items():
        for name in names:
            yield _page(root, folder, name)
    changed = datasets.changed_on(services().store)
    for dataset_id in _dataset_ids():
        yield _page(root, "datasets", dataset_id, changed.get(dataset_id))


def _page(root: str, folder: str, name: str, changed: str | None = None) -> Page:
    """Put the addresses together as `url_for` would, which takes a second for 30,000 of them."""
    return Page({lang: f"{root}/{lang}/{folder}/{name}" for lang in LANGUAGES}, changed)


def _named() -> dict[str, list[str]]:
    """Return the names of what has a page each, besides datasets, by their folder."""
    store = services().store
    return {
        "publishers": [each.publisher.id for each in holders(services()) if each.dataset_ids],
        "players": [player.id for player in players.players(store)],
        "themes": list(own_themes()),
        "packs": list(packs.shipped()),
        "schemas": schemas.names(),
    }


def _dataset_ids() -> list[str]:
    """Return what the public may find, in an order that stays."""
    search = services().search
    hits = search.search(Query(limit=search.search(Query(limit=0)).count)).results
    return sorted(hit.id for hit in hits)
