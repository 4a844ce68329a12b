"""XLSX in constant memory, through a temporary file; refused beyond what a sheet can hold.

Texts are written as texts whatever they look like: no formula, no link, no number made of a code.
"""

import datetime
import math
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from sandbox.errors import TooLarge
from sandbox.formats.json import slices
from sandbox.formats.source import Source, column_names, geometry_columns
from sandbox.formats.values import encode, iso, plain, storage_of, wkt_texts

MAX_ROWS = 1_048_575  # beneath the row of names
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
MAX_NAME = 31
MAX_SHOWN = 10**15  # a sheet shows fifteen digits
FIRST_YEAR = 1900
CHUNK_BYTES = 1 << 20
# Not the moment of making: the same table is the same bytes, whenever it is written.
MADE_AT = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  # the format wants it without a zone
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx(source: Source) -> Iterator[bytes]:
    """Write one sheet; raise TooLarge for rows, columns or texts that a sheet cannot hold."""
    if len(source.schema) > MAX_COLUMNS:
        raise TooLarge("xlsx_columns", {"count": len(source.schema), "max": MAX_COLUMNS})
    with tempfile.TemporaryDirectory(prefix="xlsx-") as folder:
        path = f"{folder}/answer.xlsx"
        book = xlsxwriter.Workbook(path, OPTIONS | {"tmpdir": folder})
        book.set_properties({"created": MADE_AT})
        try:
            _write(book, source)
        except BaseException:
            book.fileclosed = 1  # it would warn of a book that was not closed
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
            raise
        book.close()
        with open(path, "rb") as file:  # noqa: PTH123 - a name of our own making
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _write(book: Any, source: Source) -> None:
    sheet = book.add_worksheet(sheet_name(getattr(source, "name", "data")))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for index, name in enumerate(column_names(source.schema)):
        sheet.write_string(0, index, name[:MAX_TEXT])
    sheet.freeze_panes(1, 0)
    geometry = geometry_columns(source.schema)
    row = 0
    for batch in slices(source):
        if row + batch.num_rows > MAX_ROWS:
            raise TooLarge("xlsx_rows", {"max": MAX_ROWS})
        columns = [
            wkt_texts(column) if index in geometry else _cells(column)
            for index, column in enumerate(batch.columns)
        ]
        for values in zip(*columns, strict=True):
            row += 1
            for index, value in enumerate(values):
                if value is not None:
                    _cell(sheet, row, index, value, day, moment)


def sheet_name(name: str) -> str:
    """Return the name of a sheet for that of a table: Excel takes 31 characters and keeps one name
    for itself.
    """
    return f"{name}_" if name == "history" else name[:MAX_NAME]


def _cells(column: Any) -> list[Any]:
    column = storage_of(column)
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        return iso(column).to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_date32(kind) or (pa.types.is_timestamp(kind) and kind.unit != "ns"):
        texts = iso(column).to_pylist()
        return [_date(text, is_day=pa.types.is_date(kind)) for text in texts]
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.to_pylist()  # type: ignore[no-any-return]
    return plain(column)


def _date(text: str | None, *, is_day: bool) -> Any:
    """Give a date that a sheet can hold, else its text."""
    if text is None:
        return None
    try:
        value = (datetime.date if is_day else datetime.datetime).fromisoformat(text)
    except ValueError:
        return text
    return value if value.year > FIRST_YEAR else text


def _cell(sheet: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float | int | Decimal):
        _number(sheet, row, column, value)
    elif isinstance(value, datetime.datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, day)
    else:
        text = value if isinstance(value, str) else encode(value).strip('"')
        if len(text) > MAX_TEXT:
            raise TooLarge("xlsx_text", {"row": row, "max": MAX_TEXT})
        sheet.write_string(row, column, text)


def _number(sheet: Any, row: int, column: int, value: float | Decimal) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        return
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
        sheet.write_string(row, column, format(value, "f"))
    elif isinstance(value, int) and abs(value) >= MAX_SHOWN:
        sheet.write_string(row, column, str(value))
    else:
        sheet.write_number(row, column, float(value))
