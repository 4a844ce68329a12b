"""Harvests GBFS feeds of shared vehicles, versions 1 to 3.

Specification: https://gbfs.org/documentation/reference/ . A source is the address of `gbfs.json`,
the list of a system's feeds; in version 2 the list is given once for each language. A system is one
dataset; its stations, the state of its stations now, its types of vehicles and the vehicles that
stand free are its tables. The state is of the moment of the harvest: its history is no business of
this file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, gbfs_tables
from harvesters.contract import Harvester, Raw
from harvesters.gbfs_record import parse

# The name of a table, and by the names of their feeds in versions 3 and 2 where its rows are.
TABLES = {
    "stations": {"station_information": "stations"},
    "station_status": {"station_status": "stations"},
    "vehicle_types": {"vehicle_types": "vehicle_types"},
    "vehicles": {"vehicle_status": "vehicles", "free_bike_status": "bikes"},
}
_LANGUAGES = ("fr", "nl", "en", "de")


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read the system and what its feeds hold: one record."""
    envelope = _envelope(fetch.get_json(source.url), source.url)
    by_language = _feeds(envelope["data"], source.url)
    languages = [tag for tag in (*source.languages, *_LANGUAGES) if tag in by_language]
    languages = list(dict.fromkeys(languages)) or list(by_language)[:1]
    feeds = by_language[languages[0]]
    if "system_information" not in feeds:
        raise FetchError("unexpected-answer", url=source.url, expected="system_information")
    systems = {}
    for language in languages:
        if address := by_language[language].get("system_information"):
            about = _envelope(fetch.get_json(address), address)
            systems[language] = about["data"]
    body: dict[str, Any] = {
        "version": envelope.get("version"),
        "last_updated": envelope.get("last_updated"),
        "systems": systems,
        "tables": {},
    }
    for table, places in TABLES.items():
        for feed, key in places.items():
            if feed in feeds:
                rows, moment = _rows(fetch, feeds[feed], key)
                body["tables"][table] = {
                    "url": feeds[feed],
                    "last_updated": moment,
                    "columns": gbfs_tables.columns(table, rows),
                    "form_factors": sorted({str(row.get("form_factor")) for row in rows}),
                }
                break
    system_id = systems[languages[0]].get("system_id")
    yield Raw(remote_id=str(system_id or source.id), body=body, origin=source.url)


def download(
    source: Source, distribution: Distribution, fetch: Fetch, folder: Path, known: Validators
) -> Download:
    """Write the rows of a feed as a table, in an order that is always the same."""
    table = distribution.remote_id
    key = next(
        (key for feed, key in TABLES.get(table, {}).items() if feed in distribution.url),
        next(iter(TABLES.get(table, {}).values()), ""),
    )
    rows, _moment = _rows(fetch, distribution.url, key)
    names = [str(field["name"]) for field in (distribution.table_schema or {}).get("fields", [])]
    cells = sorted(gbfs_tables.cells(row, names) for row in rows)
    return assembled.keep(
        assembled.csv_pieces(names, cells),
        fetch, folder, known, name=f"{table}.csv", url=distribution.url,
    )  # fmt: skip


def _envelope(body: Any, url: str) -> dict[str, Any]:
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise FetchError("unexpected-answer", url=url, expected="data")
    return body


def _feeds(data: dict[str, Any], url: str) -> dict[str, dict[str, str]]:
    """Return the addresses of the feeds by language; version 3 has one list, under `und`."""
    lists = {"und": data["feeds"]} if "feeds" in data else {
        tag: part.get("feeds") for tag, part in data.items() if isinstance(part, dict)
    }  # fmt: skip
    found: dict[str, dict[str, str]] = {}
    for tag, listed in lists.items():
        feeds = {
            str(feed["name"]): urljoin(url, feed["url"])
            for feed in (listed if isinstance(listed, list) else [])
            if isinstance(feed, dict) and isinstance(feed.get("url"), str) and "name" in feed
        }
        if feeds:
            found[tag] = feeds
    if not found:
        raise FetchError("unexpected-answer", url=url, expected="feeds")
    return found


def _rows(fetch: Fetch, url: str, key: str) -> tuple[list[dict[str, Any]], Any]:
    body = _envelope(fetch.get_json(url), url)
    rows = body["data"].get(key)
    if not isinstance(rows, list):
        # between versions 2 and 3 some systems use the names of the other
        lists = [value for value in body["data"].values() if isinstance(value, list)]
        if len(lists) != 1:
            raise FetchError("unexpected-answer", url=url, expected=key)
        rows = lists[0]
    return [row for row in rows if isinstance(row, dict)], body.get("last_updated")


GBFS = Harvester(records=records, parse=parse, download=download)
