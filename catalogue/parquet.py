"""Writes Arrow tables as Parquet that every engine reads, and hashes their content whatever the row
order.

The bytes depend on the writer's version; the logical hash does not, and a portal that shuffles its
rows gives the same.
"""

import hashlib
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalogue.records import Column

ROW_GROUP_ROWS = 122_880
ZSTD_LEVEL = 3
_ROW_HASH_BYTES = 32


class Prepared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Parquet file written aside, not yet part of the store."""

    file: str
    logical_sha256: str
    row_count: int
    columns: list[Column]


def prepare(table: pa.Table, schema: dict[str, object], folder: Path) -> Prepared:
    """Write a table into a scratch folder, with what its version will state."""
    with NamedTemporaryFile(dir=folder, suffix=".parquet", delete=False) as scratch:
        file = Path(scratch.name)
    write(table, file)
    return Prepared(
        file=str(file),
        logical_sha256=logical_sha256(table),
        row_count=table.num_rows,
        columns=columns_of(table, schema),
    )


def write(table: pa.Table, file: Path, *, is_compressed: bool = True) -> None:
    """Write a table, about 122k rows a group, laid out for queries; geometry as GeoParquet.

    Uncompressed, the bytes depend on no release of a compressor.
    """
    layout: dict[str, Any] = _layout(table) if is_compressed else {"compression": "none"}
    with pq.ParquetWriter(
        file,
        table.schema,
        store_schema=False,  # the Arrow schema in the footer would tie the bytes to Arrow alone
        **layout,
    ) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        geo = (table.schema.metadata or {}).get(b"geo")
        if geo is not None:  # without a stored schema its metadata must be written by hand
            writer.add_key_value_metadata({"geo": geo.decode()})


def _layout(table: pa.Table) -> dict[str, Any]:
    """Choose encoding and codec of each column (docs/decisions/0014).

    Values that repeat go through a dictionary, which leaves a compressor little to do, and numbers
    are read often: both get the codec that costs a query least. Other texts get the smaller one.
    """
    first = table.slice(0, ROW_GROUP_ROWS)
    repeating = [name for name in table.column_names if _repeats(first[name])]
    compression = {
        field.name: "snappy"
        if field.name in repeating or pa.types.is_primitive(field.type)
        else "zstd"
        for field in table.schema
    }
    return {
        "use_dictionary": repeating or False,
        "compression": compression,
        "compression_level": {
            name: ZSTD_LEVEL for name, codec in compression.items() if codec == "zstd"
        },
    }


def _repeats(column: "pa.ChunkedArray[Any]") -> bool:
    """Tell whether values come twice in the mean, or more often."""
    return bool(2 * pc.count_distinct(column).as_py() <= len(column))


def logical_sha256(table: pa.Table) -> str:
    """Return a hash of column names, types and the multiset of rows.

    The hashes of the rows are added up, so that their order does not count but their number does.
    """
    total = 0
    for batch in table.to_batches(max_chunksize=65_536):
        for row in _row_texts(batch):
            digest = hashlib.blake2b(row, digest_size=_ROW_HASH_BYTES).digest()
            total += int.from_bytes(digest, "big")
    total %= 1 << (8 * _ROW_HASH_BYTES)
    head = "\n".join(f"{field.name}\t{field.type}" for field in table.schema)
    body = f"{head}\n{table.num_rows}\n{total:x}"
    return hashlib.sha256(body.encode()).hexdigest()


def columns_of(table: pa.Table, schema: dict[str, object]) -> list[Column]:
    """Return the columns with their SQL types, each beside its field of the Table Schema."""
    listed = schema.get("fields")
    fields = {field["name"]: field for field in listed} if isinstance(listed, list) else {}
    geometry = b"geo" in (table.schema.metadata or {})
    return [
        Column(
            name=field.name,
            type="GEOMETRY" if geometry and field.name == "geometry" else _sql_type(field.type),
            field=fields.get(field.name, {}),
        )
        for field in table.schema
    ]


def _row_texts(batch: pa.RecordBatch) -> list[bytes]:
    parts: list[Any] = []
    for column in batch.columns:
        is_bytes = pa.types.is_binary(column.type)
        text: Any = column if is_bytes else column.cast(pa.string()).cast(pa.binary())
        # The length before each value keeps ("ab", "c") apart from ("a", "bc"), whatever bytes they
        # hold.
        length = pc.binary_length(text).cast(pa.string()).cast(pa.binary())
        parts += [length, text]
    if not parts:
        return [b""] * batch.num_rows
    separator: Any = b"\x1f"
    joined: Any = pc.binary_join_element_wise(
        *parts, separator, null_handling="replace", null_replacement="\x00"
    )
    rows: list[bytes] = joined.to_pylist()
    return rows


def _sql_type(kind: pa.DataType) -> str:
    names = {
        "string": "VARCHAR",
        "large_string": "VARCHAR",
        "int32": "INTEGER",
        "int64": "BIGINT",
        "double": "DOUBLE",
        "bool": "BOOLEAN",
        "date32[day]": "DATE",
        "binary": "BLOB",
        "timestamp[us]": "TIMESTAMP",
        "timestamp[us, tz=UTC]": "TIMESTAMP WITH TIME ZONE",
    }
    return names.get(str(kind), str(kind).upper())
