"""The fast path: prove, column by column, which rows frictionless has nothing to say about.

It may only accept. A value that no pattern proves is put to frictionless's own cell reader, once
for each distinct text; a row that holds a value refused there, or that is ragged or blank, is
handed to frictionless's own `Row`, so every error is frictionless's by construction.
"""

import heapq
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from frictionless.resources import TableResource
from frictionless.table.row import Row, create_cell_handlers

from tablecheck.arrow import Cells, pc
from tablecheck.dates import parse_dates, parse_datetimes
from tablecheck.distinct import Distinct
from tablecheck.patterns import DATE_FORMATS, DATETIME_FORMATS, DIGITS, number_pattern
from tablecheck.tokens import Tokens

_BATCH_ROWS = 5_000
_KEY_INTEGER = r"^(?:0|-?[1-9][0-9]{0,17})\z"
_HARMLESS = frozenset({"required", "unique"})
_LENGTHS = frozenset({"minLength", "maxLength"})


class Replay:
    """Hold the rows that remain to be judged by frictionless itself."""

    def __init__(self, tokens: Tokens, fields: list[Any]) -> None:
        self._tokens = tokens
        self._handlers = create_cell_handlers(fields)
        self._suspects: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._numbers = tokens.row_numbers()
        self.is_possible = True
        self.slow_reasons: dict[str, str] = {}

    @property
    def row_count(self) -> int:
        """Count the rows judged, proven ones included."""
        return self._tokens.row_count

    @classmethod
    def plan(
        cls, resource: TableResource, tokens: Tokens | None, *, has_checks: bool
    ) -> Self | None:
        """Prove what can be proven; None where the cells are not at hand."""
        if tokens is None or not tokens.labels:
            return None
        fields = resource.header.get_expected_fields()
        replay = cls(tokens, fields)
        if has_checks:
            return replay._slow("*", "checks")
        if resource.schema.foreign_keys:
            return replay._slow("*", "foreign-keys")
        if list(resource.labels) not in (tokens.labels, []) or len(fields) != len(tokens.labels):
            return replay._slow("*", "header")
        replay._prove(resource, fields)
        return replay

    def _slow(self, column: str, reason: str) -> Self:
        self.is_possible = False
        self.slow_reasons[column] = reason
        return self

    def _prove(self, resource: TableResource, fields: list[Any]) -> None:
        count = self._tokens.regular_count
        suspect = np.zeros(count, dtype=bool)
        blank = np.ones(count, dtype=bool)
        keys: dict[str, _KeyColumn] = {}
        wanted = set(resource.schema.primary_key)
        for field, cells in zip(fields, self._tokens.columns, strict=True):
            column = Distinct(field.name, cells, self._numbers)
            bad, absent = _judge_distinct(field, self._handlers[field.name].reader, column.values)
            if bad.any():
                suspect |= bad[column.positions]
            if blank.any():
                blank &= absent[column.positions]
            if field.constraints.get("unique") or field.name in wanted:
                keys[field.name] = _KeyColumn(field, column, absent)
        self._suspects = np.flatnonzero(suspect | blank)
        if keys and not self._keys_hold(resource, keys):
            self.is_possible = False

    def _keys_hold(self, resource: TableResource, keys: dict[str, "_KeyColumn"]) -> bool:
        """Tell whether every key is proven distinct, with no other row to bring in a value."""
        if len(self._suspects) or self._tokens.odd:
            self.slow_reasons["*"] = "keys-with-errors"
            return False
        for name, key in keys.items():
            if not key.is_canonical:
                self.slow_reasons[name] = "key-not-canonical"
                return False
            if key.field.constraints.get("unique") and not key.is_distinct:
                self.slow_reasons[name] = "duplicates"
                return False
        primary = resource.schema.primary_key
        if primary and set(primary) <= set(keys) and not _is_primary([keys[n] for n in primary]):
            self.slow_reasons[", ".join(primary)] = "duplicates"
            return False
        return True

    def errors(self) -> Iterator[Any]:
        """Give frictionless's errors of the rows not proven, in the order of the file."""
        odd = ((number, cells) for number, cells in self._tokens.odd)
        for number, cells in heapq.merge(odd, self._regular(), key=lambda item: item[0]):
            yield from Row(cells, handlers=self._handlers, row_number=number).errors

    def _regular(self) -> Iterator[tuple[int, list[str]]]:
        for start in range(0, len(self._suspects), _BATCH_ROWS):
            places = self._suspects[start : start + _BATCH_ROWS]
            wanted: Any = pa.array(places)
            columns: list[list[Any]] = [
                column.take(wanted).to_pylist() for column in self._tokens.columns
            ]
            for index, place in enumerate(places):
                yield int(self._numbers[place]), [cells[index] for cells in columns]


class _KeyColumn:
    """Hold a column whose values must not repeat."""

    def __init__(self, field: Any, column: Distinct, absent: npt.NDArray[np.bool_]) -> None:
        self.field = field
        self._column = column
        self._absent = absent

    @property
    def positions(self) -> npt.NDArray[np.int32]:
        return self._column.positions

    @property
    def is_canonical(self) -> bool:
        """Tell whether different texts are certainly different values."""
        if self.field.type == "string":
            return True
        if self.field.type != "integer" or not self.field.bare_number:
            return False
        present = self._column.values.filter(pa.array(~self._absent))
        return pc.all(pc.match_substring_regex(present, _KEY_INTEGER)).as_py() is not False

    @property
    def is_distinct(self) -> bool:
        return bool((self._column.counts[~self._absent] <= 1).all())

    @property
    def has_absent(self) -> bool:
        return bool(self._column.counts[self._absent].any())


def _is_primary(keys: list[_KeyColumn]) -> bool:
    if any(key.has_absent for key in keys):
        return False  # all-None keys are an error and equal Nones compare: leave both to the loop
    if any(key.is_distinct for key in keys):
        return True
    table = pa.table({str(i): key.positions for i, key in enumerate(keys)})
    groups = table.group_by(table.column_names).aggregate([([], "count_all")])
    return bool(groups.num_rows == table.num_rows)


def _judge_distinct(
    field: Any, reader: Any, values: Cells
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the distinct values that frictionless refuses, and those it takes for no value."""
    bad = np.zeros(len(values), dtype=bool)
    absent = np.zeros(len(values), dtype=bool)
    missing = field.missing_values
    if not field.has_defined("missing_values") and field.schema:
        missing = field.schema.missing_values
    is_missing = pc.is_in(values, value_set=pa.array(list(missing), type=pa.string())).to_numpy(
        zero_copy_only=False
    )
    accepted = accept(field, values) & ~is_missing
    for place in np.flatnonzero(~accepted):
        cell, notes = reader(values[int(place)].as_py())
        bad[place] = bool(notes)
        absent[place] = cell is None and not (notes and "type" in notes)
    return bad, absent


def accept(field: Any, values: Cells) -> npt.NDArray[np.bool_]:
    """Mark the texts that are certainly right for the field; those left out are not wrong."""
    nothing = np.zeros(len(values), dtype=bool)
    constraints = {name for name, value in field.constraints.items() if value is not None}
    mask: Any = None
    if field.type == "string":
        mask = _strings(field, values, constraints)
    elif constraints - _HARMLESS:
        return nothing
    elif field.type == "any":
        return ~nothing
    elif field.type == "integer" and field.bare_number:
        short = pc.less(pc.binary_length(values), 4_000)  # Python refuses 4,301 digits
        mask = pc.and_(pc.match_substring_regex(values, DIGITS), short)
    elif field.type == "number" and field.bare_number and not field.float_number:
        mask = _numbers(field, values)
    elif field.type in ("date", "datetime"):
        mask = _calendar(field, values)
    if mask is None:
        return nothing
    found: npt.NDArray[np.bool_] = mask.to_numpy(zero_copy_only=False)
    return found


def _strings(field: Any, values: Cells, constraints: set[str]) -> Any:
    if field.format != "default" or constraints - _HARMLESS - _LENGTHS:
        return None
    length = pc.utf8_length(values)
    shortest = field.constraints.get("minLength", 0)
    longest = field.constraints.get("maxLength", 2**31 - 1)
    if not isinstance(shortest, int) or not isinstance(longest, int):
        return None
    return pc.and_(pc.greater_equal(length, shortest), pc.less_equal(length, longest))


def _numbers(field: Any, values: Cells) -> Any:
    decimal, group = field.decimal_char, field.group_char
    if decimal not in (".", ",") or group not in ("", " ", "\u00a0", "\u202f", ".", ",", "'"):
        return None
    if decimal == group:
        return None
    return pc.match_substring_regex(values, number_pattern(decimal, group))


def _calendar(field: Any, values: Cells) -> Any:
    """Accept every value written in the format, unless one of them is no day of the calendar."""
    is_date = field.type == "date"
    known = dict(DATE_FORMATS if is_date else DATETIME_FORMATS)
    pattern = known.get(field.format)
    if pattern is None:
        return None
    mask = pc.match_substring_regex(values, pattern)
    matching = values.filter(mask)
    if is_date:
        return mask if parse_dates(matching, field.format) is not None else None
    if field.format == "default":
        aware = pc.match_substring_regex(matching, r"(?:Z|[+-][0-9]{2}:?[0-9]{2})\z")
        parts = [matching.filter(aware), matching.filter(pc.invert(aware))]
    else:
        parts = [matching]
    if all(not len(part) or parse_datetimes(part, field.format) is not None for part in parts):
        return mask
    return None
