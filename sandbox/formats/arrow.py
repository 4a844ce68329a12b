"""Arrow IPC streams and Parquet files."""

import io
import json
import tempfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.formats.source import Source, column_names, geometry_columns
from sandbox.formats.values import plain, storage_of

CHUNK_BYTES = 1 << 20
ROWS_A_GROUP = 122_880


class _Sink(io.RawIOBase):
    """A file that hands its bytes on."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def writable(self) -> bool:
        return True

    def take(self) -> bytes:
        data = b"".join(self.parts)
        self.parts.clear()
        return data


def arrow(source: Source) -> Iterator[bytes]:
    """Write an Arrow IPC stream; without its end mark where the rows end in a fault."""
    sink = _Sink()
    writer = pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), source.schema)
    yield sink.take()
    for batch in source.batches():
        writer.write_batch(batch)
        yield sink.take()
    writer.close()
    yield sink.take()


def parquet(source: Source) -> Iterator[bytes]:
    """Write a Parquet file with zstd; through a temporary file, whole before its first byte."""
    schema = _portable(source.schema)
    with tempfile.TemporaryFile(prefix="answer-") as file:
        writer = pq.ParquetWriter(
            file, schema, compression="zstd", compression_level=3, store_schema=False
        )
        with writer:
            for batch in _grouped(source):
                writer.write_batch(_cast(batch, schema), row_group_size=ROWS_A_GROUP)
            if schema.metadata:
                pairs = {key.decode(): value.decode() for key, value in schema.metadata.items()}
                writer.add_key_value_metadata(pairs)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _grouped(source: Source) -> Iterator[pa.RecordBatch]:
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in source.batches():
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_A_GROUP:
            yield _one(waiting)
            waiting, rows = [], 0
    if waiting:
        yield _one(waiting)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _is_portable(kind: pa.DataType) -> bool:
    return not (pa.types.is_interval(kind) or pa.types.is_union(kind) or pa.types.is_null(kind))


def _portable(schema: pa.Schema) -> pa.Schema:
    """Give names and types that every reader of Parquet knows; geometry as GeoParquet."""
    fields = []
    for name, field in zip(column_names(schema), schema, strict=True):
        kind = field.type
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        fields.append(pa.field(name, kind if _is_portable(kind) else pa.string()))
    metadata: dict[bytes | str, bytes | str] = {}
    if geometry := geometry_columns(schema):
        names = [fields[index].name for index in geometry]
        columns = {name: {"encoding": "WKB", "geometry_types": []} for name in names}
        geo = {"version": "1.1.0", "primary_column": names[0], "columns": columns}
        metadata[b"geo"] = json.dumps(geo).encode()
    return pa.schema(fields, metadata=metadata)


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for column, field in zip(batch.columns, schema, strict=True):
        stored = storage_of(column)
        if not _is_portable(stored.type):
            texts = [None if value is None else str(value) for value in plain(column)]
            stored = pa.array(texts, pa.string())
        columns.append(stored.cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
