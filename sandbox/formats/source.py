"""What an encoder is given, and what it asks of a column: is it geometry, what is it called."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

BATCH_ROWS = 16_384


class Source(Protocol):
    """A table that is read once, batch by batch: a Result of the sandbox, or a Table."""

    @property
    def schema(self) -> pa.Schema:
        """Name and type the columns."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the rows; raise where they cannot all be read."""


@dataclass(frozen=True)
class Table:
    """A schema with its batches; a sheet of a spreadsheet bears its name."""

    schema: pa.Schema
    rows: Iterator[pa.RecordBatch]
    name: str = "data"

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the rows, in small batches."""
        for batch in self.rows:
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield batch.slice(start, BATCH_ROWS)


def column_names(schema: pa.Schema) -> list[str]:
    """Name each column once: `a`, `a_1`."""
    names: list[str] = []
    taken = set(schema.names)
    seen: set[str] = set()
    for name in schema.names:
        new, count = name, 0
        while new in seen or (count and new in taken):
            count += 1
            new = f"{name}_{count}"
        seen.add(new)
        names.append(new)
    return names


def geometry_columns(schema: pa.Schema) -> list[int]:
    """Find the columns that hold geometry as WKB."""
    declared: set[str] = set()
    if schema.metadata and b"geo" in schema.metadata:
        declared = set(json.loads(schema.metadata[b"geo"]).get("columns", {}))
    found = []
    for index, field in enumerate(schema):
        extension = (field.metadata or {}).get(b"ARROW:extension:name", b"")
        if not is_binary(field.type):
            continue
        is_named = field.name.lower() in ("geometry", "geom")
        if extension in (b"geoarrow.wkb", b"ogc.wkb") or field.name in declared or is_named:
            found.append(index)
    return found


def is_binary(kind: pa.DataType) -> bool:
    """Tell columns of bytes."""
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or str(kind) == "binary_view"
    )
