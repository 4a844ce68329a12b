"""Where the rows of a version lie: a geometry, or a longitude and a latitude."""

from collections.abc import Sequence
from typing import NamedTuple

from catalogue.records import Column
from catalogue.views.kinds import Kind, kind_of

LONGITUDES = ("lon", "lng", "long", "longitude")
LATITUDES = ("lat", "latitude")


class PlaceColumns(NamedTuple):
    """The columns that say where: `geometry`, or else `lon` and `lat`."""

    geometry: str | None = None
    lon: str | None = None
    lat: str | None = None


def place_columns(columns: Sequence[Column]) -> PlaceColumns | None:
    """Return the columns that place a row on the map, or None."""
    for column in columns:
        if column.type == "GEOMETRY":
            return PlaceColumns(geometry=column.name)
    lon = _named(columns, LONGITUDES)
    lat = _named(columns, LATITUDES)
    return PlaceColumns(lon=lon, lat=lat) if lon and lat else None


def _named(columns: Sequence[Column], names: tuple[str, ...]) -> str | None:
    numbers = {one.name.lower(): one.name for one in columns if kind_of(one.type) is Kind.NUMBER}
    return next((numbers[name] for name in names if name in numbers), None)
