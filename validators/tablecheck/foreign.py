"""Foreign keys: which rows name what the other table holds.

The other table is read by frictionless. Texts are looked up as they stand where they are the value
itself; else each distinct text is cast by frictionless's reader and looked up as that.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tablecheck.accept.texts import Mask, Texts
from tablecheck.columns import ColumnJudge

Lookup = dict[str, dict[tuple[str, ...], set[tuple[Any, ...]]]]


class ForeignKey:
    """Hold one foreign key of the table, and what it may name."""

    def __init__(self, descriptor: dict[str, Any], columns: dict[str, ColumnJudge]) -> None:
        self.fields = tuple(descriptor["fields"])
        self.reference = descriptor["reference"]["resource"]
        self.reference_fields = tuple(descriptor["reference"]["fields"])
        self.columns = [columns[name] for name in self.fields]
        self.known: set[tuple[Any, ...]] = set()
        self._ids: list[dict[str, int]] = [{} for _ in self.fields]
        self._values: list[dict[Any, int]] = [{None: 0} for _ in self.fields]
        self._allowed: npt.NDArray[np.int64] | None = None

    def broken(self, texts: list[Texts]) -> Mask:
        """Mark the rows of a block that name nothing known."""
        ids = [
            _numbered(column, text, memo, values)
            for column, text, memo, values in zip(
                self.columns, texts, self._ids, self._values, strict=True
            )
        ]
        if len(ids) == 1:
            good = {n for value, n in self._values[0].items() if (value,) in self.known} | {0}
            allowed = np.array([n in good for n in range(len(self._values[0]))], dtype=bool)
            return ~allowed[ids[0]]
        names = [dict(zip(values.values(), values, strict=True)) for values in self._values]
        rows = np.stack(ids, axis=1)
        distinct, inverse = np.unique(rows, axis=0, return_inverse=True)
        bad = [
            any(row)
            and tuple(name[n] for name, n in zip(names, row, strict=True)) not in self.known
            for row in distinct.tolist()
        ]
        return np.array(bad, dtype=bool)[inverse.reshape(-1)]


def _numbered(
    column: ColumnJudge, texts: Texts, memo: dict[str, int], values: dict[Any, int]
) -> npt.NDArray[np.int64]:
    """Give a number for the value of each text; 0 is None."""
    encoded: Any = texts.cells.dictionary_encode()
    numbers: list[int] = []
    for text in encoded.dictionary.to_pylist():
        number = memo.get(text)
        if number is None:
            value = column.read(text)[0]
            column.reader_calls += 1
            number = memo[text] = values.setdefault(value, len(values))
        numbers.append(number)
    found: npt.NDArray[np.int64] = np.array(numbers, dtype=np.int64)[encoded.indices.to_numpy()]
    return found


def lookups(resource: Any, keys: Iterable[dict[str, Any]]) -> Lookup:
    """Read what the foreign keys to other tables may name, as frictionless does."""
    found: Lookup = {}
    for key in keys:
        name, fields = key["reference"]["resource"], tuple(key["reference"]["fields"])
        values = found.setdefault(name, {}).setdefault(fields, set())
        if values:
            continue
        other = resource.package.get_resource(name).to_copy()
        if other.schema:
            other.schema.foreign_keys = []
        with other:
            for row in other.row_stream:
                cells = tuple(row.get(field) for field in fields)
                if set(cells) != {None}:
                    values.add(cells)
    return found
