"""Where the rows of a version lie: a geometry, a longitude and a latitude, or a text of both as
Opendatasoft writes it, `50.6366, 3.0586`: the latitude goes first.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from catalogue.records import Column
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.literals import identifier

LONGITUDES = ("lon", "lng", "long", "longitude")
LATITUDES = ("lat", "latitude")
POINTS = (
    "geo_point_2d",
    "geo_point",
    "geopoint",
    "point_geo",
    "coordonnees_geo",
    "latlon",
    "lat_lon",
)


class PlaceColumns(NamedTuple):
    """The columns that say where: `geometry`, or else `lon` and `lat`, or else the text `point`."""

    geometry: str | None = None
    lon: str | None = None
    lat: str | None = None
    point: str | None = None

    def pair_in_sql(self) -> tuple[str, str]:
        """Return longitude and latitude in SQL, of places that are no geometry."""
        if self.point is None:
            return identifier(self.lon or ""), identifier(self.lat or "")
        part = f"try_cast(split_part({identifier(self.point)}, ',', {{}}) AS DOUBLE)"
        return part.format(2), part.format(1)


def place_columns(columns: Sequence[Column]) -> PlaceColumns | None:
    """Return the columns that place a row on the map, or None."""
    for column in columns:
        if column.type == "GEOMETRY":
            return PlaceColumns(geometry=column.name)
    lon = _named(columns, LONGITUDES, Kind.NUMBER)
    lat = _named(columns, LATITUDES, Kind.NUMBER)
    if lon and lat:
        return PlaceColumns(lon=lon, lat=lat)
    point = _named(columns, POINTS, Kind.TEXT)
    return PlaceColumns(point=point) if point else None


def point_of(text: str | None) -> tuple[float, float] | None:
    """Return longitude and latitude of a text of both, by the rule of `pair_in_sql`; else None.

    >>> point_of("50.6366, 3.0586")
    (3.0586, 50.6366)
    >>> point_of("Lille")
    """
    parts = (text or "").split(",")
    try:
        lon, lat = float(parts[1]), float(parts[0])
    except (IndexError, ValueError):
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None


def _named(columns: Sequence[Column], names: tuple[str, ...], kind: Kind) -> str | None:
    found = {one.name.lower(): one.name for one in columns if kind_of(one.type) is kind}
    return next((found[name] for name in names if name in found), None)
