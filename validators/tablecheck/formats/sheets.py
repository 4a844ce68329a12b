"""XLSX, XLS and ODS, through calamine: title rows, several sheets, merged cells."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tablecheck.dialect import find_header
from tablecheck.errors import UnreadableFileError
from tablecheck.formats.sheet_xml import Cells, read_cells
from tablecheck.limits import Limits
from tablecheck.records import Extract, Recipe
from tablecheck.rows import Sheet, extract_rows
from tablecheck.source import Source, broken, warning
from tablecheck.totals import total_findings

# Sheets that tell people how to fill in a template: the templates of a schema carry them.
NOTES_SHEETS = frozenset({"# Aide · Hulp · Help", "# Exemple · Voorbeeld"})
_HEAD_ROWS = 300
_SHOWN_CHARS = 200


def read_sheets(source: Source) -> Iterator[Extract]:
    """Read every sheet that holds something, each as a table; the notes of a template are none."""
    if source.format != "xls":
        _weigh(source)
    try:
        book = CalamineWorkbook.from_path(str(source.path))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("spreadsheet-broken", format=source.format) from error
    sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    sheets = sheets or list(book.sheets_metadata)
    sheets = [meta for meta in sheets if meta.name not in NOTES_SHEETS]
    names = [meta.name for meta in sheets if meta.visible == SheetVisibleEnum.Visible]
    hidden = [meta.name for meta in sheets if meta.name not in names]
    if hidden:
        told = warning("sheets-hidden", count=len(hidden), sheets=hidden)
        source = msgspec.structs.replace(source, findings=(*source.findings, told))
    found: list[Extract] = []
    for name in names:
        try:
            sheet = open_sheet(source, book, name)
            if sheet is not None:
                found.append(extract_rows(sheet))
                source = msgspec.structs.replace(source, findings=())  # said once
        except UnreadableFileError as error:
            found.append(broken(source, error, Recipe(format=source.format, sheet=name)))
    if not found:
        yield broken(source, UnreadableFileError("empty-file"))
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


def open_sheet(source: Source, book: CalamineWorkbook, name: str) -> Sheet | None:
    """Find the table of a sheet; None where it holds nothing."""
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
    told = read_cells(source.path, name) if source.format == "xlsx" else Cells()
    left = start[1] if start else 0
    for (row, column), figures in told.widths.items():
        _write_zeros(rows, row, column - left, figures)
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
    if told.uncalculated:
        row, column = told.uncalculated[0]
        label = labels[column - left] if 0 <= column - left < width else ""
        findings.append(
            warning(
                "formulas-uncalculated", row=row + 1, column=label or None,
                count=len(told.uncalculated),
            )
        )  # fmt: skip
    if len(data) > 1:
        findings.extend(total_findings(data[-1], (header or 0) + len(data)))
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


def _write_zeros(rows: list[list[Any]], row: int, column: int, figures: int) -> None:
    """Write a number as its format shows it: 1001 under `00000` is 01001, a code and so text."""
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        return
    cell = rows[row][column]
    if isinstance(cell, int) and not isinstance(cell, bool) and cell >= 0:
        rows[row][column] = str(cell).zfill(figures)


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
