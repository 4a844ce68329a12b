"""JSON: the answer of SQL (rows as lists), an array of objects, and one object a line.

A value that readers would round is a text, its neighbours in the same column stay numbers: rows are
written as they come, and what follows them is not known (see `sandbox.messages.JSON_NUMBERS`).
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa

from sandbox.formats.source import Source, column_names, geometry_columns
from sandbox.formats.values import geojson_texts, plain
from sandbox.result import Result

_encoder = msgspec.json.Encoder(decimal_format="number")
SLICE_ROWS = 4_096


def columns_of(batch: pa.RecordBatch, geometry: list[int]) -> list[list[Any]]:
    """Give the columns of a batch as values for JSON; geometry as GeoJSON."""
    return [
        [None if text is None else msgspec.Raw(text.encode()) for text in geojson_texts(column)]
        if index in geometry
        else plain(column)
        for index, column in enumerate(batch.columns)
    ]


def slices(source: Source) -> Iterator[pa.RecordBatch]:
    """Read in pieces that are small as Python objects, too."""
    for batch in source.batches():
        for start in range(0, batch.num_rows, SLICE_ROWS):
            yield batch.slice(start, SLICE_ROWS)


def sql_answer(result: Result) -> Iterator[bytes]:
    """Write the answer of SQL; what is known only at the end comes at the end."""
    yield b'{"columns":' + _encoder.encode(result.columns) + b',"rows":['
    geometry = geometry_columns(result.schema)
    before = b""
    for batch in slices(result):
        rows = list(zip(*columns_of(batch, geometry), strict=True))
        yield before + _encoder.encode(rows)[1:-1]
        before = b","
    rest = {
        "row_count": result.row_count,
        "truncated": result.truncated,
        "versions": result.versions,
        "engine": result.engine,
        "elapsed_ms": result.elapsed_ms,
    }
    yield b"]," + _encoder.encode(rest)[1:]


def json_array(source: Source) -> Iterator[bytes]:
    """Write an array of objects."""
    before = b"["
    for rows in _objects(source):
        yield before + _encoder.encode(rows)[1:-1]
        before = b",\n"
    yield b"[]\n" if before == b"[" else b"]\n"


def ndjson(source: Source) -> Iterator[bytes]:
    """Write one object a line."""
    for rows in _objects(source):
        yield _encoder.encode_lines(rows)


def _objects(source: Source) -> Iterator[list[dict[str, Any]]]:
    names = column_names(source.schema)
    geometry = geometry_columns(source.schema)
    for batch in slices(source):
        columns = columns_of(batch, geometry)
        yield [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
