"""One pass over the cells of a table, block by block: what is proven, and which rows remain."""

import heapq
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from frictionless.resources import TableResource
from frictionless.table.row import Row

from tablecheck.accept.texts import Texts
from tablecheck.columns import ABSENT, ColumnJudge
from tablecheck.foreign import ForeignKey, Lookup
from tablecheck.keys import Key
from tablecheck.replay import Integrity, counted, replayed
from tablecheck.report import Tally
from tablecheck.stream import Block
from tablecheck.suspects import Suspects
from tablecheck.tokens import Tokens

Places = npt.NDArray[np.int64]
_BATCH_ROWS = 5_000


class Scan:
    """Hold what one pass over the cells told."""

    def __init__(
        self,
        resource: TableResource,
        tokens: Tokens,
        fields: list[Any],
        handlers: Any,
        limit: int | None,
    ) -> None:
        self._tokens = tokens
        self._handlers = handlers
        self.columns = [ColumnJudge(field, handlers[field.name].reader) for field in fields]
        self._order = {field.name: index for index, field in enumerate(fields)}
        self._suspects = Suspects(self.columns, limit)
        self._unique = [field.name for field in fields if field.constraints.get("unique")]
        primary = list(resource.schema.primary_key)
        self._primary = primary if primary and set(primary) <= set(self._order) else []
        wanted = {(name,) for name in self._unique} | ({tuple(self._primary)} - {()})
        self._keys = [Key(names, [self._column(name) for name in names]) for names in wanted]
        self._foreign: list[ForeignKey] = []
        self._extra: list[Places] = [np.empty(0, dtype=np.int64)]
        self._looked = 0
        # An empty line has no cells: it is blank even where an empty text is a value.
        self._empty: frozenset[int] = frozenset()
        if any("" not in judge.missing for judge in self.columns):
            self._empty = tokens.empty_places
            self._extra.append(np.array(sorted(self._empty), dtype=np.int64))

    def _column(self, name: str) -> ColumnJudge:
        return self.columns[self._order[name]]

    def watch(self, keys: list[dict[str, Any]], known: Lookup) -> None:
        """Look after foreign keys too."""
        named = {judge.field.name: judge for judge in self.columns}
        for key in keys:
            if set(key["fields"]) <= set(named):
                self._foreign.append(ForeignKey(key, named, known))

    def slow_cells(self) -> int:
        """Count the cells that frictionless was asked about."""
        calls = sum(judge.reader_calls for judge in self.columns)
        return calls + self._looked * len(self.columns)

    def add(self, block: Block) -> None:
        """Judge a block; blocks come in the order of the file."""
        texts = [Texts(cells) for cells in block.columns]
        verdicts = [judge.judge(text) for judge, text in zip(self.columns, texts, strict=True)]
        suspect = np.zeros(len(texts[0]), dtype=bool)
        blank = np.ones(len(suspect), dtype=bool)
        for verdict in verdicts:
            if verdict.any():
                suspect |= verdict > ABSENT
                blank &= (verdict & ABSENT) == ABSENT
            else:
                blank[:] = False
        suspect |= blank
        looked = np.zeros(len(suspect), dtype=bool)
        for key in self._keys:
            at = [self._order[name] for name in key.names]
            absent = key.add([texts[i] for i in at], [verdicts[i] for i in at])
            if list(key.names) == self._primary:
                looked |= absent
        for foreign in self._foreign:
            looked |= foreign.broken([texts[self._order[name]] for name in foreign.fields])
        if self._empty:
            ends = range(block.place, block.place + len(suspect))
            suspect[[place - block.place for place in self._empty if place in ends]] = False
        rows = np.flatnonzero(suspect)
        self._suspects.add(block.place, [text.cells for text in texts], verdicts, rows)
        if looked.any():
            self._extra.append(np.flatnonzero(looked) + block.place)

    @property
    def is_misled(self) -> bool:
        """Tell whether a line turned out to be empty that was taken for a text."""
        is_text = any("" not in judge.missing for judge in self.columns)
        return is_text and self._empty != self._tokens.empty_places

    def settle(self) -> None:
        """Find the rows that may share a value of a key, once all are seen."""
        for key in self._keys:
            values = [self._values(number, cells, key.names) for number, cells in self._tokens.odd]
            self._extra.append(key.repeated(values))

    def errors(self, tally: Tally) -> Iterator[Any]:
        """Give the errors that are listed, then count the others."""
        rows = self._rows()
        last = None
        if self._suspects.cut is not None:
            last = int(self._tokens.numbers_at(np.array([self._suspects.cut]))[0])
        integrity = Integrity(self._unique, self._primary, self._foreign)
        beyond: list[_Looked] = []
        yield from replayed(_until(rows, last, beyond, tally), self._handlers, integrity)
        for row in chain(beyond, rows):
            if row.has_cells_to_count:
                self._suspects.count_row(row.cells)
            if integrity.is_needed:
                for column, code in counted(row.number, row.cells, self._handlers, integrity):
                    tally.count(column, code)
        for (column, code), count in self._suspects.errors.items():
            if count:
                tally.count(column, code, count)
        for (number, code, text), times in self._suspects.bad_cells.items():
            if tally.mending is not None:
                tally.mending.take(
                    self.columns[number - 1].field.name, code, text, number=number, times=times,
                    rule="type" if code == "type-error" else "",
                )  # fmt: skip

    def _rows(self) -> Iterator["_Looked"]:
        """Give the rows to look at in the order of the file."""
        held = list(self._suspects.held())
        places = {place for place, _ in held}
        wanted = np.setdiff1d(np.concatenate(self._extra), list(places))
        regular = heapq.merge(held, self._fetched(wanted), key=lambda row: row[0])
        odd = (_Looked(number, cells, True) for number, cells in self._tokens.odd)
        numbered = self._numbered(regular, places | self._empty)
        for row in heapq.merge(odd, numbered, key=lambda row: row.number):
            self._looked += 1
            yield row

    def _values(self, number: int, cells: list[str], names: tuple[str, ...]) -> tuple[Any, ...]:
        row = Row(cells, handlers=self._handlers, row_number=number)
        return tuple(row[name] for name in names)

    def _numbered(
        self, rows: Iterator[tuple[int, list[str]]], uncounted: frozenset[int] | set[int]
    ) -> Iterator["_Looked"]:
        while batch := list(islice(rows, _BATCH_ROWS)):
            numbers = self._tokens.numbers_at(np.array([place for place, _ in batch]))
            for number, (place, cells) in zip(numbers.tolist(), batch, strict=True):
                empty = place in self._tokens.empty_places
                yield _Looked(number, [] if empty else cells, place in uncounted)

    def _fetched(self, wanted: Places) -> Iterator[tuple[int, list[str]]]:
        """Read rows by their places, in a second pass over the cells if there are any."""
        if not len(wanted):
            return
        for block in self._tokens.blocks():
            count = len(block.columns[0])
            low, high = np.searchsorted(wanted, [block.place, block.place + count])
            if low < high:
                rows: Any = pa.array(wanted[low:high] - block.place)
                lists = [column.take(rows).to_pylist() for column in block.columns]
                for place, cells in zip(
                    wanted[low:high].tolist(), zip(*lists, strict=True), strict=True
                ):
                    yield place, list(cells)


class _Looked(NamedTuple):
    number: int
    cells: list[str]
    has_cells_to_count: bool
    """Whether nobody has counted the errors of its cells yet, should they not be listed."""


def _until(
    rows: Iterator[_Looked], last: int | None, beyond: list[_Looked], tally: Tally
) -> Iterator[tuple[int, list[str]]]:
    """Give rows up to a number and as long as errors are listed; put the first one beyond aside."""
    for row in rows:
        if tally.is_full() or (last is not None and row.number > last):
            beyond.append(row)
            return
        yield row.number, row.cells
