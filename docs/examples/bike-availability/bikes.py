"""How many shared bikes are free, station by station and municipality by municipality.

A sample product of a few dozen lines, standard library only: it reads any GBFS feed (versions 2
and 3) from a base address, and the tables of a test pack. Its tests run it against the replay and a
pack of the platform; in production only the base address is another.

    python bikes.py http://127.0.0.1:8000/replay/vlille-simulated-v3 --near 3.0706,50.6366
"""

import argparse
import csv
import json
import math
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ATTEMPTS = 3
LONGEST_WAIT_S = 60.0


class Unavailable(Exception):
    """The feed could not be read: it fails, it asks to wait too long, or it breaks off."""


@dataclass(frozen=True)
class Station:
    """A station with what is free there."""

    id: str
    name: str
    lon: float
    lat: float
    bikes: int
    docks: int


@dataclass(frozen=True)
class State:
    """All stations at a moment, in seconds since 1970."""

    stations: list[Station]
    updated_s: float

    def age_s(self, now_s: float) -> float:
        """Return how old the state is."""
        return now_s - self.updated_s

    def near(self, lon: float, lat: float, count: int = 5) -> list[Station]:
        """Return the nearest stations that have a bike."""
        shrink = math.cos(math.radians(lat))
        return sorted(
            (station for station in self.stations if station.bikes),
            key=lambda s: math.hypot((s.lon - lon) * shrink, s.lat - lat),
        )[:count]


def read(base: str, sleep: Callable[[float], None] = time.sleep) -> State:
    """Read the state of a feed. Raises Unavailable."""
    feeds = _feeds(_get(f"{base.rstrip('/')}/gbfs.json", sleep))
    try:
        about = _get(feeds["station_information"], sleep)["data"]["stations"]
        status = _get(feeds["station_status"], sleep)
        free = {each["station_id"]: each for each in status["data"]["stations"]}
        stations = [
            Station(
                id=each["station_id"],
                name=_text(each["name"]),
                lon=each["lon"],
                lat=each["lat"],
                bikes=_bikes(free[each["station_id"]]),
                docks=free[each["station_id"]].get("num_docks_available", 0),
            )
            for each in about
            if each["station_id"] in free  # real feeds list stations that have no status
        ]
        return State(stations=stations, updated_s=_moment_s(status["last_updated"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"the feed lacks something: {error!r}") from error


def by_municipality(state: State, pack: Path) -> dict[str, int]:
    """Return the free bikes of the municipalities of a pack, by their names."""
    stations = {row["name"]: row["municipality_code"] for row in _rows(pack, "vlille_stations")}
    names = {row["code"]: row["name_fr"] for row in _rows(pack, "municipalities")}
    found = dict.fromkeys(names.values(), 0)
    for station in state.stations:
        if station.name in stations:
            found[names[stations[station.name]]] += station.bikes
    return found


def _get(address: str, sleep: Callable[[float], None]) -> dict[str, Any]:
    wait_s = 0.0
    for _ in range(ATTEMPTS):
        sleep(wait_s)
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # given by us
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            error.close()
            wait_s = float(error.headers.get("Retry-After") or 1)
            if error.code not in (429, 500, 502, 503) or wait_s > LONGEST_WAIT_S:
                raise Unavailable(f"{address}: {error.code}") from error
        except (OSError, ValueError):  # no connection, or an answer that breaks off
            wait_s = 1.0
    raise Unavailable(f"{address}: {ATTEMPTS} attempts")


def _feeds(discovery: dict[str, Any]) -> dict[str, str]:
    """Version 3 has one list of feeds, version 2 one for each language."""
    try:
        data = discovery["data"]
        feeds = data.get("feeds") or next(iter(data.values()))["feeds"]
        return {feed["name"]: feed["url"] for feed in feeds}
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        raise Unavailable("no list of feeds") from error


def _text(name: Any) -> str:
    return str(name[0]["text"] if isinstance(name, list) else name)


def _bikes(status: dict[str, Any]) -> int:
    version3 = status.get("num_vehicles_available")
    return int(status["num_bikes_available"] if version3 is None else version3)


def _moment_s(value: Any) -> float:
    return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else float(value)


def _rows(pack: Path, table: str) -> list[dict[str, str]]:
    with (pack / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print the nearest stations with a bike."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("base")
    parser.add_argument("--near", default="3.0706,50.6366", help="longitude,latitude")
    chosen = parser.parse_args()
    lon, lat = (float(part) for part in chosen.near.split(","))
    for station in read(chosen.base).near(lon, lat):
        sys.stdout.write(f"{station.bikes:3} bikes, {station.docks:3} docks  {station.name}\n")


if __name__ == "__main__":
    main()
