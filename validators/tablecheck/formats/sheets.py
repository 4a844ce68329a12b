"""XLSX, XLS and ODS, through calamine: title rows, several sheets, merged cells."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from tablecheck.dialect import find_header
from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.records import Extract, Recipe
from tablecheck.rows import Sheet, extract_rows
from tablecheck.source import Source, broken, warning

_HEAD_ROWS = 300
_SHOWN_CHARS = 200


def read_sheets(source: Source) -> Iterator[Extract]:
    """Read every sheet that holds something, each as a table."""
    if source.format != "xls":
        _weigh(source)
    try:
        book = CalamineWorkbook.from_path(str(source.path))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("spreadsheet-broken", format=source.format) from error
    names = [
        meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet
    ] or list(book.sheet_names)
    found: list[Extract] = []
    for name in names:
        try:
            sheet = _open(source, book, name)
            if sheet is not None:
                found.append(extract_rows(sheet))
        except UnreadableFileError as error:
            found.append(broken(source, error, Recipe(format=source.format, sheet=name)))
    if not found:
        raise UnreadableFileError("empty-file")
    yield from found


def _weigh(source: Source) -> None:
    """Refuse a workbook that unpacks to more than the limits allow."""
    with zipfile.ZipFile(source.path) as archive:
        total = sum(info.file_size for info in archive.infolist())
    check_weight(total, source.path.stat().st_size, source.limits)


def check_weight(total: int, packed: int, limits: Limits) -> None:
    """Refuse what is too large unpacked, or too large for its packed size."""
    if total > limits.max_bytes:
        raise UnreadableFileError("archive-bomb", size=total, limit=limits.max_bytes)
    if total > limits.ratio_from_bytes and total > limits.max_ratio * max(packed, 1):
        raise UnreadableFileError(
            "archive-bomb", size=total, limit=max(limits.ratio_from_bytes, packed)
        )


def _open(source: Source, book: CalamineWorkbook, name: str) -> Sheet | None:
    try:
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("spreadsheet-broken", format=source.format) from error
    is_excel = source.format in ("xlsx", "xls")
    start, end = sheet.start, sheet.end
    rows = [[_cell(cell, is_excel) for cell in row] for row in sheet.iter_rows()]
    if not any(_filled(row) for row in rows):
        return None
    if start and end and len(rows) == end[0] - start[0] + 1:
        rows = [[] for _ in range(start[0])] + rows  # rows keep the numbers that people see
    header = find_header([_shown(row) for row in rows[:_HEAD_ROWS]], source.field_names)
    labels_row = rows[header - 1] if header else []
    width = _width(labels_row, rows[header or 0 :])
    labels = [_label(cell) for cell in _padded(labels_row, width)]
    if header is None:
        labels = [f"field{number}" for number in range(1, width + 1)]
    data = [_padded(row, width) for row in rows[header or 0 :]]
    while data and not _filled(data[-1]):
        data.pop()
    findings = list(source.findings)
    merged = sheet.merged_cell_ranges or []
    if merged:
        first = min(start[0] for start, _ in merged) + 1
        findings.append(warning("merged-cells", count=len(merged), row=first))
    above = rows[: (header or 1) - 1]
    if any(_filled(row) for row in above):
        findings.append(warning("preamble-skipped", count=len(above)))
    return Sheet(
        source=source,
        name=name,
        labels=labels,
        rows=lambda: data,
        header_row=header,
        above=[_padded(row, width) for row in above],
        recipe=Recipe(
            format=source.format,
            member=source.member,
            sheet=name,
            header_row=header,
            skipped_lines=tuple(
                " | ".join(str(cell) for cell in row if cell is not None)[:_SHOWN_CHARS]
                for row in above
            ),
        ),
        findings=tuple(findings),
    )


def _cell(cell: Any, is_excel: bool) -> Any:
    """Give a cell as Excel means it: nothing for an empty one, 2 for 2.0, one kind of day."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if is_excel and isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - Excel knows no zone
    return cell


def _filled(row: Sequence[Any]) -> bool:
    return any(cell is not None for cell in row)


def _shown(row: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in row]


def _label(cell: Any) -> str:
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _width(labels: Sequence[Any], rows: Sequence[Sequence[Any]]) -> int:
    """Give the number of columns that hold a label or a value."""
    width = 0
    for row in (labels, *rows):
        for index in range(len(row) - 1, width - 1, -1):
            if row[index] is not None:
                width = index + 1
                break
    return width


def _padded(row: Sequence[Any], width: int) -> list[Any]:
    return [*row[:width], *[None] * (width - len(row))]
