"""One simulated day of V'Lille: the real stations, invented bikes. It says so wherever it shows.

Stations, their names, places and docks are those recorded on 22 December 2025; the bikes ride by a
simple model with a seed: to the middle in the morning, back in the evening. No figure of use of the
real system went into it.
"""

import csv
import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from catalogue.resources import folder as resource
from sandbox.replay.series import DISCOVERY, About, Writer

SIMULATED = {"vlille-simulated-v2": "2.3", "vlille-simulated-v3": "3.0"}
TITLE = {
    "fr": "V’Lille, une journée simulée",
    "nl": "V’Lille, een gesimuleerde dag",
    "en": "V’Lille, a simulated day",
}
ATTRIBUTION = (
    "Stations: Métropole Européenne de Lille, V'Lille, 2025-12-22, Licence Ouverte 2.0."
    " Availability: simulated."
)
NAME = {"fr": "V'Lille (simulation)", "nl": "V'Lille (simulatie)", "en": "V'Lille (simulation)"}
SEED = 2026
EVERY_S = 300
DAY_S = 86_400
_SOURCE = "mel/stations-vlille/vlille_stations.csv"
_START = datetime(2026, 1, 15, tzinfo=ZoneInfo("Europe/Paris"))
_MIDDLE = (3.0636, 50.6370)
# Trips that begin in the five minutes before each hour, of 1,000 bikes.
_TRIPS = (2, 1, 1, 1, 2, 5, 12, 30, 45, 28, 18, 20, 28, 24, 20, 22, 30, 46, 50, 34, 20, 12, 8, 4)
_ROOT = "https://simulated.invalid"


class Station(NamedTuple):
    """A station of the real system, how many bikes it takes, how central it lies (0 to 1)."""

    id: str
    name: str
    lon: float
    lat: float
    docks: int
    centrality: float


def simulate(folder: Path, version: str, seed: int = SEED, every_s: int = EVERY_S) -> About:
    """Write the day as a series in the shape of a version of GBFS: `2.3` or `3.0`."""
    stations = list(_stations())
    shape = _SHAPES[version]
    writer = Writer(folder)
    begin_s = int(_START.timestamp())
    fixed = {
        DISCOVERY: shape.discovery(),
        "system_information.json": shape.system(),
        "vehicle_types.json": shape.types(),
        "station_information.json": shape.information(stations),
    }
    for file, data in fixed.items():
        writer.add(0, file, _body(shape, data, begin_s))
    for at_s, bikes in _day(stations, seed, every_s):
        status = shape.status(stations, bikes, begin_s + at_s)
        writer.add(at_s, "station_status.json", _body(shape, status, begin_s + at_s))
    about = About(
        id=folder.name,
        title=TITLE,
        source_url=f"simulate --seed {seed}",
        started_s=begin_s,
        duration_s=DAY_S,
        gbfs=version,
        is_simulated=True,
        attribution=ATTRIBUTION,
    )
    writer.close(about)
    return about


def _stations() -> Iterator[Station]:
    with (resource("starter") / _SOURCE).open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            lon, lat = float(row["longitude"]), float(row["latitude"])
            away_km = math.hypot((lon - _MIDDLE[0]) * 70.6, (lat - _MIDDLE[1]) * 111.2)
            centrality = 1 / (1 + (round(away_km, 3) / 2) ** 2)
            docks = max(int(row["docks_counted"]), 4)
            yield Station(str(number), row["name"], lon, lat, docks, round(centrality, 6))


def _day(stations: list[Station], seed: int, every_s: int) -> Iterator[tuple[int, list[int]]]:
    """Give the bikes at each station every so many seconds; no bike is made or lost but those on
    their way.
    """
    chance = random.Random(seed)  # noqa: S311  # bikes, no secrets
    bikes = [round(s.docks * (0.35 + 0.3 * chance.random())) for s in stations]
    riding: list[tuple[int, int]] = []  # when a bike arrives, and where it meant to
    for at_s in range(0, DAY_S, every_s):
        hour = at_s / 3600
        for arrival in [each for each in riding if each[0] <= at_s]:
            riding.remove(arrival)
            bikes[_free(stations, bikes, arrival[1], chance)] += 1
        share = _TRIPS[int(hour)] / 1000 * every_s / 300
        wanted = round(sum(bikes) * share * (0.8 + 0.4 * chance.random()))
        inwards = 1.0 if 5 <= hour < 11 else -1.0 if 15 <= hour < 21 else 0.0
        for _ in range(wanted if at_s else 0):  # the day begins with every bike at its station
            start = _drawn(stations, -inwards, chance)
            if bikes[start]:
                bikes[start] -= 1
                ride_s = 300 + int(1200 * chance.random())
                riding.append((at_s + ride_s, _drawn(stations, inwards, chance)))
        yield at_s, list(bikes)


def _drawn(stations: list[Station], inwards: float, chance: random.Random) -> int:
    """Draw a station, one of the middle the rather the more `inwards` people ride."""
    while True:
        place = int(chance.random() * len(stations))
        central = stations[place].centrality
        weight = 0.5 + inwards * (central - 0.5) * 0.8
        if chance.random() < weight:
            return place


def _free(stations: list[Station], bikes: list[int], place: int, chance: random.Random) -> int:
    """Return the station where a bike is left: the one meant, else one with a free dock."""
    while bikes[place] >= stations[place].docks:
        place = int(chance.random() * len(stations))
    return place


class _Version2:
    version = "2.3"

    def moment(self, at_s: int) -> Any:
        return at_s

    def _feeds(self) -> list[dict[str, str]]:
        names = ("system_information", "vehicle_types", "station_information", "station_status")
        return [{"name": name, "url": f"{_ROOT}/{name}.json"} for name in names]

    def discovery(self) -> dict[str, Any]:
        return {"fr": {"feeds": self._feeds()}}

    def system(self) -> dict[str, Any]:
        return {
            "system_id": "vlille_simulated",
            "language": "fr",
            "name": NAME["fr"],
            "timezone": "Europe/Paris",
            "license_id": "etalab-2.0",
            "attribution_organization_name": ATTRIBUTION,
        }

    def types(self) -> dict[str, Any]:
        return {
            "vehicle_types": [
                {
                    "vehicle_type_id": "bike",
                    "form_factor": "bicycle",
                    "propulsion_type": "human",
                    "name": "Vélo (simulation)",
                }
            ]
        }

    def information(self, stations: list[Station]) -> dict[str, Any]:
        return {"stations": [self._station(station) for station in stations]}

    def _station(self, station: Station) -> dict[str, Any]:
        return {
            "station_id": station.id,
            "name": station.name,
            "lat": station.lat,
            "lon": station.lon,
            "capacity": station.docks,
        }

    def status(self, stations: list[Station], bikes: list[int], at_s: int) -> dict[str, Any]:
        return {
            "stations": [
                {
                    "station_id": station.id,
                    self.counted: count,
                    "num_docks_available": station.docks - count,
                    "is_installed": True,
                    "is_renting": True,
                    "is_returning": True,
                    "last_reported": self.moment(at_s),
                }
                for station, count in zip(stations, bikes, strict=True)
            ]
        }

    counted = "num_bikes_available"


class _Version3(_Version2):
    version = "3.0"
    counted = "num_vehicles_available"

    def moment(self, at_s: int) -> Any:
        return datetime.fromtimestamp(at_s, UTC).isoformat()

    def discovery(self) -> dict[str, Any]:
        return {"feeds": self._feeds()}

    def system(self) -> dict[str, Any]:
        said = [{"text": ATTRIBUTION, "language": "en"}]
        return {
            "system_id": "vlille_simulated",
            "languages": ["fr", "nl", "en"],
            "name": [{"text": text, "language": tag} for tag, text in NAME.items()],
            "opening_hours": "24/7",
            "feed_contact_email": "simulated@example.org",
            "timezone": "Europe/Paris",
            "license_id": "etalab-2.0",
            "attribution_organization_name": said,
        }

    def types(self) -> dict[str, Any]:
        (bike,) = super().types()["vehicle_types"]
        named = [{"text": bike["name"], "language": "fr"}]
        return {"vehicle_types": [{**bike, "name": named}]}

    def _station(self, station: Station) -> dict[str, Any]:
        named = [{"text": station.name, "language": "fr"}]
        return {**super()._station(station), "name": named}


_SHAPES: dict[str, _Version2] = {"2.3": _Version2(), "3.0": _Version3()}


def _body(shape: _Version2, data: dict[str, Any], at_s: int) -> bytes:
    return msgspec.json.encode(
        {
            "last_updated": shape.moment(at_s),
            "ttl": EVERY_S,
            "version": shape.version,
            "data": data,
        }
    )
