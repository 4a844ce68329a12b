"""Delimited text -> Arrow columns of strings, with the record numbers of Python's `csv.reader`.

pyarrow reads fast but tells a few odd files apart differently from `csv.reader`, which is what
frictionless reads with. The rule that never failed in 42,000 fuzzed files: as soon as a row that
pyarrow rejects holds a quote or a carriage return, the whole file is read again by `csv.reader`.
"""

import codecs
import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from tablecheck.arrow import Cells, Column, pc
from tablecheck.dialect import Dialect
from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits

_BLOCK_BYTES = 4 << 20
_BATCH_ROWS = 20_000

# The limit is one number for the whole process; a cell of any length must reach our own check.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class Tokens:
    """Hold the cells of a delimited text as strings, well-formed rows apart from odd ones."""

    def __init__(
        self,
        labels: list[str],
        columns: list[Column],
        odd: list[tuple[int, list[str]]],
        first_row: int,
    ) -> None:
        self.labels = labels
        self.columns = columns
        self.odd = odd
        """Ragged and empty rows, by record number, in order; they are in no column."""
        self.first_row = first_row
        self.regular_count = len(columns[0]) if columns else 0
        self.open_row: int | None = None
        """The record that the end of the file cuts off inside a quoted cell, if it does."""

    @property
    def row_count(self) -> int:
        """Count every record after the header."""
        return self.regular_count + len(self.odd)

    def row_numbers(self) -> npt.NDArray[np.int64]:
        """Give the record number of each regular row."""
        numbers = np.arange(self.first_row, self.first_row + self.row_count, dtype=np.int64)
        if self.odd:
            keep = np.ones(len(numbers), dtype=bool)
            keep[[number - self.first_row for number, _ in self.odd]] = False
            numbers = numbers[keep]
        return numbers

    def longest_cell(self) -> int:
        """Give the size in bytes of the longest cell."""
        sizes = (pc.max(pc.binary_length(column)).as_py() for column in self.columns)
        return max((size for size in sizes if size is not None), default=0)

    def blank_mask(self) -> npt.NDArray[np.bool_]:
        """Mark the regular rows whose every cell is empty."""
        mask = np.ones(self.regular_count, dtype=bool)
        for column in self.columns:
            if not mask.any():
                break
            mask &= pc.equal(pc.binary_length(column), 0).to_numpy()
        return mask

    def without_blank_rows(self) -> "Tokens":
        """Drop the rows that hold nothing; the numbers of the others stay in `kept_numbers`."""
        odd = [(number, cells) for number, cells in self.odd if any(cells)]
        blank = self.blank_mask()
        if len(odd) == len(self.odd) and not blank.any():
            return self
        keep = pa.array(~blank)
        columns = [column.filter(keep) for column in self.columns]
        tokens = _Sparse(self.labels, columns, odd, self.first_row)
        tokens.numbers = self.row_numbers()[~blank]
        tokens.open_row = self.open_row
        tokens.dropped = self.row_count - tokens.row_count
        return tokens


class _Sparse(Tokens):
    """Tokens whose record numbers have gaps."""

    numbers: npt.NDArray[np.int64]
    dropped: int = 0

    def row_numbers(self) -> npt.NDArray[np.int64]:
        return self.numbers


def dropped_count(tokens: Tokens) -> int:
    """Count the blank rows that `without_blank_rows` dropped."""
    return tokens.dropped if isinstance(tokens, _Sparse) else 0


def tokenize(
    path: Path, encoding: str, dialect: Dialect, limits: Limits, *, is_exact: bool = True
) -> Tokens:
    """Read the text at `path` into columns of strings.

    `encoding` is utf-8 or utf-8-sig. With `is_exact`, empty lines and lines of bare delimiters
    are told apart, as frictionless's report does.
    """
    labels, offset = _head(path, encoding, dialect, limits)
    if len(labels) > limits.max_columns:
        raise UnreadableFileError("too-many-columns", count=len(labels), limit=limits.max_columns)
    if not labels:
        return Tokens([], [], [], dialect.first_row)
    tokens = None
    if not dialect.is_space_skipped and _quotes_are_even(path, dialect):
        tokens = _fast(path, offset, labels, dialect)
    if tokens is not None and (
        (is_exact and tokens.blank_mask().any()) or tokens.longest_cell() > limits.max_line_bytes
    ):
        tokens = None
    return tokens or _careful(path, encoding, labels, dialect, limits)


def _quotes_are_even(path: Path, dialect: Dialect) -> bool:
    """Tell whether every quote can have its partner; where not, only `csv.reader` can say more."""
    if not dialect.quotechar:
        return True
    mark = dialect.quotechar.encode()
    with path.open("rb") as file:
        return sum(chunk.count(mark) for chunk in iter(lambda: file.read(1 << 20), b"")) % 2 == 0


class _Lines:
    """Count the bytes of the lines handed to `csv.reader`, and keep those of one record."""

    def __init__(self, file: TextIO, limits: Limits) -> None:
        self._file = file
        self._limit = limits.max_line_bytes
        self.size_bytes = 0
        self.record_bytes = 0
        self.record: list[str] = []
        self.last: list[str] = []

    def next_record(self) -> None:
        """Forget the lines of the record that has been read."""
        self.last = self.record
        self.record = []
        self.record_bytes = 0

    def is_left_open(self, dialect: Dialect) -> bool:
        """Tell whether the last record ends inside a quoted cell."""
        try:
            list(csv.reader(self.last, **dialect.reader_options(), strict=True))
        except csv.Error as error:
            return "unexpected end of data" in str(error)
        return False

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            size = len(line.encode("utf-8", "surrogatepass"))
            self.size_bytes += size
            self.record_bytes += size
            self.record.append(line)
            if self.record_bytes > self._limit:
                raise _EndlessRecordError
            yield line


class _EndlessRecordError(Exception):
    """A quote that is opened and never closed swallows the rest of the file."""


def _head(path: Path, encoding: str, dialect: Dialect, limits: Limits) -> tuple[list[str], int]:
    """Read the header; give the labels and the offset in bytes of the first row of data."""
    bom_bytes = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" and _is_mark(path, 0) else 0
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(file, limits)
        reader = csv.reader(lines, **dialect.reader_options())
        try:
            if dialect.header_row is None:
                first = next(reader, [])
                return [f"field{number}" for number in range(1, len(first) + 1)], bom_bytes
            labels: list[str] = []
            for cells in islice(reader, dialect.header_row):
                labels = cells
                lines.next_record()
        except _EndlessRecordError as error:
            raise UnreadableFileError("unclosed-quote", row=1) from error
        except csv.Error as error:
            raise UnreadableFileError("csv-broken", row=1, note=str(error)) from error
    return labels, bom_bytes + lines.size_bytes


def _is_mark(path: Path, offset: int) -> bool:
    """Tell whether a byte order mark stands at this place."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _fast(path: Path, offset: int, labels: Sequence[str], dialect: Dialect) -> Tokens | None:
    """Read with pyarrow, or give None where only `csv.reader` can be trusted."""
    names = [str(number) for number in range(len(labels))]
    rejected: list[tuple[int | None, str]] = []

    def reject(row: pa_csv.InvalidRow) -> Literal["skip", "error"]:
        rejected.append((row.number, row.text))
        return "skip" if len(rejected) <= _BATCH_ROWS else "error"

    if path.stat().st_size <= offset:
        empty = [pa.chunked_array([], type=pa.string()) for _ in labels]
        return Tokens(list(labels), empty, [], dialect.first_row)
    if _is_mark(path, offset):  # which Arrow would drop from the first cell
        return None
    with pa.OSFile(str(path), "rb") as file:
        file.seek(offset)
        try:
            table = pa_csv.read_csv(
                file,  # type: ignore[arg-type]  # the stubs forget Arrow's own files
                read_options=pa_csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK_BYTES, column_names=names
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=dialect.delimiter,
                    quote_char=dialect.quotechar or False,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=reject,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    null_values=[],
                ),
            )
        except pa.ArrowInvalid:  # a line longer than a block, a quote left open, broken UTF-8
            return None
    odd: list[tuple[int, list[str]]] = []
    for number, text in rejected:
        if number is None or '"' in text or dialect.quotechar in text or "\r" in text:
            return None
        cells = next(csv.reader([text], **dialect.reader_options()), [])
        odd.append((number + dialect.first_row - 1, cells))
    return Tokens(list(labels), table.columns, odd, dialect.first_row)


def _careful(
    path: Path, encoding: str, labels: Sequence[str], dialect: Dialect, limits: Limits
) -> Tokens:
    """Read with `csv.reader`, in batches."""
    odd: list[tuple[int, list[str]]] = []
    batches: list[list[Cells]] = [[] for _ in labels]
    rows: list[list[str]] = []
    width = len(labels)

    def flush() -> None:
        for index, cells in enumerate(zip(*rows, strict=True)):
            batches[index].append(pa.array(cells, type=pa.string()))
        rows.clear()

    number = 0
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(file, limits)
        reader = csv.reader(lines, **dialect.reader_options())
        try:
            for number, cells in enumerate(reader, start=1):
                lines.next_record()
                if number < dialect.first_row:
                    continue
                if len(cells) != width:
                    odd.append((number, cells))
                    continue
                rows.append(cells)
                if len(rows) >= _BATCH_ROWS:
                    flush()
        except _EndlessRecordError as error:
            raise UnreadableFileError("unclosed-quote", row=number + 1) from error
        except csv.Error as error:
            raise UnreadableFileError("csv-broken", row=number + 1, note=str(error)) from error
    flush()
    columns = [pa.chunked_array(arrays, type=pa.string()) for arrays in batches]
    tokens = Tokens(list(labels), columns, odd, dialect.first_row)
    tokens.open_row = number if lines.is_left_open(dialect) else None
    return tokens
