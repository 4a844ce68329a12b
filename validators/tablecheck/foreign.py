"""Foreign keys: which rows name what the other table holds.

A row is proven where its texts stand in the other table, which reads them alike. The texts left
are cast by frictionless's reader, once each, and looked up as values.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tablecheck.accept.texts import Mask, Texts
from tablecheck.columns import ColumnJudge
from tablecheck.referenced import Names, Referenced

Lookup = dict[str, dict[Names, Referenced]]
_MEMO_TEXTS = 100_000


class ForeignKey:
    """Hold one foreign key of the table, and what it may name."""

    def __init__(
        self, descriptor: dict[str, Any], columns: dict[str, ColumnJudge], known: Lookup
    ) -> None:
        self.fields = tuple(descriptor["fields"])
        self.reference = descriptor["reference"]["resource"]
        self.reference_fields = tuple(descriptor["reference"]["fields"])
        self._columns = [columns[name] for name in self.fields]
        self._known = known[self.reference][self.reference_fields]
        fields = [column.field for column in self._columns]
        self._is_alike = self._known.reads_alike(fields)
        self._is_whole = self._is_alike and len(fields) == 1 and fields[0].type == "integer"
        self._memo: dict[Any, bool] = {}
        if not self._is_alike:  # where frictionless crashes on a value, this is where
            self.knows(())

    def knows(self, cells: tuple[Any, ...]) -> bool:
        """Tell whether the other table holds these values; raises TypeError as its lookup does."""
        return cells in self._known.values

    def broken(self, texts: list[Texts]) -> Mask:
        """Mark the rows of a block that name nothing known."""
        if len(texts) == 1:
            return self._broken(texts[0])
        encoded: list[Any] = [text.cells.dictionary_encode() for text in texts]
        codes = np.zeros(len(texts[0]), dtype=np.int64)
        for column in encoded:
            mixed = codes * len(column.dictionary) + column.indices.to_numpy()
            codes = np.unique(mixed, return_inverse=True)[1].reshape(-1)
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        lists = [text.cells.take(first).to_pylist() for text in texts]
        return ~self._good(list(zip(*lists, strict=True)))[inverse.reshape(-1)]

    def _broken(self, texts: Texts) -> Mask:
        mask = np.zeros(len(texts), dtype=bool)
        rest = np.arange(len(texts))
        if self._is_whole and self._is_mostly_canonical(texts):
            rest = np.flatnonzero(~(texts.canonical & _is_in(texts.wholes, self._known.wholes)))
            if not len(rest):
                return mask
        cells: Any = texts.cells if len(rest) == len(texts) else texts.cells.take(rest)
        encoded: Any = cells.dictionary_encode()
        good = self._good(encoded.dictionary.to_pylist())
        mask[rest] = ~good[encoded.indices.to_numpy()]
        return mask

    def _is_mostly_canonical(self, texts: Texts) -> bool:
        return bool(texts.canonical.mean() > 0.5) if len(texts) else False

    def _good(self, found: list[Any]) -> Mask:
        if len(self._memo) > _MEMO_TEXTS:
            self._memo.clear()
        memo = self._memo
        for text in found:
            if text not in memo:
                memo[text] = (self._is_alike and text in self._known.texts) or self._holds(text)
        return np.fromiter((memo[text] for text in found), dtype=bool, count=len(found))

    def _holds(self, text: Any) -> bool:
        parts = (text,) if len(self.fields) == 1 else text
        cells = []
        for column, part in zip(self._columns, parts, strict=True):
            column.reader_calls += 1
            cells.append(column.read(part)[0])
        return set(cells) == {None} or self.knows(tuple(cells))


def _is_in(values: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> Mask:
    """Mark the values that stand in an ordered array."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    low, high = int(known[0]), int(known[-1])
    if high - low < 4 * len(known) + 1_000:
        table = np.zeros(high - low + 1, dtype=bool)
        table[known - low] = True
        inside = (values >= low) & (values <= high)
        found: Mask = inside & table[np.where(inside, values - low, 0)]
        return found
    nearest = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[nearest] == values, dtype=bool)
