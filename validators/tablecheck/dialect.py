"""How a delimited text is laid out: its delimiter, its header, what stands above it.

The rules, from the files of this territory: `;` beside decimal commas, `sep=;` on the first line,
title rows that an Excel export pads with blank cells, blank lines, files without a header.
"""

import csv
import io
import mmap
import re
from collections import Counter
from collections.abc import Sequence
from itertools import dropwhile
from pathlib import Path
from typing import Any

import msgspec

DELIMITERS = (";", "\t", "|", ",")
_SAMPLE_CHARS = 1 << 18
_SAMPLE_RECORDS = 300
_MAX_PREAMBLE = 30
_SEP_LINE = re.compile(r'^"?sep=(.)"?\r?$', re.IGNORECASE)
_DATA_CELL = re.compile(
    r"^(?:[+-]?\d+[.,]\d+|[+-]?\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+|[+-]?\d+"
    r"|\d{4}-\d\d-\d\d.*|\d\d?/\d\d?/\d{4}.*|-?\d+\.\d+, ?-?\d+\.\d+)$"
)
_YEAR_CELL = re.compile(r"^(?:19|20)\d\d$")


class Dialect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a layout; record numbers count from 1."""

    delimiter: str = ","
    quotechar: str = '"'
    is_space_skipped: bool = False
    header_row: int | None = 1
    skipped_lines: tuple[str, ...] = ()
    is_blank_skipped: bool = False

    @property
    def first_row(self) -> int:
        """Give the record number of the first row of data."""
        return 1 if self.header_row is None else self.header_row + 1

    def reader_options(self) -> dict[str, Any]:
        """Give the keywords of `csv.reader` that read this layout."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quotechar or None,
            "quoting": csv.QUOTE_MINIMAL if self.quotechar else csv.QUOTE_NONE,
            "skipinitialspace": self.is_space_skipped,
        }

    def to_frictionless(self) -> dict[str, Any]:
        """Give the descriptor that keeps frictionless from guessing anything."""
        descriptor: dict[str, Any] = {
            "csv": {
                "delimiter": self.delimiter,
                "quoteChar": self.quotechar,
                "doubleQuote": True,
                "lineTerminator": "\r\n",
                "skipInitialSpace": self.is_space_skipped,
            },
        }
        if self.header_row is None:
            descriptor["header"] = False
        else:
            descriptor["headerRows"] = [self.header_row]
        if self.is_blank_skipped:
            descriptor["skipBlankRows"] = True
        return descriptor


def detect(path: Path, encoding: str, field_names: Sequence[str] = ()) -> Dialect:
    """Decide the layout of the text at `path`; `field_names` of a schema help to find the header.

    `encoding` is utf-8 or utf-8-sig.
    """
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE_CHARS)
    first_line = re.split(r"\r\n|\r|\n", sample, maxsplit=1)[0]
    told = _SEP_LINE.match(first_line)
    skip_space = bool(re.search(r'[;,|\t] +"[^"\r\n]*"\s*(?:[;,|\t\r\n]|$)', sample))
    if told:
        best = told.group(1)
        records = _records(sample, best, skip_space)
    else:
        best, records = _best_delimiter(sample, skip_space)
        if not best:
            best = _absent_delimiter(path)
            records = _records(sample, best, skip_space)
    skip_space = skip_space and bool(re.search(rf'{re.escape(best)} +"', sample))
    header = find_header(records, field_names, is_sep_told=told is not None)
    return Dialect(
        delimiter=best,
        is_space_skipped=skip_space,
        header_row=header,
        skipped_lines=tuple(best.join(cells) for cells in records[: (header or 1) - 1]),
    )


def _records(sample: str, delimiter: str, skip_space: bool) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=skip_space
    )
    found: list[list[str]] = []
    try:
        for cells in reader:
            found.append(cells)
            if len(found) >= _SAMPLE_RECORDS:
                break
    except csv.Error:  # a stray NUL or a lone quote: what was read so far still tells
        pass
    if len(sample) >= _SAMPLE_CHARS and 1 < len(found) < _SAMPLE_RECORDS:
        found.pop()  # the sample ends inside this record
    return found


def _best_delimiter(sample: str, skip_space: bool) -> tuple[str, list[list[str]]]:
    best, best_key, best_records = "", (0.0, 0), list[list[str]]()
    for delimiter in DELIMITERS:
        records = _records(sample, delimiter, skip_space)
        widths = [len(cells) for cells in records if any(cell.strip() for cell in cells)]
        if not widths:
            continue
        # Title lines have no delimiter; what follows them has, row after row.
        body = list(dropwhile(lambda width: width == 1, widths))
        if not body or (len(body) == 1 and len(widths) > 1):
            continue
        width, share = _dominant(Counter(body))
        # A ragged table still has its delimiter in most rows, the first among them.
        wide = sum(width > 1 for width in body) / len(body) if body == widths else 0
        if width < 2 or (share <= 0.5 and wide <= 0.6):
            continue
        key = (round(body.count(width) / len(widths), 2), width)
        if key > best_key:
            best, best_key, best_records = delimiter, key, records
    return best, best_records


def _dominant(widths: Counter[int]) -> tuple[int, float]:
    """Give the most frequent width (the larger one on a tie) and its share."""
    width = max(widths, key=lambda w: (widths[w], w))
    return width, widths[width] / widths.total()


def _absent_delimiter(path: Path) -> str:
    """Choose a delimiter that the whole file does not hold, for a file of one column."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for delimiter in (",", ";", "\t", "|"):
            if content.find(delimiter.encode()) < 0:
                return delimiter
    return "\x1f"


def find_header(
    records: Sequence[Sequence[Any]],
    field_names: Sequence[str] = (),
    *,
    is_sep_told: bool = False,
) -> int | None:
    """Give the record number of the header row, or None where the file begins with data."""
    first = 1 if is_sep_told else 0
    named = _row_of_names(records, field_names)
    if named is not None:
        return named
    if field_names and _are_ours(field_names):
        return None
    texts = [[_text(cell) for cell in record] for record in records[:_SAMPLE_RECORDS]]
    body = dropwhile(lambda record: _filled_width(record) <= 1, texts[first:])
    widths = Counter(_filled_width(record) for record in body if any(record))
    width = _dominant(widths)[0] if widths else 1
    for index in range(first, min(len(texts), _MAX_PREAMBLE)):
        record = texts[index]
        filled = sum(bool(cell) for cell in record)
        after = next((_filled_width(row) for row in texts[index + 1 :] if any(row)), 0)
        if not filled or _is_title(record, filled, max(width, after)):
            continue
        if index == 0 and not field_names and _is_data(record, texts[1:]):
            return None
        return index + 1
    return first + 1 if len(records) > first else 1


def _are_ours(field_names: Sequence[str]) -> bool:
    """Tell whether a schema was proposed for a file that had no header."""
    return all(name == f"field{number}" for number, name in enumerate(field_names, start=1))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _filled_width(record: Sequence[str]) -> int:
    return max((n for n, cell in enumerate(record, start=1) if cell), default=0)


def _row_of_names(records: Sequence[Sequence[Any]], names: Sequence[str]) -> int | None:
    wanted = {name.strip().casefold() for name in names}
    if not wanted:
        return None
    for number, record in enumerate(records[:_MAX_PREAMBLE], start=1):
        labels = {_text(cell).casefold() for cell in record}
        if 2 * len(labels & wanted) >= min(len(wanted), len(labels)) > 0:
            return number
    return None


def _is_title(record: Sequence[str], filled: int, width: int) -> bool:
    if width < 2:
        return False
    if len(record) == 1 or (width > 2 and filled == 1):
        return True
    return _filled_width(record) < width and filled <= width // 2 and width > 3


def _is_data(record: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row is data already: figures where the rows below have figures too."""
    filled = [(i, cell) for i, cell in enumerate(record) if cell]
    figures = [i for i, cell in filled if _DATA_CELL.match(cell) and not _YEAR_CELL.match(cell)]
    if not figures or not all(_holds_figures(below, index) for index in figures):
        return False
    # A word above figures is a label, and one label makes a header: `commune;population;75`.
    words = (i for i, cell in filled if not _DATA_CELL.match(cell))
    return len(figures) > sum(_holds_figures(below, index) for index in words)


def _holds_figures(below: Sequence[Sequence[str]], index: int) -> bool:
    cells = [row[index] for row in below[:50] if index < len(row) and row[index]]
    return bool(cells) and sum(bool(_DATA_CELL.match(c)) for c in cells) > 0.8 * len(cells)
