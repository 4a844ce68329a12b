"""Text of a column -> the Arrow type of its Table Schema field, as frictionless casts it.

Only types that every reader of Parquet knows: no unsigned, no UUID, no INTERVAL, no TIME.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pyarrow as pa

from tablecheck.arrow import Cells, Column, pc
from tablecheck.dates import parse_dates, parse_datetimes
from tablecheck.distinct import Distinct
from tablecheck.patterns import DIGITS, all_match, number_pattern

Reader = Callable[[str], Any]
"""Gives the cast value of a cell that is neither missing nor wrong."""

TABLE_SCHEMA_TYPES = (
    "any", "array", "boolean", "date", "datetime", "duration", "geojson", "geopoint", "integer",
    "list", "number", "object", "string", "time", "year", "yearmonth",
)  # fmt: skip
_ARROW: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "year": pa.int32(),
}


class CannotTypeError(Exception):
    """Say that a value is right for frictionless and too large for any column of ours."""

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(value)


def missing_values(schema: dict[str, Any], field: dict[str, Any]) -> list[str]:
    """Give the texts that mean "no value" in this field."""
    listed = field.get("missingValues", schema.get("missingValues", [""]))
    return [entry["value"] if isinstance(entry, dict) else str(entry) for entry in listed]


def cast_column(
    column: Distinct, field: dict[str, Any], missing: Sequence[str], reader: Callable[[], Reader]
) -> Column:
    """Type a column; `reader` makes frictionless's own, asked for only where it is needed.

    Raises CannotTypeError.
    """
    values = column.values
    absent = pc.is_in(values, value_set=pa.array(list(missing), type=pa.string()))
    present = pc.if_else(absent, pa.scalar(None, pa.string()), values)
    cast = _vectorised(present, field)
    if cast is None:
        cast = _by_reader(present, field, reader())
    return column.spread(cast)


def _vectorised(values: Cells, field: dict[str, Any]) -> Cells | None:
    type_ = field.get("type", "string")
    if type_ not in _ARROW and type_ != "datetime":
        return values
    if type_ == "integer" and field.get("bareNumber", True):
        return _integers(values)
    if type_ == "number" and field.get("bareNumber", True):
        return _numbers(values, field)
    if type_ == "boolean":
        return _booleans(values, field)
    format_ = field.get("format", "default")
    if type_ == "date":
        return parse_dates(values, format_)
    if type_ == "datetime" and format_ != "any":
        return parse_datetimes(values, format_)
    return None


def _integers(values: Cells) -> Cells | None:
    trimmed = pc.utf8_trim_whitespace(values)
    if not all_match(trimmed.drop_null(), DIGITS):
        return None
    try:
        whole: Cells = pc.cast(pc.utf8_ltrim(trimmed, "+"), pa.int64())
    except pa.ArrowInvalid:
        return None
    return whole


def _numbers(values: Cells, field: dict[str, Any]) -> Cells | None:
    decimal, group = field.get("decimalChar", "."), field.get("groupChar", "")
    if len(decimal) != 1 or len(group) > 1:
        return None
    trimmed = pc.utf8_trim_whitespace(values)
    try:
        pattern = number_pattern(decimal, group)
        if not all_match(trimmed.drop_null(), pattern):
            return None
    except pa.ArrowInvalid:  # a mark that means something in a pattern
        return None
    if group:
        trimmed = pc.replace_substring(trimmed, group, "")
    if decimal != ".":
        trimmed = pc.replace_substring(trimmed, decimal, ".")
    try:
        real: Cells = pc.cast(pc.utf8_ltrim(trimmed, "+"), pa.float64())
    except pa.ArrowInvalid:
        return None
    return real


def _booleans(values: Cells, field: dict[str, Any]) -> Cells | None:
    trues = field.get("trueValues", ["true", "True", "TRUE", "1"])
    falses = field.get("falseValues", ["false", "False", "FALSE", "0"])
    is_true = pc.is_in(values, value_set=pa.array(trues, type=pa.string()))
    is_false = pc.is_in(values, value_set=pa.array(falses, type=pa.string()))
    known = pc.or_(pc.or_(is_true, is_false), pc.is_null(values))
    if not pc.all(known).as_py() or pc.any(pc.and_(is_true, is_false)).as_py():
        return None
    cast: Cells = pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), is_true)
    return cast


def _by_reader(values: Cells, field: dict[str, Any], reader: Reader) -> Cells:
    texts = values.to_pylist()
    return to_arrow(field.get("type", "any"), [t if t is None else reader(t) for t in texts], texts)


def to_arrow(type_: str, cells: Sequence[Any], texts: Sequence[str | None] = ()) -> Cells:
    """Make a column of cast values; `texts` stand in where the type is kept as written.

    Raises CannotTypeError.
    """
    if type_ == "datetime":
        return _datetimes(cells)
    if type_ in _ARROW:
        return _scalars(_ARROW[type_], cells)
    shown = [text_of(cell) for cell in cells] if not texts else list(texts)
    return pa.array(shown, type=pa.string())


def _scalars(target: pa.DataType, cells: Sequence[Any]) -> Cells:
    if target == pa.float64():
        return pa.array([None if cell is None else float(cell) for cell in cells], type=target)
    if target == pa.date32():
        return pa.array([c.date() if isinstance(c, datetime) else c for c in cells], type=target)
    try:
        return pa.array(cells, type=target)
    except (OverflowError, pa.ArrowInvalid) as error:
        worst = max((cell for cell in cells if cell is not None), key=abs)
        raise CannotTypeError(str(worst)) from error


def _datetimes(cells: Sequence[datetime | None]) -> Cells:
    aware = [cell is None or cell.utcoffset() is not None for cell in cells]
    if all(aware) and any(cell is not None for cell in cells):
        return pa.array(
            [cell.astimezone(UTC) if cell else None for cell in cells],
            type=pa.timestamp("us", "UTC"),
        )
    if any(is_aware and cell is not None for is_aware, cell in zip(aware, cells, strict=True)):
        # With and without offset in one column: no one clock holds both, so they stay text.
        return pa.array([text_of(cell) for cell in cells], type=pa.string())
    return pa.array(cells, type=pa.timestamp("us"))


def text_of(cell: Any) -> str | None:
    """Write a value of a typed file as text: lists and objects as JSON, dates as ISO."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    if isinstance(cell, (dict, list, tuple)):
        return _JSON.encode(cell).decode()
    return str(cell)


_JSON = msgspec.json.Encoder(enc_hook=str, decimal_format="number")
