"""Write the cells of a workbook anew and copy the rest of it, or rewrite another kind of sheet.

The XML of the sheet is changed at the cells alone: styles, formulas, other sheets, pictures and
what else a workbook holds stay as they are.
"""

import re
import tempfile
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]  # publishes no types
from python_calamine import CalamineError, CalamineWorkbook

from tablecheck.correcting.choice import Choice, Correction
from tablecheck.errors import NotCorrectableError, UnreadableFileError
from tablecheck.formats.sheet_xml import part_of, pieces, place_of
from tablecheck.formats.sheets import open_sheet
from tablecheck.limits import Limits
from tablecheck.rows import Sheet
from tablecheck.source import Source

_CELL = re.compile(rb"<c(\s[^<>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_KEPT = re.compile(rb'\s(?:r|s)="[^"<>]*"')
_BROKEN = (zipfile.BadZipFile, CalamineError, EOFError, KeyError, OSError, RuntimeError, ValueError)
Place = tuple[int, int]


def correct_workbook(path: Path, choice: Choice, out: BinaryIO) -> Correction:
    """Write the corrected XLSX to `out`; raises NotCorrectableError."""
    try:
        sheet, left = _opened(path, choice)
        wanted = {
            (row, place + left): (place, text)
            for row, cells in enumerate(sheet.rows(), start=sheet.first_row - 1)
            for place in choice.columns
            if place < len(cells)
            and (text := choice.replacement(row + 1, place, cells[place])) is not None
        }
        with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w") as copy:
            part = part_of(book, sheet.name or "")
            for info in book.infolist():
                with copy.open(_like(info), "w", force_zip64=True) as target:
                    if info.filename == part:
                        for piece in pieces(book, part):
                            target.write(_spliced(piece, wanted, choice))
                        continue
                    with book.open(info) as kept:
                        while chunk := kept.read(1 << 20):
                            target.write(chunk)
    except (*_BROKEN, UnreadableFileError) as error:
        raise NotCorrectableError(choice.recipe.format) from error
    choice.left += len(wanted)  # those that were written are out of it
    return choice.correction("xlsx")


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Describe a part as it was; its sizes are found anew."""
    made = zipfile.ZipInfo(info.filename, info.date_time)
    made.compress_type = info.compress_type
    made.external_attr = info.external_attr
    return made


def _opened(path: Path, choice: Choice) -> tuple[Sheet, int]:
    """Open the sheet of the recipe, and tell how many empty columns stand left of it."""
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        source = Source(
            path=path, filename=path.name, format=choice.recipe.format, folder=Path(folder),
            limits=Limits(), schema={"fields": choice.fields},
        )  # fmt: skip
        book = CalamineWorkbook.from_path(str(path))
        name = choice.recipe.sheet or book.sheet_names[0]
        sheet = open_sheet(source, book, name)
        if sheet is None or sheet.header_row != choice.recipe.header_row:
            raise NotCorrectableError(choice.recipe.format)
        start = book.get_sheet_by_name(name).start
        return sheet, start[1] if start else 0


def _spliced(text: bytes, wanted: dict[Place, tuple[int, str]], choice: Choice) -> bytes:
    def cell(found: re.Match[bytes]) -> bytes:
        place = place_of(found[1])
        if place not in wanted or b"<f" in (found[2] or b""):
            return found[0]
        column, new = wanted.pop(place)
        choice.changed(column)
        kept = b"".join(_KEPT.findall(found[1]))
        value = choice.figure(column, new)
        if not new:
            return b"<c" + kept + b"/>"
        if value is not None:
            return b"<c" + kept + b"><v>" + str(value).encode() + b"</v></c>"
        told = escape(new).encode()
        return (
            b"<c" + kept + b' t="inlineStr"><is><t xml:space="preserve">' + told + b"</t></is></c>"
        )

    return _CELL.sub(cell, text)


def rewrite_sheet(path: Path, choice: Choice, out: BinaryIO) -> Correction:
    """Write the one sheet of an ODS or XLS file as XLSX, corrected; of a workbook whose rows were
    named, its other sheets too, by their values.
    """
    try:
        sheet, _ = _opened(path, choice)
        options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
        with xlsxwriter.Workbook(out, options) as book:
            for name in _sheets(path, choice):
                page = book.add_worksheet(name)
                if name is None or name == choice.recipe.sheet:
                    _write_sheet(page, sheet, choice)
                    continue
                other = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name)
                for number, cells in enumerate(other.to_python(skip_empty_area=False)):
                    for place, cell in enumerate(cells):
                        _write(page, number, place, cell)
    except (*_BROKEN, UnreadableFileError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise NotCorrectableError(choice.recipe.format) from error
    return choice.correction("xlsx")


def _sheets(path: Path, choice: Choice) -> list[str | None]:
    is_whole = choice.recipe.format == "xlsx" and choice.recipe.sheet is not None
    if not is_whole:
        return [choice.recipe.sheet]
    return [*CalamineWorkbook.from_path(str(path)).sheet_names]


def _write_sheet(page: Any, sheet: Sheet, choice: Choice) -> None:
    head = [] if sheet.header_row is None else [sheet.labels]
    for number, cells in enumerate([*sheet.above, *head]):
        for place, cell in enumerate(cells):
            _write(page, number, place, cell)
    start = sheet.first_row - 1
    for before, cells in enumerate(sheet.rows(), start=start):
        if choice.drops(before + 1):
            continue
        number = before - choice.rows_dropped
        beyond = choice.typed_beyond(before + 1, len(cells))
        for place, cell in enumerate(
            [*cells, *[None] * (max(beyond, default=-1) + 1 - len(cells))]
        ):
            new = choice.replacement(before + 1, place, cell) if place in choice.columns else None
            if new is None:
                _write(page, number, place, cell)
                continue
            choice.changed(place)
            value = choice.figure(place, new)
            _write(page, number, place, new if value is None else value)


def _write(page: Any, row: int, column: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float, Decimal)):
        page.write_number(row, column, cell)
    elif isinstance(cell, (date, datetime, time, timedelta)):
        page.write_datetime(row, column, cell)
    else:
        page.write_string(row, column, str(cell))
