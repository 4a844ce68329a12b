"""A delimited text in blocks: pyarrow cuts it into cells as long as it can be trusted to.

It cannot where a row that it rejects has a quote out of place or a line end inside a cell, where
it gives up, and where a cell is too long; `DistrustError` then sends the reader to `csv.reader`.
Memory holds a few blocks, the odd rows, and the places of rows that hold nothing.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tablecheck.accept.texts import Texts
from tablecheck.arrow import Cells
from tablecheck.blanks import Blanks
from tablecheck.dialect import Dialect
from tablecheck.limits import Limits

_BLOCK_BYTES = 4 << 20
_MAX_REJECTED = 20_000


class DistrustError(Exception):
    """Say that only `csv.reader` can tell the cells of this file apart."""


class Block(msgspec.Struct, frozen=True):
    """Hold rows that follow each other, the odd ones left out."""

    place: int
    """How many regular rows stand before."""
    columns: list[Cells]


class Stream:
    """Read one text once, block by block; what it met on the way is known at the end."""

    def __init__(
        self, path: Path, offset: int, labels: Sequence[str], dialect: Dialect, limits: Limits
    ) -> None:
        self._path = path
        self._offset = offset
        self._names = [str(number) for number in range(len(labels))]
        self._dialect = dialect
        self._limits = limits
        self._is_well_formed = _well_formed(dialect).fullmatch
        self.odd: list[tuple[int, list[str]]] = []
        """Ragged rows, by record number."""
        self.count = 0
        self.blanks = Blanks(path, offset, dialect)

    def __iter__(self) -> Iterator[Block]:
        if self._path.stat().st_size <= self._offset:
            return
        with pa.OSFile(str(self._path), "rb") as file:
            file.seek(self._offset)
            try:
                for batch in self._open(file):
                    if batch.num_rows:
                        yield self._block(batch.columns)
            except pa.ArrowInvalid as error:  # a line longer than a block, a quote left open
                raise DistrustError from error

    def _open(self, file: pa.NativeFile) -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(
            file,  # type: ignore[arg-type]  # the stubs forget Arrow's own files
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=self._names
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char=self._dialect.quotechar or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._reject,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                strings_can_be_null=False,
                null_values=[],
            ),
        )

    def _reject(self, row: pa_csv.InvalidRow) -> Literal["skip", "error"]:
        text = row.text
        is_sure = self._is_well_formed(text) is not None
        if row.number is None or not is_sure or len(self.odd) >= _MAX_REJECTED:
            return "error"  # which ends the reading with ArrowInvalid
        cells = next(csv.reader([text], **self._dialect.reader_options()), [])
        self.odd.append((row.number + self._dialect.first_row - 1, cells))
        return "skip"

    def _block(self, columns: list[Cells]) -> Block:
        block = Block(self.count, columns)
        texts = [Texts(column) for column in columns]
        if any(int(text.lengths.max(initial=0)) > self._limits.max_line_bytes for text in texts):
            raise DistrustError
        self.blanks.add(self.count, texts)
        self.count += len(columns[0])
        return block

    def empty_places(self) -> frozenset[int]:
        """Give the places of the rows that are empty lines; raises DistrustError."""
        odd = np.array([number - self._dialect.first_row for number, _ in self.odd], dtype=np.int64)
        found = self.blanks.empty_places(self.count, odd)
        if found is None:
            raise DistrustError
        return found


def _well_formed(dialect: Dialect) -> re.Pattern[str]:
    """Give the grammar of RFC 4180 for a record on one line, on which all readers agree.

    A cell is quoted from end to end or holds no quote at all.
    """
    delimiter = re.escape(dialect.delimiter)
    bare = rf"[^{delimiter}\r\n]*+"
    if dialect.quotechar:
        quote = re.escape(dialect.quotechar)
        held = rf"{quote}(?:[^{quote}\r\n]|{quote}{quote})*+{quote}"
        bare = rf"(?:{held}|[^{delimiter}{quote}\r\n]*+)"
    return re.compile(rf"{bare}(?:{delimiter}{bare})*+")
