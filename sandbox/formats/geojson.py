"""GeoJSON (RFC 7946): features with the first geometry column, or with lon and lat."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa

from sandbox.errors import InvalidQuery
from sandbox.formats.json import _encoder, columns_of, slices
from sandbox.formats.source import Source, column_names, geometry_columns
from sandbox.formats.values import geojson_texts, plain

LON = ("lon", "lng", "longitude")
LAT = ("lat", "latitude")


def geojson(source: Source) -> Iterator[bytes]:
    """Write a feature collection; raise InvalidQuery where there is no geometry."""
    names = column_names(source.schema)
    geometry = geometry_columns(source.schema)
    point = None if geometry else _point_columns(source.schema)
    if not geometry and point is None:
        raise InvalidQuery("no_geometry")
    return _features(source, names, geometry, point)


def _features(
    source: Source, names: list[str], geometry: list[int], point: tuple[int, int] | None
) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    before = b""
    for batch in slices(source):
        shapes = _shapes(batch, geometry, point)
        others = [index for index in range(batch.num_columns) if index not in geometry[:1]]
        columns = columns_of(batch, geometry)
        rows = [
            {
                "type": "Feature",
                "geometry": shape,
                "properties": {names[index]: columns[index][row] for index in others},
            }
            for row, shape in enumerate(shapes)
        ]
        yield before + _encoder.encode(rows)[1:-1]
        before = b",\n"
    yield b"]}\n"


def _shapes(batch: pa.RecordBatch, geometry: list[int], point: tuple[int, int] | None) -> list[Any]:
    if geometry:
        texts = geojson_texts(batch.column(geometry[0]))
        return [None if text is None else msgspec.Raw(text.encode()) for text in texts]
    assert point is not None  # noqa: S101 - the caller has checked
    lons, lats = (plain(batch.column(index)) for index in point)
    return [
        None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
        for lon, lat in zip(lons, lats, strict=True)
    ]


def _point_columns(schema: pa.Schema) -> tuple[int, int] | None:
    names = [name.lower() for name in schema.names]
    lon = next((names.index(name) for name in LON if name in names), None)
    lat = next((names.index(name) for name in LAT if name in names), None)
    if lon is None or lat is None:
        return None
    kinds = (schema.field(lon).type, schema.field(lat).type)
    is_number = all(pa.types.is_floating(kind) or pa.types.is_decimal(kind) for kind in kinds)
    return (lon, lat) if is_number else None
