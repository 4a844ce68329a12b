"""Rows that hold nothing: an empty line has no cells, a line of bare delimiters has as many as any.

pyarrow gives both alike. The line on which a record begins is its number and the line ends inside
the quoted cells before it; the bytes there tell which of the two it is. Every line of the file must
be accounted for, else nothing is said.
"""

from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from tablecheck.accept.texts import Texts
from tablecheck.dialect import Dialect

_CHUNK_BYTES = 4 << 20
_NEWLINE = 10


class Blanks:
    """Note the rows of a text that hold nothing, and the line ends inside its cells."""

    def __init__(self, path: Path, offset: int, dialect: Dialect) -> None:
        self._path = path
        self._offset = offset
        self._marks = (dialect.delimiter + (dialect.quotechar or "")).encode()
        self._inner = 0
        self.places: list[int] = []
        self._before: list[int] = []

    def add(self, place: int, texts: list[Texts]) -> None:
        """Take in a block that begins at `place`."""
        blank = texts[0].lengths == 0
        for text in texts[1:]:
            if not blank.any():
                break
            blank &= text.lengths == 0
        ends = [text.data == _NEWLINE for text in texts]
        held = [end.any() for end in ends]
        if not blank.any():
            self._inner += sum(int(e.sum()) for e, has in zip(ends, held, strict=True) if has)
            return
        inner = np.zeros(len(blank), dtype=np.int64)
        for text, end, has in zip(texts, ends, held, strict=True):
            if has:
                inner += text.per_text(end)
        sums = np.cumsum(inner)
        rows = np.flatnonzero(blank)
        self.places.extend((rows + place).tolist())
        self._before.extend((sums[rows] + self._inner).tolist())
        self._inner += int(sums[-1])

    def empty_places(self, count: int, odd: npt.NDArray[np.int64]) -> frozenset[int] | None:
        """Give those of the places that are empty lines; None where the lines do not add up.

        `odd` holds the records, counted from 0, that are among no block.
        """
        if not self.places:
            return frozenset()
        places = np.array(self.places, dtype=np.int64)
        records = places + np.searchsorted(odd - np.arange(len(odd)), places, side="right")
        lines = records + np.array(self._before, dtype=np.int64)
        texts = self._lines(lines, count + len(odd) + self._inner)
        if texts is None:
            return None
        found: set[int] = set()
        for place, text in zip(self.places, texts, strict=True):
            if not text:
                found.add(place)
            elif text.strip(self._marks):
                return None
        return frozenset(found)

    def _lines(self, wanted: npt.NDArray[np.int64], total: int) -> list[bytes] | None:
        """Give the lines of these numbers, or None where there are not `total` of them."""
        starts: list[int] = [self._offset] if wanted[0] == 0 else []
        line = 0
        position = self._offset
        last = b""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            while chunk := file.read(_CHUNK_BYTES):
                if last == b"\r" and not chunk.startswith(b"\n"):
                    return None
                last = chunk[-1:]
                if chunk.count(b"\r") != chunk.count(b"\r\n") + (last == b"\r"):
                    return None  # a carriage return that ends a line by itself
                ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == _NEWLINE)
                low, high = np.searchsorted(wanted, [line + 1, line + len(ends) + 1])
                starts.extend((position + 1 + ends[wanted[low:high] - line - 1]).tolist())
                line += len(ends)
                position += len(chunk)
            if last == b"\r" or line + (last != b"\n") != total or len(starts) != len(wanted):
                return None
            return [self._line(file, start) for start in starts]

    @staticmethod
    def _line(file: BinaryIO, start: int) -> bytes:
        file.seek(start)
        return file.readline().rstrip(b"\r\n")
