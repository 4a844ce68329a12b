"""Values of Arrow columns as plain values and as texts, a column at a time.

The choices, the same in every text format: dates and times in ISO 8601, with the offset where there
is one; NaN and infinity are null; integers beyond 2^53 and decimals beyond 15 digits are strings in
JSON, because readers would round them; bytes are base64; an interval is an ISO 8601 duration. The
dates and moments that DuckDB calls infinite are `infinity` and `-infinity`; years are not bounded.
"""

import base64
import datetime
import math
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import shapely  # type: ignore[import-untyped]  # it ships no types

MAX_EXACT = 1 << 53
EXACT_DIGITS = 15
Array = Any  # pyarrow's stubs know too many kinds of array to be of use here


def storage_of(column: Array) -> Array:
    """Take off what an extension type adds, and the dictionary of an ENUM."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column


def plain(column: Array) -> list[Any]:
    """Give a column as values that JSON can carry without loss."""
    column = storage_of(column)
    kind = column.type
    if pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        return iso(column).to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_nested(kind):
        return nested(column)
    if pa.types.is_interval(kind) or pa.types.is_duration(kind):
        return [simple(value) for value in column.to_pylist()]
    values: list[Any] = column.to_pylist()
    if pa.types.is_int64(kind) or pa.types.is_uint64(kind):
        low, high = (pc.min_max(column)[key].as_py() for key in ("min", "max"))
        if low is not None and (low < -MAX_EXACT or high > MAX_EXACT):
            return [exact(value) for value in values]
    elif pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return [exact(value) for value in values]
    return values


def exact(value: Any) -> Any:
    """Give a number as it is where a reader keeps it exactly, else as text."""
    if isinstance(value, int) and abs(value) > MAX_EXACT:
        return str(value)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > EXACT_DIGITS:
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _has_moments(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return any(_has_moments(kind.field(index).type) for index in range(kind.num_fields))
    return pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind)


def nested(column: Array) -> list[Any]:
    """Give lists and objects as values; the unnamed fields of a ROW get their places as names."""
    if _has_moments(column.type):  # Python has no year 10000 and no nanoseconds
        return [simple(_by_place(value)) for value in column]
    try:
        return [simple(value) for value in column.to_pylist()]
    except ValueError:  # pyarrow makes no dictionary of fields that share a name
        return [simple(_by_place(value)) for value in column]


def _by_place(value: Any) -> Any:
    if not value.is_valid:
        return None
    kind = value.type
    if pa.types.is_struct(kind):
        names = [kind.field(index).name for index in range(kind.num_fields)]
        is_unique = len(set(names)) == len(names)
        return {
            name if is_unique else f"{name or 'field'}_{index}": _by_place(value[index])
            for index, name in enumerate(names)
        }
    if pa.types.is_map(kind):
        return [(_by_place(pair[0]), _by_place(pair[1])) for pair in value.values]
    if isinstance(value, pa.ListScalar | pa.FixedSizeListScalar):
        items: Any = value.values
        return [_by_place(item) for item in items]
    if isinstance(value, pa.UnionScalar):
        return _by_place(value.value)
    if pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        return iso(pa.array([value], kind))[0].as_py()
    return value.as_py()


def simple(value: Any) -> Any:
    """Give a nested value as lists, objects and plain values."""
    if isinstance(value, dict):
        return {str(key): simple(item) for key, item in value.items()}
    if isinstance(value, pa.MonthDayNano):
        return duration(value)
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {str(simple(key)): simple(item) for key, item in value}  # a MAP
        return [simple(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime.timedelta):
        return f"PT{value.total_seconds():g}S"
    return exact(value)


def duration(value: Any) -> str:
    """Write an interval as ISO 8601."""
    months, days, nanoseconds = value
    seconds = Decimal(nanoseconds).scaleb(-9).normalize()
    date = (f"{months}M" if months else "") + (f"{days}D" if days else "")
    return "P" + date + (f"T{seconds:f}S" if seconds or not date else "")


def iso(column: Array) -> Array:
    """Write dates, times and timestamps as texts in ISO 8601."""
    kind = column.type
    if pa.types.is_time(kind):
        texts = pc.cast(column, pa.string())  # the last moment of a day has a name of its own
        texts = pc.replace_substring_regex(texts, r"^<value out of range: 864\d+>$", "24:00:00")
        return pc.replace_substring_regex(texts, r"\.0+$", "")
    return _with_infinity(column, _dates(column))


def _with_infinity(column: Array, texts: Array) -> Array:
    is_day = pa.types.is_date32(column.type)
    last = (1 << 31) - 1 if is_day else (1 << 63) - 1
    numbers = column.view(pa.int32() if is_day else pa.int64())
    texts = pc.if_else(pc.equal(numbers, pa.scalar(last, numbers.type)), "infinity", texts)
    return pc.if_else(pc.equal(numbers, pa.scalar(-last, numbers.type)), "-infinity", texts)


def _dates(column: Array) -> Array:
    kind = column.type
    if not pa.types.is_timestamp(kind):
        return pc.cast(column, pa.string())
    zone = kind.tz
    text = pc.strftime(column, "%Y-%m-%dT%H:%M:%S" + ("%z" if zone else ""))
    text = pc.replace_substring_regex(text, r"\.0+($|[+-])", r"\1")
    return pc.replace_substring_regex(text, r"([+-]\d\d)(\d\d)$", r"\1:\2") if zone else text


def encode(value: Any) -> str:
    """Write a value as JSON."""
    return msgspec.json.encode(value).decode()


def geojson_texts(column: Array) -> list[str | None]:
    """Write WKB as GeoJSON geometries."""
    shapes = shapely.from_wkb(storage_of(column).to_pylist())
    return [str(text) if text is not None else None for text in shapely.to_geojson(shapes)]


def wkt_texts(column: Array) -> list[str | None]:
    """Write WKB as WKT."""
    shapes = shapely.from_wkb(storage_of(column).to_pylist())
    return [str(text) if text is not None else None for text in shapely.to_wkt(shapes, -1)]
