"""GeoJSON as frictionless's JSON Schema has it (that of fge/sample-json-schemas, draft 4).

Its rules, which are not those of RFC 7946: a position is exactly two numbers; a line has two of
them or more, a ring four; a collection holds geometries, not collections; what stands in
`properties` is free; `crs`, old and rarely right, is left to frictionless, as is every member that
GeoJSON does not name. The parser is compiled once, at 1 to 10 microseconds a geometry against the
1,440 of the schema.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tablecheck.accept.json_texts import Inner, decoded
from tablecheck.accept.texts import Acceptor

Position = tuple[float, float]
Line = Annotated[list[Position], Meta(min_length=2)]
Ring = Annotated[list[Position], Meta(min_length=4)]


class _Member(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, kw_only=True):
    bbox: list[float] | UnsetType = UNSET


class Point(_Member, tag="Point"):
    """Hold one position."""

    coordinates: Position


class MultiPoint(_Member, tag="MultiPoint"):
    """Hold positions."""

    coordinates: list[Position]


class LineString(_Member, tag="LineString"):
    """Hold a line."""

    coordinates: Line


class MultiLineString(_Member, tag="MultiLineString"):
    """Hold lines."""

    coordinates: list[Line]


class Polygon(_Member, tag="Polygon"):
    """Hold rings."""

    coordinates: list[Ring]


class MultiPolygon(_Member, tag="MultiPolygon"):
    """Hold polygons."""

    coordinates: list[list[Ring]]


Geometry = Point | MultiPoint | LineString | MultiLineString | Polygon | MultiPolygon


class GeometryCollection(_Member, tag="GeometryCollection"):
    """Hold geometries, none of them a collection."""

    geometries: list[Geometry]


class Feature(_Member, tag="Feature"):
    """Hold a geometry with its properties."""

    geometry: Geometry | None
    properties: dict[str, Inner] | None
    id: str | float | UnsetType = UNSET


class FeatureCollection(_Member, tag="FeatureCollection"):
    """Hold features."""

    features: list[Feature]
    name: str | UnsetType = UNSET


_DECODER = msgspec.json.Decoder(Geometry | GeometryCollection | Feature | FeatureCollection)


def geojson(field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a geojson field."""
    if field.format != "default":
        return None, "format"
    return decoded(_DECODER), ""
