"""The texts of one block of a column, seen as the bytes that Arrow holds them in."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, pc

Mask = npt.NDArray[np.bool_]
_CANONICAL_DIGITS = 18
"""Whole numbers of so many figures fit an int64, whatever they are."""


class Texts:
    """Hold an Arrow array of strings without nulls, and views of its buffers."""

    def __init__(self, cells: Cells) -> None:
        count = len(cells)
        buffers: list[Any] = cells.buffers()
        _, offsets, data = buffers
        self.cells = cells
        self.ends: npt.NDArray[np.int32]
        self.lengths: npt.NDArray[np.int32]
        if count:
            self.ends = np.frombuffer(offsets, np.int32, count + 1, cells.offset * 4)
        else:
            self.ends = np.zeros(1, dtype=np.int32)
        first, last = int(self.ends[0]), int(self.ends[-1])
        held: npt.NDArray[np.uint8] = np.empty(0, dtype=np.uint8)
        if data is not None:
            held = np.frombuffer(data, np.uint8)
        self.data = held[first:last]
        """The bytes of all texts, one after the other."""
        self.starts = self.ends[:-1] - first
        self.lengths = np.diff(self.ends)

    def __len__(self) -> int:
        return len(self.cells)

    def per_text(self, marked: Mask) -> npt.NDArray[np.int64]:
        """Count the marked bytes of each text."""
        sums = np.zeros(len(marked) + 1, dtype=np.int64)
        np.cumsum(marked, out=sums[1:])
        bounds = self.ends - self.ends[0]
        counts: npt.NDArray[np.int64] = sums[bounds[1:]] - sums[bounds[:-1]]
        return counts

    @cached_property
    def other_bytes(self) -> Mask:
        """Mark the bytes that are not one of 0 to 9."""
        return (self.data - np.uint8(48)) > 9

    @cached_property
    def others(self) -> npt.NDArray[np.int64]:
        """Count, in each text, the bytes that are not one of 0 to 9."""
        if not self.other_bytes.any():
            return np.zeros(len(self), dtype=np.int64)
        return self.per_text(self.other_bytes)

    @cached_property
    def digits(self) -> Mask:
        """Mark the texts made of the figures 0 to 9 alone."""
        mask: Mask = (self.others == 0) & (self.lengths > 0)
        return mask

    @cached_property
    def canonical(self) -> Mask:
        """Mark the whole numbers written in the one shortest way, up to 18 figures, no sign."""
        mask: Mask = self.digits & (self.lengths <= _CANONICAL_DIGITS)
        zero = np.zeros(len(self), dtype=bool)
        if len(self.data):
            zero = self.data[np.minimum(self.starts, len(self.data) - 1)] == 48
        mask &= ~zero | (self.lengths == 1)
        return mask

    @cached_property
    def wholes(self) -> npt.NDArray[np.int64]:
        """Give the values of the canonical texts; 0 for the others."""
        return self.as_int64(self.canonical)

    def as_int64(self, mask: Mask) -> npt.NDArray[np.int64]:
        """Read the masked texts, which are figures alone and at most 18 of them."""
        if mask.all():
            return self._cast(self.cells)
        values = np.zeros(len(self), dtype=np.int64)
        values[mask] = self._cast(self.cells.filter(pa.array(mask)))
        return values

    @staticmethod
    def _cast(cells: Cells) -> npt.NDArray[np.int64]:
        found: npt.NDArray[np.int64] = pc.cast(cells, pa.int64()).to_numpy()
        return found

    def matrix(self, rows: Any, width: int) -> npt.NDArray[np.uint8]:
        """Give the first `width` bytes of the texts at `rows` (which have as many), a row each."""
        if isinstance(rows, slice) and len(self.data) == len(self) * width:
            return self.data.reshape(-1, width)
        places = self.starts[rows][:, None] + np.arange(width, dtype=np.int32)
        some: npt.NDArray[np.uint8] = self.data[places]
        return some

    def matching(self, pattern: str, among: Mask | None = None) -> Mask:
        """Mark the texts that an RE2 pattern matches, looking only at those of `among`."""
        if among is None or among.all():
            found: Mask = pc.match_substring_regex(self.cells, pattern).to_numpy(
                zero_copy_only=False
            )
            return found
        mask = np.zeros(len(self), dtype=bool)
        if among.any():
            some = self.cells.filter(pa.array(among))
            mask[among] = pc.match_substring_regex(some, pattern).to_numpy(zero_copy_only=False)
        return mask


Acceptor = Callable[[Texts], Mask]
