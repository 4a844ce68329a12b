"""Harvests OGC SensorThings 1.0 and 1.1: things as a table, observations as one that grows.

Specification: https://docs.ogc.org/is/18-088/18-088.html . A server is one dataset: its things with
their place, its datastreams, and what was observed. Pages follow `@iot.nextLink`, which may be
relative, and are counted against `@iot.count`. Only datastreams that tell of a time newer than what
is held are asked for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, sensorthings_tables, series
from harvesters.contract import Harvester, Raw
from harvesters.sensorthings_record import DATASTREAMS, THINGS, parse

_PAGE_ROWS = 1000
_MOST_PAGES = 10_000
_OF_THINGS = [("$expand", "Locations")]
_OF_DATASTREAMS = [("$expand", "Thing,ObservedProperty")]


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read what the server observes, and where: one record."""
    address = _address(source.url)
    root = fetch.get_json(address)
    if not isinstance(root, dict) or not isinstance(root.get("value"), list):
        raise FetchError("unexpected-answer", url=address, expected="value")
    things = _every(fetch, f"{address}/Things", _OF_THINGS)
    known = _every(fetch, f"{address}/Datastreams", _OF_DATASTREAMS)
    newest = [moment for one in known if (moment := sensorthings_tables.newest(one))]
    body = {
        "server": {name: value for name, value in root.items() if name != "value"},
        "columns": sensorthings_tables.columns(things),
        "phenomena": sensorthings_tables.phenomena(known),
        "is_numeric": sensorthings_tables.is_numeric(known),
        "series_count": len(known),
        "newest": max(newest, default=None),
    }
    yield Raw(remote_id=source.id, body=body, origin=address)


def extend(
    source: Source,
    distribution: Distribution,
    fetch: Fetch,
    folder: Path,
    known: Validators,
    held: Path | None,
) -> Download:
    """Write the things, the datastreams, or the observations held with those that are new."""
    address = _address(source.url)
    names = [field["name"] for field in (distribution.table_schema or {}).get("fields", [])]
    if distribution.remote_id == THINGS:
        things = _every(fetch, f"{address}/Things", _OF_THINGS)
        rows = sorted(sensorthings_tables.thing_cells(thing, names) for thing in things)
        pieces = assembled.csv_pieces(names, rows)
    else:
        listed = _every(fetch, f"{address}/Datastreams", _OF_DATASTREAMS)
        if distribution.remote_id == DATASTREAMS:
            rows = sorted(sensorthings_tables.datastream_cells(one, names) for one in listed)
            pieces = assembled.csv_pieces(names, rows)
        else:
            fresh = _fresh(fetch, address, listed, series.latest(held))
            pieces = series.grown(held, series.MEASURED, fresh)
    name = f"{distribution.remote_id}.csv"
    return assembled.keep(pieces, fetch, folder, known, name=name, url=distribution.url)


def _address(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _fresh(
    fetch: Fetch, address: str, listed: list[Any], last: dict[str, str]
) -> dict[tuple[str, str], list[Any]]:
    """Return the observations of each datastream that tells of a newer time than what is held."""
    found: dict[tuple[str, str], list[Any]] = {}
    for one in listed:
        series_id = sensorthings_tables.id_of(one)
        newest = sensorthings_tables.newest(one)
        if newest is None and "phenomenonTime" in one:
            continue  # nothing was observed yet
        start = series.start(last.get(series_id), newest or series.now())
        if start is None:
            continue
        about = sensorthings_tables.measured(one)
        key = series_id if isinstance(one.get("@iot.id"), int) else f"'{series_id}'"
        params = [
            ("$filter", f"phenomenonTime ge {start}"), ("$orderby", "phenomenonTime asc"),
            ("$select", "phenomenonTime,result"),
        ]  # fmt: skip
        for item in _every(fetch, f"{address}/Datastreams({key})/Observations", params):
            moment = sensorthings_tables.end_of(item.get("phenomenonTime"))
            if moment is not None:
                found[moment, series_id] = [*about, item.get("result")]
    return found


def _every(fetch: Fetch, url: str, params: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return all entities of a set, page after page, in the order in which they come."""
    found: list[dict[str, Any]] = []
    counted: int | None = None
    body = fetch.get_json(url, [*params, ("$top", str(_PAGE_ROWS)), ("$count", "true")])
    before: Any = None
    for _ in range(_MOST_PAGES):
        listed = body.get("value") if isinstance(body, dict) else None
        if not isinstance(listed, list):
            raise FetchError("unexpected-answer", url=url, expected="value")
        if listed and listed == before:
            raise FetchError("repeated-page", url=url, offset=len(found))
        before = listed
        found += [item for item in listed if isinstance(item, dict)]
        told = body.get("@iot.count")
        counted = told if isinstance(told, int) and counted is None else counted
        following = body.get("@iot.nextLink")
        if not isinstance(following, str) or not listed:
            break
        body = fetch.get_json(_following(following, url))
    if counted is not None and counted != len(found):
        raise FetchError("records-missing", url=url, expected=counted, received=len(found))
    return found


def _following(link: str, url: str) -> str:
    """Return the next page on the host that was asked: behind a proxy, servers name another."""
    own, there = urlsplit(url), urlsplit(urljoin(url, link))
    if there.hostname != own.hostname:
        raise FetchError("unexpected-answer", url=url, expected="@iot.nextLink")
    return urlunsplit((own.scheme, own.netloc, there.path, there.query, ""))


SENSORTHINGS = Harvester(records=records, parse=parse, extend=extend)
