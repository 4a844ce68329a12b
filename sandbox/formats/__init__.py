"""Tables as bytes: each format one function from a table to chunks, in constant memory.

Used for answers of SQL and for downloads. An answer is complete or refused: a limit of the format
raises before the first byte where it can be known, and a fault on the way raises instead of ending
the chunks, so that whoever sends them must break the transfer off.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sandbox.formats.arrow import arrow, parquet
from sandbox.formats.csv import Excel, csv
from sandbox.formats.geojson import geojson
from sandbox.formats.json import json_array, ndjson, sql_answer
from sandbox.formats.source import Source, Table
from sandbox.formats.xlsx import xlsx


class Format(NamedTuple):
    """One way to write a table."""

    media_type: str
    encode: Callable[[Source], Iterator[bytes]]


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8; header=present", csv),
    "ndjson": Format("application/x-ndjson", ndjson),
    "json": Format("application/json", json_array),
    "geojson": Format("application/geo+json", geojson),
    "arrow": Format("application/vnd.apache.arrow.stream", arrow),
    "parquet": Format("application/vnd.apache.parquet", parquet),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
}

__all__ = ["FORMATS", "Excel", "Format", "Source", "Table", "csv", "sql_answer", "xlsx"]
