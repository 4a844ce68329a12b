"""Rows of Python values (JSON, spreadsheets, Parquet), judged in batches, column by column.

The judge of a value is frictionless's own cell reader, asked once for each distinct value of a
type; a row whose every value it takes needs no `Row` of frictionless's. Any other row, one that is
ragged or blank and one that breaks a key becomes a `Row`, and so has frictionless's own errors.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Protocol, Self

from frictionless import FrictionlessException
from frictionless.resources import TableResource
from frictionless.table.row import Row, create_cell_handlers

from tablecheck.replay import Fact, Integrity, with_facts

_BATCH_ROWS = 5_000
_MEMO_VALUES = 100_000
# Equal values of these types are read alike. Not so 0.0 and -0.0, nor one moment in two zones.
_REMEMBERED: frozenset[type] = frozenset({str, int, bool, type(None), dt.date})


class Taking(Protocol):
    """Take the cast values of rows that are right, in order."""

    def take(self, values: Sequence[Any]) -> None:
        """Take one row."""

    def take_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Take several rows, a sequence for each column."""

    def clear(self) -> None:
        """Forget all rows: they are judged again."""


class Values:
    """Judge the rows of an open resource."""

    def __init__(self, resource: TableResource, fields: list[Any]) -> None:
        self._resource = resource
        self._handlers = create_cell_handlers(fields)
        self._names = list(self._handlers)
        self._columns = [_Column(handler.reader) for handler in self._handlers.values()]
        self._integrity = _integrity(resource, fields)
        self.row_count = 0

    @classmethod
    def of(cls, resource: TableResource) -> Self | None:
        """Take an open resource; None where its columns are not its fields one by one."""
        fields = resource.header.get_expected_fields()
        values = cls(resource, fields)
        is_plain = fields and len(values._names) == len(fields) == len(resource.labels)
        return values if is_plain else None

    @property
    def fast_share(self) -> float | None:
        """Give the share of cells that needed no call of frictionless; None without cells."""
        cells = self.row_count * len(self._columns)
        calls = sum(column.reader_calls for column in self._columns)
        return max(0.0, round(1 - calls / cells, 6)) if cells else None

    def wrong(self, taking: Taking) -> Iterator[Row | FrictionlessException]:
        """Give the rows that have errors, and hand on the values of all others."""
        stream = self._resource.dialect.read_enumerated_content_stream(self._resource.cell_stream)
        while True:
            batch, fault = _batch(stream)
            yield from self._judged(batch, taking)
            if fault is not None:
                yield fault
            elif not batch:
                return

    def _judged(self, batch: list[tuple[int, list[Any]]], taking: Taking) -> Iterator[Row]:
        self.row_count += len(batch)
        width = len(self._columns)
        good = [place for place, (_, cells) in enumerate(batch) if len(cells) == width]
        bad: set[int] = set()
        lists = [batch[place][1] for place in good]
        columns: list[list[Any]] = []
        for column, cells in zip(self._columns, zip(*lists, strict=True), strict=False):
            cast, refused = column.read(cells)
            columns.append(cast)
            bad.update(refused)
        if columns:
            bad.update(
                place for place, value in enumerate(columns[0])
                if value is None and all(values[place] is None for values in columns)
            )  # fmt: skip
        if columns and len(good) == len(batch) and not bad:
            numbers = [number for number, _ in batch]
            if self._integrity.takes(numbers, dict(zip(self._names, columns, strict=True))):
                taking.take_columns(columns)
                return
        proven = {good[at]: at for at in range(len(good)) if at not in bad}
        rows = list(zip(*columns, strict=True))
        for place, (number, record) in enumerate(batch):
            at = proven.get(place)
            if at is None:
                row = Row(list(record), handlers=self._handlers, row_number=number)
                row = with_facts(row, self._integrity.broken(row))
                self._columns[0].reader_calls += width
            else:
                facts = self._facts(number, rows[at])
                if not facts:
                    taking.take(rows[at])
                    continue
                row = Row(list(record), handlers=self._handlers, row_number=number)
                row = with_facts(row, iter(facts))
            if row.errors:
                yield row
            else:
                taking.take(row.to_list())

    def _facts(self, number: int, values: Sequence[Any]) -> list[Fact]:
        if not self._integrity.is_needed:
            return []
        return list(self._integrity.broken(_Read(number, self._names, values)))


def _batch(
    stream: Iterator[tuple[int, list[Any]]],
) -> tuple[list[tuple[int, list[Any]]], FrictionlessException | None]:
    """Take rows up to the size of a batch, or to where the source breaks: those before it stay."""
    batch: list[tuple[int, list[Any]]] = []
    try:
        for row in islice(stream, _BATCH_ROWS):
            batch.append(row)
    except FrictionlessException as fault:
        return batch, fault
    return batch, None


class _Read(dict[str, Any]):
    """Hold a row that has been read, as far as keys look at it."""

    def __init__(self, number: int, names: Sequence[str], values: Sequence[Any]) -> None:
        super().__init__(zip(names, values, strict=True))
        self.row_number = number


class _Column:
    """Read the values of one column."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._memo: dict[type, dict[Any, Any]] = {kind: {} for kind in _REMEMBERED}
        self.reader_calls = 0

    def read(self, cells: Sequence[Any]) -> tuple[list[Any], list[int]]:
        """Give the cast values, and the places of those that are refused."""
        if sum(map(len, self._memo.values())) > _MEMO_VALUES:
            self._memo = {kind: {} for kind in _REMEMBERED}
        kinds = set(map(type, cells))
        if kinds <= _REMEMBERED:
            for kind in kinds:
                memo = self._memo[kind]
                some = cells if len(kinds) == 1 else [c for c in cells if type(c) is kind]
                for cell in set(some) - memo.keys():
                    memo[cell] = self._ask(cell)
            if len(kinds) == 1:
                values = list(map(self._memo[kinds.pop()].__getitem__, cells))
            else:
                values = [self._memo[type(cell)][cell] for cell in cells]
        else:
            values = [self._ask(cell) for cell in cells]
        refused = [place for place, value in enumerate(values) if value is _REFUSED]
        return values, refused

    def _ask(self, cell: Any) -> Any:
        self.reader_calls += 1
        value, notes = self._reader(cell)
        return _REFUSED if notes else value


_REFUSED = object()


def _integrity(resource: TableResource, fields: list[Any]) -> Integrity:
    names = {field.name for field in fields}
    primary = list(resource.schema.primary_key)
    foreign = [
        _Known(key, resource.lookup)
        for key in resource.schema.foreign_keys
        if set(key["fields"]) <= names and resource.lookup.get(key["reference"]["resource"])
    ]
    return Integrity(
        [field.name for field in fields if field.constraints.get("unique")],
        primary if set(primary) <= names else [],
        foreign,
    )


class _Known:
    """Hold one foreign key, and what frictionless has read of the other table."""

    def __init__(self, key: dict[str, Any], lookup: Any) -> None:
        self.fields = tuple(key["fields"])
        self.reference = key["reference"]["resource"]
        self.reference_fields = tuple(key["reference"]["fields"])
        self._values = lookup[self.reference].get(self.reference_fields, set())

    def knows(self, cells: tuple[Any, ...]) -> bool:
        """Tell whether the other table holds these values."""
        return cells in self._values
