"""What lies on a map, as GeoJSON for the browser."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from catalogue.boxes import Box

Corner = tuple[float, float]
"""Longitude and latitude."""


class Feature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing on a map, by the number of its row in the list beside it.

    `geometry` is GeoJSON; `lang` is the language of the title where it is not the reader's;
    `values` stand in the order of the columns of the collection; `share`, from 0 to 1, is how
    strongly an area is filled: that of a grid, or, below 0.05 and outlined, one among many that lie
    over each other.
    """

    row: int
    title: str
    geometry: dict[str, Any]
    lang: str | None = None
    values: Sequence[str | None] = ()
    address: str | None = None
    share: float | None = None


def collection(
    features: Iterable[Feature],
    columns: Sequence[str] = (),
    *,
    row_address: str | None = None,
    details_address: str | None = None,
) -> bytes:
    """Return features as a FeatureCollection; `columns` are the names of their values.

    With the number of a feature for `{row}`, `row_address` is the page about it, and
    `details_address` gives its `columns` and `values` as JSON, where it holds none itself.
    """
    return msgspec.json.encode(
        {
            "type": "FeatureCollection",
            "columns": list(columns),
            "row_address": row_address,
            "details_address": details_address,
            "features": [
                {"type": "Feature", "properties": _properties(one), "geometry": one.geometry}
                for one in features
            ],
        }
    )


def lines_of(geometry: dict[str, Any]) -> Iterator[list[Corner]]:
    """Give the lines and rings of a geometry, or its points, each alone."""
    coordinates, kind = geometry.get("coordinates"), geometry.get("type")
    if kind == "GeometryCollection":
        for one in geometry["geometries"]:
            yield from lines_of(one)
    elif kind == "Point":
        yield [_corner(coordinates)]
    elif kind in ("MultiPoint", "LineString"):
        each = [_corner(one) for one in coordinates or ()]
        yield from ([one] for one in each) if kind == "MultiPoint" else [each]
    elif kind in ("MultiLineString", "Polygon"):
        yield from ([_corner(one) for one in line] for line in coordinates or ())
    elif kind == "MultiPolygon":
        for polygon in coordinates or ():
            yield from ([_corner(one) for one in ring] for ring in polygon)


def rectangle(box: Box) -> dict[str, Any]:
    """Return an area as a geometry; one without width and height is a point."""
    west, south, east, north = box
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _corner(coordinates: Any) -> Corner:
    return float(coordinates[0]), float(coordinates[1])


def _properties(one: Feature) -> dict[str, Any]:
    named = {
        "row": one.row,
        "title": one.title,
        "lang": one.lang,
        "values": list(one.values) or None,
        "address": one.address,
        "share": one.share,
    }
    return {name: value for name, value in named.items() if value is not None}
