"""What `csv.reader` reads: the header of a delimited text, and the rows pyarrow gives up on."""

import codecs
import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa

from tablecheck.arrow import Cells
from tablecheck.dialect import Dialect
from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.stream import Block

_BATCH_ROWS = 20_000

# The limit is one number for the whole process; a cell of any length must reach our own check.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def quotes_are_even(path: Path, dialect: Dialect) -> bool:
    """Tell whether every quote can have its partner; where not, only `csv.reader` can say more."""
    if not dialect.quotechar:
        return True
    mark = ord(dialect.quotechar)
    with path.open("rb") as file:  # numpy counts frequent bytes quicker than `bytes.count`
        chunks = iter(lambda: file.read(1 << 18), b"")
        bytes_of = (np.frombuffer(chunk, dtype=np.uint8) for chunk in chunks)
        return sum(int(np.count_nonzero(held == mark)) for held in bytes_of) % 2 == 0


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


def head(path: Path, encoding: str, dialect: Dialect, limits: Limits) -> tuple[list[str], int]:
    """Read the header; give the labels and the offset in bytes of the first row of data."""
    bom_bytes = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" and is_mark(path, 0) else 0
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(file, limits)
        reader = csv.reader(lines, **dialect.reader_options())
        try:
            labels: list[str] = []
            for cells in islice(reader, dialect.header_row or 1):
                labels = cells
                lines.next_record()
        except _EndlessRecordError as error:
            raise UnreadableFileError("unclosed-quote", row=1) from error
        except csv.Error as error:
            raise UnreadableFileError("csv-broken", row=1, note=str(error)) from error
    if len(labels) > limits.max_columns:
        raise UnreadableFileError("too-many-columns", count=len(labels), limit=limits.max_columns)
    if dialect.header_row is None:
        return [f"field{number}" for number in range(1, len(labels) + 1)], bom_bytes
    return labels, bom_bytes + lines.size_bytes


def is_mark(path: Path, offset: int) -> bool:
    """Tell whether a byte order mark stands at this place."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def needs_care(path: Path, offset: int, dialect: Dialect) -> bool:
    """Tell whether pyarrow would read otherwise from the start.

    It skips no spaces, drops a byte order mark from the first cell, and cannot say which quote
    lacks its partner.
    """
    is_odd = dialect.is_space_skipped or not quotes_are_even(path, dialect)
    return is_odd or is_mark(path, offset)


class Careful:
    """Read one text once with `csv.reader`, block by block."""

    def __init__(
        self, path: Path, encoding: str, labels: Sequence[str], dialect: Dialect, limits: Limits
    ) -> None:
        self._path = path
        self._encoding = encoding
        self._width = len(labels)
        self._dialect = dialect
        self._limits = limits
        self.odd: list[tuple[int, list[str]]] = []
        self.count = 0
        self.open_row: int | None = None

    def __iter__(self) -> Iterator[Block]:
        rows: list[list[str]] = []
        number = 0
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = _Lines(file, self._limits)
            reader = csv.reader(lines, **self._dialect.reader_options())
            try:
                for number, cells in enumerate(reader, start=1):
                    lines.next_record()
                    if number < self._dialect.first_row:
                        continue
                    if len(cells) != self._width:
                        self.odd.append((number, cells))
                        continue
                    rows.append(cells)
                    if len(rows) >= _BATCH_ROWS:
                        yield self._block(rows)
            except _EndlessRecordError as error:
                raise UnreadableFileError("unclosed-quote", row=number + 1) from error
            except csv.Error as error:
                raise UnreadableFileError("csv-broken", row=number + 1, note=str(error)) from error
            if rows:
                yield self._block(rows)
        self.open_row = number if lines.is_left_open(self._dialect) else None

    def _block(self, rows: list[list[str]]) -> Block:
        columns: list[Cells] = [
            pa.array(cells, type=pa.string()) for cells in zip(*rows, strict=True)
        ]
        block = Block(self.count, columns)
        self.count += len(rows)
        rows.clear()
        return block
