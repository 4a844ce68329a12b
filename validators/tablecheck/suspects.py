"""The rows that are not proven right: kept as long as their errors will be listed, then counted."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, pc
from tablecheck.columns import ABSENT, ColumnJudge

Codes = npt.NDArray[np.uint8]
Errors = Counter[tuple[str | None, str]]


class Suspects:
    """Hold suspicious rows up to `limit` that certainly have an error; count those after."""

    def __init__(self, columns: list[ColumnJudge], limit: int | None) -> None:
        self._columns = columns
        self._limit = limit
        self._certain = 0
        self._held: list[tuple[npt.NDArray[np.int64], list[Cells]]] = []
        self.cut: int | None = None
        """The last place that is listed; every row after it is only counted."""
        self.errors: Errors = Counter()
        """Of the rows that are not held, by column and code."""
        self.bad_cells: Counter[tuple[int, str, str]] = Counter()
        """Of those rows too: field number, code of the first error, text."""
        self.row_count = 0

    def add(
        self, place: int, cells: list[Cells], verdicts: list[Codes], rows: npt.NDArray[np.int64]
    ) -> None:
        """Take in the suspicious rows of a block that begins at `place`."""
        self.row_count += len(rows)
        certain = np.zeros(len(rows), dtype=bool)
        blank = np.ones(len(rows), dtype=bool)
        for verdict in verdicts:
            some = verdict[rows]
            certain |= some > ABSENT
            blank &= (some & ABSENT) == ABSENT
        certain |= blank
        split = len(rows)
        if self.cut is not None:
            split = 0
        elif self._limit is not None and self._certain + int(certain.sum()) >= self._limit:
            reached = np.flatnonzero(np.cumsum(certain) + self._certain >= self._limit)
            split = int(reached[0]) + 1
            self.cut = place + int(rows[split - 1])
        self._certain += int(certain.sum())
        if split:
            some_rows: Any = pa.array(rows[:split])
            self._held.append((rows[:split] + place, [column.take(some_rows) for column in cells]))
        if split < len(rows):
            self._count(cells, rows[split:], blank[split:], verdicts)

    def _count(
        self,
        cells: list[Cells],
        rows: npt.NDArray[np.int64],
        blank: npt.NDArray[np.bool_],
        verdicts: list[Codes],
    ) -> None:
        if blank.any():
            self.errors[None, "blank-row"] += int(blank.sum())
        rows = rows[~blank]
        for number, texts, verdict in zip(count(1), cells, verdicts):
            wrong: Any = pa.array(rows[verdict[rows] > ABSENT])
            if len(wrong):
                for pair in pc.value_counts(texts.take(wrong)).to_pylist():
                    self._add(self.errors, number, pair["values"], pair["counts"])

    def _add(self, errors: Errors, number: int, text: str | None, times: int) -> bool:
        """Count the errors of one text in a column, and tell whether it stands for no value."""
        column = self._columns[number - 1]
        types, constraints, is_absent = column.faults(text)
        if types:
            errors[column.field.name, "type-error"] += types * times
        if constraints:
            errors[column.field.name, "constraint-error"] += constraints * times
        if text and (types or constraints):
            code = "type-error" if types else "constraint-error"
            self.bad_cells[number, code, text] += times
        return is_absent

    def count_row(self, cells: list[str]) -> None:
        """Count the errors of a row, be it ragged."""
        found: Errors = Counter()
        width = len(self._columns)
        is_blank = True
        for number in range(1, width + 1):
            text = cells[number - 1] if number <= len(cells) else None
            is_blank &= self._add(found, number, text, 1)
            if text is None:
                found[self._columns[number - 1].field.name, "missing-cell"] += 1
        if len(cells) > width:
            found[None, "extra-cell"] += len(cells) - width
        if is_blank:
            found = Counter({(None, "blank-row"): 1})
        self.errors.update(found)

    def held(self) -> Iterator[tuple[int, list[str]]]:
        """Give the rows that are kept, by place."""
        for places, columns in self._held:
            lists = [column.to_pylist() for column in columns]
            for place, cells in zip(places.tolist(), zip(*lists, strict=True), strict=True):
                yield place, list(cells)
