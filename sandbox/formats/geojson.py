"""GeoJSON (RFC 7946): features with the first geometry column, with lon and lat, or with a text of
both.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pyarrow as pa

from catalogue.views.places import LATITUDES, LONGITUDES, POINTS, point_of
from sandbox.errors import InvalidQuery
from sandbox.formats.json import _encoder, columns_of, slices
from sandbox.formats.source import Source, column_names, geometry_columns
from sandbox.formats.values import geojson_texts, plain

_Point = tuple[int, int] | int  # columns of longitude and latitude, or of a text of both


def geojson(source: Source) -> Iterator[bytes]:
    """Write a feature collection; raise InvalidQuery where there is no geometry."""
    names = column_names(source.schema)
    geometry = geometry_columns(source.schema)
    point = None if geometry else _point_columns(source.schema)
    if not geometry and point is None:
        raise InvalidQuery("no_geometry")
    return _features(source, names, geometry, point)


def _features(
    source: Source, names: list[str], geometry: list[int], point: _Point | None
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


def _shapes(batch: pa.RecordBatch, geometry: list[int], point: _Point | None) -> list[Any]:
    if geometry:
        texts = geojson_texts(batch.column(geometry[0]))
        return [None if text is None else msgspec.Raw(text.encode()) for text in texts]
    assert point is not None  # noqa: S101 - the caller has checked
    if isinstance(point, int):
        places = [point_of(text) for text in batch.column(point).to_pylist()]
    else:
        lons, lats = (plain(batch.column(index)) for index in point)
        places = [
            None if lon is None or lat is None else (lon, lat)
            for lon, lat in zip(lons, lats, strict=True)
        ]
    return [place and {"type": "Point", "coordinates": place} for place in places]


def _point_columns(schema: pa.Schema) -> _Point | None:
    lon = _named(schema, LONGITUDES, _is_number)
    lat = _named(schema, LATITUDES, _is_number)
    if lon is not None and lat is not None:
        return lon, lat
    return _named(schema, POINTS, _is_text)


def _named(
    schema: pa.Schema, names: tuple[str, ...], fits: Callable[[pa.DataType], bool]
) -> int | None:
    found = {field.name.lower(): place for place, field in enumerate(schema) if fits(field.type)}
    return next((found[name] for name in names if name in found), None)


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_integer(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
