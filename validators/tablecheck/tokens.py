"""Delimited text -> Arrow columns of strings, with the record numbers of Python's `csv.reader`.

pyarrow reads fast but tells a few odd files apart differently from `csv.reader`, which is what
frictionless reads with. The rule that never failed in the fuzzed files of the differential suite:
as soon as a row that pyarrow rejects has a quote out of place, a carriage return or a line end
inside a cell, the whole file is read again by `csv.reader`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Column, pc
from tablecheck.careful import Careful, head, needs_care
from tablecheck.dialect import Dialect
from tablecheck.limits import Limits
from tablecheck.stream import Block, DistrustError, Stream


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
        self.empty_places: frozenset[int] = frozenset()
        """The places of the regular rows that are empty lines: they have no cells at all."""

    @property
    def row_count(self) -> int:
        """Count every record after the header."""
        return self.regular_count + len(self.odd)

    def blocks(self) -> Iterator[Block]:
        """Give the regular rows in blocks; may be asked again. Raises DistrustError."""
        if self.columns:
            table = pa.table(self.columns, names=[str(n) for n in range(len(self.columns))])
            place = 0
            for batch in table.to_batches():
                if batch.num_rows:
                    yield Block(place, batch.columns)
                place += batch.num_rows

    def numbers_at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give the record numbers of some regular rows, by their places."""
        odd = np.array([number for number, _ in self.odd], dtype=np.int64) - self.first_row
        before = np.searchsorted(odd - np.arange(len(odd)), places, side="right")
        numbers: npt.NDArray[np.int64] = places + before + self.first_row
        return numbers

    def last_row(self) -> tuple[int, list[str]] | None:
        """Give the last row with its record number, regular or odd."""
        last = self.odd[-1] if self.odd else None
        if self.regular_count:
            number = int(self.numbers_at(np.array([self.regular_count - 1]))[0])
            if last is None or number > last[0]:
                return number, self._last_regular()
        return last

    def _last_regular(self) -> list[str]:
        return [column[-1].as_py() for column in self.columns]

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

    def numbers_at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return self.numbers[places]


class Streamed(Tokens):
    """Tokens that stay in their file: each call of `blocks` reads it again."""

    def __init__(self, path: Path, encoding: str, dialect: Dialect, limits: Limits) -> None:
        labels, self._offset = head(path, encoding, dialect, limits)
        super().__init__(labels, [], [], dialect.first_row)
        self._path = path
        self._encoding = encoding
        self._dialect = dialect
        self._limits = limits
        self._last: list[str] = []
        self._is_careful = needs_care(path, self._offset, dialect)

    def blocks(self) -> Iterator[Block]:
        if not self.labels:
            return
        careful = Careful(self._path, self._encoding, self.labels, self._dialect, self._limits)
        quick = Stream(self._path, self._offset, self.labels, self._dialect, self._limits)
        source = careful if self._is_careful else quick
        block = None
        try:
            for block in source:
                yield block
            if not self._is_careful:
                self.empty_places = quick.empty_places()
        except DistrustError:
            self._is_careful = True
            raise
        if block is not None:
            self._last = [cells[-1].as_py() for cells in block.columns]
        self.odd = source.odd
        self.regular_count = source.count
        self.open_row = careful.open_row

    def _last_regular(self) -> list[str]:
        return self._last


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
    labels, offset = head(path, encoding, dialect, limits)
    if not labels:
        return Tokens([], [], [], dialect.first_row)
    careful = Careful(path, encoding, labels, dialect, limits)
    if not needs_care(path, offset, dialect):
        quick = Stream(path, offset, labels, dialect, limits)
        try:
            tokens = _gathered(labels, quick, dialect)
            if is_exact:
                tokens.empty_places = quick.empty_places()
        except DistrustError:
            pass
        else:
            return tokens
    tokens = _gathered(labels, careful, dialect)
    tokens.open_row = careful.open_row
    return tokens


def _gathered(labels: Sequence[str], source: "Stream | Careful", dialect: Dialect) -> Tokens:
    blocks = list(source)
    columns = [
        pa.chunked_array([block.columns[index] for block in blocks], type=pa.string())
        for index in range(len(labels))
    ]
    return Tokens(list(labels), columns, source.odd, dialect.first_row)
