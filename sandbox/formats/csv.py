"""CSV: RFC 4180 in UTF-8; and a variant that opens right in a Belgian or French Excel.

Rows are put together by Arrow, a column at a time, without a Python object a cell. For Excel:
semicolons, decimal comma, a BOM, dd/mm/yyyy, and what Excel would take for a number, a date, a
truth value or a formula, or would round, is written as `="01001"`, the one form in which it leaves
a code with a leading zero alone, and which runs no formula of a stranger. So it goes with names of
columns.
"""

from collections.abc import Iterator
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.formats.source import Source, column_names, geometry_columns, is_binary
from sandbox.formats.values import encode, iso, plain, storage_of, wkt_texts

Excel = Literal["fr", "nl"]
BOM = b"\xef\xbb\xbf"
END = "\r\n"
SPACE = r"[\x00-\x20\x{a0}\x{202f}\x{feff}]*"
MONTH = (
    "jan|janv|janvier|january|januari|feb|f[ée]v|f[ée]vr|f[ée]vrier|february|februari|mars|mar|march"
    "|maart|mrt|avr|avril|apr|april|mai|may|mei|juin|jun|june|juni|juil|juill|juillet|jul|july|juli"
    "|ao[uû]t|aug|august|augustus|sep|sept|septembre|september|oct|octobre|october|okt|oktober|nov"
    "|novembre|november|d[ée]c|d[ée]cembre|dec|december"
)
NUMBER_SIGNS = r"0-9 .,/:eE+\-%€$£()\x{a0}\x{202f}"
EXCEL_WOULD_CHANGE = (
    rf"(?i)^{SPACE}[=+\-@#＝＋－＠\t\r]"
    rf"|^{SPACE}[{NUMBER_SIGNS}]*[0-9][{NUMBER_SIGNS}]*(?:[ap]m?|h|eur)?{SPACE}$"
    rf"|^{SPACE}(?:true|false|vrai|faux|waar|onwaar){SPACE}$"
    rf"|^{SPACE}[0-9.,:/ \-]*(?:{MONTH})\.?(?:[ .,/:'’\-]*[0-9]+)*{SPACE}(?:[ap]m)?{SPACE}$"
)
EXCEL_DIGITS = 15  # of a number; what has more is rounded
EXCEL_TEXT_LENGTH = 250  # of a text in a formula; longer ones get an apostrophe
TRUTH = {"fr": ("VRAI", "FAUX"), "nl": ("WAAR", "ONWAAR"), None: ("true", "false")}


def csv(source: Source, *, excel: Excel | None = None) -> Iterator[bytes]:
    """Write CSV."""
    separator = ";" if excel else ","
    names = pa.array(column_names(source.schema), pa.string())
    names = _quoted(_left_alone(names) if excel else names, separator)
    head = separator.join(names.to_pylist()) + END
    yield (BOM if excel else b"") + head.encode()
    geometry = geometry_columns(source.schema)
    for batch in source.batches():
        texts = [
            pa.array(wkt_texts(column), pa.string()) if index in geometry else _text(column, excel)
            for index, column in enumerate(batch.columns)
        ]
        columns = [
            pc.fill_null(_guarded(text, kind, separator, excel), "")
            for text, kind in zip(texts, batch.schema.types, strict=True)
        ]
        if columns and batch.num_rows:
            yield _bytes(_rows(columns, separator))


def _rows(columns: list[Any], separator: str) -> Any:
    lines = pc.binary_join_element_wise(*columns, separator) if len(columns) > 1 else columns[0]
    if len(columns) == 1:  # an empty line would be no row at all
        lines = pc.if_else(pc.equal(lines, pa.scalar("")), '""', lines)
    return pc.binary_join_element_wise(lines, "", END)


def _bytes(array: Any) -> bytes:
    offsets = array.cast(pa.large_string())
    start, end = offsets.offset, offsets.offset + len(offsets)
    places = memoryview(offsets.buffers()[1]).cast("q")
    return bytes(memoryview(offsets.buffers()[2])[places[start] : places[end]])


def _guarded(text: Any, kind: pa.DataType, separator: str, excel: Excel | None) -> Any:
    if excel and (pa.types.is_integer(kind) or pa.types.is_decimal(kind)):
        return _quoted(_unrounded(text), separator)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_date(kind):
        return text
    is_text = not (pa.types.is_floating(kind) or pa.types.is_decimal(kind))
    if excel and is_text and not pa.types.is_temporal(kind):
        text = _left_alone(text)
    return _quoted(text, separator)


def _unrounded(number: Any) -> Any:
    """Write numbers of more digits than Excel keeps as texts."""
    digits = pc.replace_substring_regex(number, r"^-?0*,?0*|,", "")
    is_long = pc.greater(pc.utf8_length(digits), pa.scalar(EXCEL_DIGITS))
    return pc.if_else(is_long, _formula(number), number)


def _formula(text: Any) -> Any:
    doubled = pc.replace_substring(text, '"', '""')
    return pc.binary_join_element_wise('="', doubled, '"', "")


def _left_alone(text: Any) -> Any:
    formula = _formula(text)
    is_long = pc.greater(pc.utf8_length(text), pa.scalar(EXCEL_TEXT_LENGTH))
    safe = pc.if_else(is_long, pc.binary_join_element_wise("'", text, ""), formula)
    return pc.if_else(pc.match_substring_regex(text, EXCEL_WOULD_CHANGE), safe, text)


def _quoted(text: Any, separator: str) -> Any:
    needs = pc.match_substring_regex(text, f'["\\r\\n{separator}]')
    if not pc.any(needs).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _text(column: Any, excel: Excel | None) -> Any:
    column = storage_of(column)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_boolean(kind):
        yes, no = TRUTH[excel]
        return pc.if_else(column, yes, no)
    if pa.types.is_integer(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _number(column, excel)
    if pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        return _moment(column, excel)
    if is_binary(kind):
        texts = [value and encode(value)[1:-1] for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    return pa.array(
        [
            value if value is None or isinstance(value, str) else encode(value)
            for value in plain(column)
        ],
        pa.string(),
    )


def _number(column: Any, excel: Excel | None) -> Any:
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, None)
    text = column.cast(pa.string())
    return pc.replace_substring(text, ".", ",") if excel else text


def _moment(column: Any, excel: Excel | None) -> Any:
    text = iso(column)
    if not excel or pa.types.is_time(column.type):
        return text
    text = pc.replace_substring_regex(text, r"([+-]\d\d:\d\d)$", "")  # local time stays as it is
    text = pc.replace_substring_regex(text, r"\.(\d{3})\d*$", r",\1")
    return pc.replace_substring_regex(
        text, r"^(-?\d{4,})-(\d\d)-(\d\d)T?", r"\3/\2/\1" + (" " if _has_time(column) else "")
    )


def _has_time(column: Any) -> bool:
    return bool(pa.types.is_timestamp(column.type))
