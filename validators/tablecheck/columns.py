"""One column, block after block: which of its cells are proven right, and what the others are.

A column of few distinct texts is judged by frictionless itself, once a text. In any other the
accept module of its type proves what it can, and the texts left go to frictionless's reader.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.accept import acceptor
from tablecheck.accept.texts import Acceptor, Mask, Texts
from tablecheck.arrow import Cells, pc

RIGHT, ABSENT, WRONG, ABSENT_WRONG = 0, 1, 2, 3
_FEW_DISTINCT = 0.05
_MANY_DISTINCT = 0.3
_MIN_ROWS = 1_000
_MEMO_TEXTS = 100_000
_SLOW_SHARE = 0.05


class ColumnJudge:
    """Judge the cells of one field; memory does not grow with the file."""

    def __init__(self, field: Any, reader: Any) -> None:
        self.field = field
        self.read = reader
        self.reader_calls = 0
        self.cell_count = 0
        self._accept, self._reason = acceptor(field)
        missing = field.missing_values
        if not field.has_defined("missing_values") and field.schema:
            missing = field.schema.missing_values
        self.missing = [str(text) for text in missing]
        self._missing_cells = pa.array(self.missing, type=pa.string())
        self._of_missing = np.uint8(ABSENT_WRONG if field.required else ABSENT)
        self._memo: dict[str, int] = {}
        self._notes: dict[str | None, tuple[int, int, bool]] = {}
        self._is_distinct = self._accept is None

    @property
    def slow_reason(self) -> str | None:
        """Say why so many cells were read one by one, if they were."""
        if self.reader_calls <= max(_SLOW_SHARE * self.cell_count, _MIN_ROWS):
            return None
        return self._reason or "unproven"

    def judge(self, texts: Texts) -> npt.NDArray[np.uint8]:
        """Give RIGHT, ABSENT, WRONG or ABSENT_WRONG for each text of a block."""
        first = self.cell_count == 0
        self.cell_count += len(texts)
        if self._accept is None:
            return self._by_distinct(texts.cells)
        if first and len(texts) >= _MIN_ROWS:
            distinct = len(texts.cells.dictionary_encode().dictionary)
            self._is_distinct = distinct < _FEW_DISTINCT * len(texts)
        if self._is_distinct:
            return self._by_distinct(texts.cells)
        return self._by_proof(texts, self._accept)

    def is_missing(self, texts: Texts) -> Mask:
        """Mark the texts that stand for no value."""
        mask: Mask
        if self.missing == [""]:
            mask = texts.lengths == 0
            return mask
        mask = pc.is_in(texts.cells, value_set=self._missing_cells).to_numpy(zero_copy_only=False)
        return mask

    def _by_proof(self, texts: Texts, accept: Acceptor) -> npt.NDArray[np.uint8]:
        accepted = accept(texts)
        missing = self.is_missing(texts)
        codes = np.zeros(len(texts), dtype=np.uint8)
        if missing.any():
            codes[missing] = self._of_missing
        rest = ~(accepted | missing)
        if rest.any():
            codes[rest] = self._by_distinct(texts.cells.filter(pa.array(rest)))
        return codes

    def _by_distinct(self, cells: Cells) -> npt.NDArray[np.uint8]:
        encoded: Any = cells.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        if len(self._memo) > _MEMO_TEXTS:
            self._memo.clear()
            self._notes.clear()
        memo = self._memo
        codes = np.fromiter(
            (memo[text] if text in memo else self._ask(text) for text in distinct),
            dtype=np.uint8,
            count=len(distinct),
        )
        if self._is_distinct and self._accept and len(distinct) > _MANY_DISTINCT * len(cells):
            self._is_distinct = len(cells) < _MIN_ROWS
        found: npt.NDArray[np.uint8] = codes[encoded.indices.to_numpy()]
        return found

    def _ask(self, text: str) -> int:
        self.reader_calls += 1
        cell, notes = self.read(text)
        is_absent = cell is None and not (notes and "type" in notes)
        code = (ABSENT if is_absent else RIGHT) + (WRONG if notes else 0)
        self._memo[text] = code
        return code

    def faults(self, text: str | None) -> tuple[int, int, bool]:
        """Count the type and constraint errors of a text, and tell whether it is no value."""
        found = self._notes.get(text)
        if found is None:
            cell, notes = self.read(text)
            types = int(bool(notes) and "type" in notes)
            count = len(notes) - types if notes else 0
            found = self._notes[text] = (types, count, cell is None and not types)
        return found
