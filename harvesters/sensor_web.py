"""Harvests the Sensor Web API of 52°North: stations as a table, measurements as one that grows.

Documentation: https://52north.github.io/sensorweb-server-helgoland/ . Read from IRCELINE, the air
of Belgium, 2019 to 2024. Each service behind the address is a dataset. Only series with a value
newer than what is held are asked for, so a run in which nothing was measured costs three requests.
The source's URL may say which stations it wants, in the API's own words: `?near={…}`,
`?phenomenon=8`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators
from catalogue.records import Distribution, Source
from harvesters import assembled, paging, sensor_web_tables, series, wording
from harvesters.contract import Harvester, Raw
from harvesters.sensor_web_record import STATIONS, parse

PARAMETERS = frozenset({"near", "phenomenon"})
_EXPANDED = ("expanded", "true")
# Without it, servers leave the last values out, to be quick.
_LAST = ("force_latest_values", "true")
_MOST_SERIES = 5000


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read what each service measures, and where."""
    address, filters = _address(source.url)
    seen: set[str] = set()
    for service in _list(fetch, f"{address}/services", [_EXPANDED]):
        service_id = str(service.get("id") or "") if isinstance(service, dict) else ""
        row = paging.Row(service_id or f"#{len(seen)}", service, service_id in seen)
        seen.add(row.id)
        raw = paging.raw(row, address)
        if raw.problem:
            yield raw
            continue
        of_service = [_EXPANDED, ("service", service_id), *filters]
        stations = _list(fetch, f"{address}/stations", of_service)
        known = _list(fetch, f"{address}/timeseries", [*of_service, _LAST])
        newest = [moment for one in known if (moment := sensor_web_tables.newest(one))]
        body = {
            "service": service,
            "columns": sensor_web_tables.columns(stations),
            "phenomena": sensor_web_tables.phenomena(known),
            "newest": max(newest, default=None),
            "series_count": len(known),
            "filters": [list(pair) for pair in filters],
        }
        yield Raw(remote_id=service_id, body=body, origin=address)


def extend(
    source: Source,
    distribution: Distribution,
    fetch: Fetch,
    folder: Path,
    known: Validators,
    held: Path | None,
) -> Download:
    """Write the stations, or the measurements that are held with those that are new."""
    parts = urlsplit(distribution.url)
    query = parse_qsl(parts.query)
    address = urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0], "", ""))
    if distribution.remote_id == STATIONS:
        names = [field["name"] for field in (distribution.table_schema or {}).get("fields", [])]
        listed = _list(fetch, f"{address}/stations", query)
        cells = sorted(sensor_web_tables.cells(station, names) for station in listed)
        pieces = assembled.csv_pieces(names, cells)
    else:
        listed = _list(fetch, f"{address}/timeseries", [*query, _LAST])
        fresh = _fresh(fetch, address, listed, series.latest(held))
        pieces = series.grown(held, series.MEASURED, fresh)
    name = f"{distribution.remote_id}.csv"
    return assembled.keep(pieces, fetch, folder, known, name=name, url=distribution.url)


def _address(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    address = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return address, [pair for pair in parse_qsl(parts.query) if pair[0] in PARAMETERS]


def _list(fetch: Fetch, url: str, params: list[tuple[str, str]]) -> list[Any]:
    found = fetch.get_json(url, params)
    if not isinstance(found, list):
        raise FetchError("unexpected-answer", url=url, expected="list")
    return found


def _fresh(
    fetch: Fetch, address: str, listed: list[Any], last: dict[str, str]
) -> dict[tuple[str, str], list[Any]]:
    """Return the values of each series that has one newer than what is held.

    Where the service tells no last value of any, each is asked up to this moment.
    """
    if len(listed) > _MOST_SERIES:
        raise FetchError("too-many-records", url=address, limit=_MOST_SERIES)
    moments = [sensor_web_tables.newest(one) for one in listed]
    if not any(moments):
        moments = [series.now() for _ in listed]
    found: dict[tuple[str, str], list[Any]] = {}
    for one, newest in zip(listed, moments, strict=True):
        if newest is None or not isinstance(one, dict) or one.get("id") is None:
            continue
        series_id = str(one.get("id"))
        about = sensor_web_tables.measured(one)
        for start, end in series.windows(last.get(series_id), newest):
            url = f"{address}/timeseries/{series_id}/getData"
            body = fetch.get_json(url, [("timespan", f"{start}/{end}")])
            for moment, value in _values(body, series_id, url):
                found[moment, series_id] = [*about, value]
    return found


def _values(body: Any, series_id: str, url: str) -> Iterator[tuple[str, Any]]:
    """Yield moments and values; some answers are keyed by the id, some are not."""
    inner = body.get(series_id, body) if isinstance(body, dict) else None
    listed = inner.get("values") if isinstance(inner, dict) else None
    if not isinstance(listed, list):
        raise FetchError("unexpected-answer", url=url, expected="values")
    for item in listed:
        stamp = item.get("timestamp") if isinstance(item, dict) else None
        if moment := wording.epoch(stamp):
            yield moment, sensor_web_tables.number(item.get("value"))


SENSOR_WEB = Harvester(records=records, parse=parse, url_parameters=PARAMETERS, extend=extend)
