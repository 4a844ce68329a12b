"""Harvests Data Fair, the platform of Koumoul, on which Enedis and ADEME publish.

Documentation: https://data-fair.github.io/3/ . Pages are sorted by the date of creation, which
never changes. A dataset that came as a file is fetched as that file; one that is edited in place,
or made of others, is put together from the pages of its lines. The source's URL may carry the
filters of the catalogue, for example `?q=consommation`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, paging
from harvesters.contract import Harvester, Raw
from harvesters.data_fair_record import API, LINES, parse

PAGE_ROWS = 100
PARAMETERS = frozenset({"q", "topics", "owner", "keywords"})
_LINES_AT_ONCE = 10_000
_MOST_PAGES = 1000


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read every dataset of the catalogue that passes the source's filters."""
    parts = urlsplit(source.url)
    path = parts.path.partition("/data-fair")[0].partition("/datasets")[0].rstrip("/")
    address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name in PARAMETERS]
    url = f"{address}{API}/catalog/datasets"
    reader = paging.Numbered(
        lambda number: fetch.get_json(
            url, [*filters, ("page", str(number)), ("size", str(PAGE_ROWS)),
                  ("sort", "createdAt:1")],
        ), "results", "count", url,
    )  # fmt: skip
    for row in paging.rows(reader.read, _id, url=url):
        yield paging.raw(row, address)


def download(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    """Bring the file of a dataset, or write its lines as one."""
    if distribution.remote_id != LINES:
        return fetch.download(
            distribution.url, folder, format=distribution.format, validators=known
        )
    names = [str(field["name"]) for field in distribution.fields]
    cells = sorted(
        [assembled.cell(row.get(name)) for name in names]
        for row in _lines(fetch, distribution.url)
        if isinstance(row, dict)
    )
    name = f"{distribution.table or LINES}.csv"
    pieces = assembled.csv_pieces(names, cells)
    return assembled.keep(pieces, fetch, folder, known, name=name, url=distribution.url)


def _id(body: Any, position: int) -> str:
    found = body.get("id") if isinstance(body, dict) else None
    return str(found) if found else f"#{position}"


def _lines(fetch: Fetch, url: str) -> Iterator[Any]:
    """Yield all lines of a dataset, page after page, as many as it says that there are."""
    total, received = None, 0
    visited: set[str] = set()
    following: str | None = f"{url}?size={_LINES_AT_ONCE}"
    while following is not None and following not in visited and len(visited) < _MOST_PAGES:
        visited.add(following)
        body = fetch.get_json(following)
        listed = body.get("results") if isinstance(body, dict) else None
        if not isinstance(listed, list):
            raise FetchError("unexpected-answer", url=url, expected="results")
        total = body.get("total") if total is None else total
        yield from listed
        received += len(listed)
        link = body.get("next")
        following = _following(link, url) if isinstance(link, str) and listed else None
    if isinstance(total, int) and total != received:
        raise FetchError("records-missing", url=url, expected=total, received=received)


def _following(link: str, url: str) -> str:
    own, there = urlsplit(url), urlsplit(urljoin(url, link))
    if there.hostname != own.hostname:
        raise FetchError("unexpected-answer", url=url, expected="next")
    return urlunsplit((own.scheme, own.netloc, there.path, there.query, ""))


DATA_FAIR = Harvester(records=records, parse=parse, url_parameters=PARAMETERS, download=download)
