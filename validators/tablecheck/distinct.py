"""A column as its distinct values and where they stand: what is true of a value is asked once."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, Column, pc

_EMPTY = pa.array([], type=pa.string())


class Distinct:
    """Hold the distinct texts of a column, in order of first appearance."""

    def __init__(self, name: str, column: Column, numbers: npt.NDArray[np.int64]) -> None:
        encoded: Any = column.dictionary_encode()
        self.name = name
        self.values: Cells = encoded.chunk(0).dictionary if encoded.num_chunks else _EMPTY
        self._indices = [chunk.indices for chunk in encoded.chunks]
        self._numbers = numbers

    @cached_property
    def positions(self) -> npt.NDArray[np.int32]:
        """Give, for each row, the place of its value among `values`."""
        if not self._indices:
            return np.empty(0, dtype=np.int32)
        return np.concatenate([chunk.to_numpy(zero_copy_only=False) for chunk in self._indices])

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Give how many rows hold each value."""
        return np.bincount(self.positions, minlength=len(self.values))

    @cached_property
    def filled(self) -> Cells:
        """Give the distinct values that are not empty."""
        return self.values.filter(pc.greater(pc.binary_length(self.values), 0))

    @cached_property
    def filled_count(self) -> int:
        """Count the rows that are not empty."""
        empty = pc.index(self.values, "").as_py()
        return len(self.positions) - (int(self.counts[empty]) if empty >= 0 else 0)

    def spread(self, values: Cells) -> Column:
        """Give a column from one value for each distinct text."""
        return pa.chunked_array([values.take(chunk) for chunk in self._indices], type=values.type)

    def row_of(self, text: str) -> int:
        """Give the record number of the first row that holds `text`."""
        place = pc.index(self.values, text).as_py()
        return int(self._numbers[int(np.argmax(self.positions == place))])
