"""The records that reading a file gives."""

from typing import Any

import msgspec
import pyarrow as pa

from tablecheck.report import Report


class Inference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the type proposed for a column, and why."""

    column: str
    type: str
    reason: str
    """A code; `tablecheck.message` makes a sentence of it."""
    params: dict[str, Any] = {}


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """State how the file was read, so that anybody can read it the same way."""

    format: str
    member: str | None = None
    encoding: str | None = None
    is_encoding_assumed: bool = False
    delimiter: str | None = None
    quotechar: str | None = None
    is_space_skipped: bool = False
    """Whether spaces after a delimiter are dropped."""
    header_row: int | None = None
    """Record number of the header; None where the file has none."""
    skipped_lines: tuple[str, ...] = ()
    """The records above the header, as written."""
    sheet: str | None = None
    layer: str | None = None
    decimal_char: dict[str, str] = {}
    group_char: dict[str, str] = {}
    date_format: dict[str, str] = {}
    source_crs: str | None = None


class Extract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one table of a file: its data, its schema and the verdict on it.

    `table` is None exactly where the report is not valid.
    """

    name: str | None
    table: pa.Table | None
    schema: dict[str, Any]
    inferred: tuple[Inference, ...]
    recipe: Recipe
    report: Report
