"""Rows that are not proven right, judged by frictionless's own `Row`, in its own order.

What follows the cells, unique values and keys, is the loop of `TableResource.row_stream` over
these rows alone. That is enough: every row that shares a value with another is among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from frictionless import errors
from frictionless.table.row import Row

Fact = tuple[str, Any, Any]


class Foreign(Protocol):
    """Hold a foreign key, and what it may name."""

    fields: tuple[str, ...]
    reference: str
    reference_fields: tuple[str, ...]

    def knows(self, cells: tuple[Any, ...]) -> bool:
        """Tell whether the other table holds these values; raises TypeError as a set would."""


class Integrity:
    """Remember the values of the rows seen, as frictionless does."""

    def __init__(
        self, unique: Sequence[str], primary: Sequence[str], foreign: Sequence[Foreign]
    ) -> None:
        self._unique: dict[str, dict[Any, int]] = {name: {} for name in unique}
        self._primary = list(primary)
        self._tuples: dict[tuple[Any, ...], int] = {}
        self._foreign = foreign
        self.is_needed = bool(unique or primary or foreign)
        """Tell whether there is any key to look after."""

    def broken(self, row: Any) -> Iterator[Fact]:
        """Give what is wrong with the keys of a row; cells are read in frictionless's order."""
        for name, seen in self._unique.items():
            cell = row[name]
            if cell is not None:
                match = seen.get(cell)
                seen[cell] = row.row_number
                if match:
                    yield "unique-error", name, match
        if self._primary:
            cells = tuple(row[name] for name in self._primary)
            if set(cells) == {None}:
                yield "primary-key", None, None
            else:
                match = self._tuples.get(cells)
                self._tuples[cells] = row.row_number
                if match:
                    yield "primary-key", None, match
        for key in self._foreign:
            cells = tuple(row[name] for name in key.fields)
            if set(cells) != {None} and not key.knows(cells):
                yield "foreign-key", key, cells

    def takes(self, numbers: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> bool:
        """Take several rows in at once if no key of theirs is broken; else take none of them.

        Raises TypeError for a value that no key can hold, as a row by itself does.
        """
        news: list[tuple[dict[Any, int], dict[Any, int]]] = []
        for name, seen in self._unique.items():
            cells = [cell for cell in columns[name] if cell is not None]
            held = zip(columns[name], numbers, strict=True)
            news.append((seen, {cell: number for cell, number in held if cell is not None}))
            if len(news[-1][1]) < len(cells) or not news[-1][1].keys().isdisjoint(seen):
                return False
        if self._primary:
            tuples = list(zip(*(columns[name] for name in self._primary), strict=True))
            new = dict(zip(tuples, numbers, strict=True))
            if len(new) < len(tuples) or not new.keys().isdisjoint(self._tuples):
                return False
            if (None,) * len(self._primary) in new:
                return False
            news.append((self._tuples, new))
        for key in self._foreign:
            named = set(zip(*(columns[name] for name in key.fields), strict=True))
            named.discard((None,) * len(key.fields))
            if not all(map(key.knows, named)):
                return False
        for seen, new in news:
            seen.update(new)
        return True


def column_of(fact: Fact) -> str | None:
    """Name the column that an error of a key is counted under."""
    code, about, _ = fact
    if code == "unique-error":
        return str(about)
    return ", ".join(about.fields) if code == "foreign-key" else None


def replayed(
    rows: Iterator[tuple[int, list[str]]], handlers: Any, integrity: Integrity
) -> Iterator[Any]:
    """Give the errors of rows, in order."""
    for number, cells in rows:
        row = Row(cells, handlers=handlers, row_number=number)
        yield from with_facts(row, integrity.broken(row)).errors


def with_facts(row: Row, facts: Iterator[Fact]) -> Row:
    """Add the errors of keys to a row."""
    for fact in facts:
        row.errors.append(_error(row, fact))
    return row


def _error(row: Any, fact: Fact) -> Any:
    code, about, value = fact
    if code == "foreign-key":
        note = 'for "{}": values "{}" not found in the lookup table "{}" as "{}"'.format(
            ", ".join(about.fields),
            ", ".join(str(cell) for cell in value),
            about.reference,
            ", ".join(about.reference_fields),
        )
        return errors.ForeignKeyError.from_row(
            row,
            note=note,
            field_names=list(about.fields),
            field_values=list(value),
            reference_name=about.reference,
            reference_field_names=list(about.reference_fields),
        )
    if code == "unique-error":
        note = f"the same as in the row at position {value}"
        return errors.UniqueError.from_row(row, note=note, field_name=about)
    note = 'cells composing the primary keys are all "None"'
    if value is not None:
        note = f"the same as in the row at position {value}"
    return errors.PrimaryKeyError.from_row(row, note=note)


def counted(
    number: int, cells: list[str], handlers: Any, integrity: Integrity
) -> Iterator[tuple[str | None, str]]:
    """Give the column and code of each key error of a row, without making the errors."""
    row = Row(cells, handlers=handlers, row_number=number)
    for fact in integrity.broken(row):
        yield column_of(fact), fact[0]
