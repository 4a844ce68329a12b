"""Turns the rows of one source into rows of the harmonised schema, a whole column at a time.

A row that lacks what the schema requires is left out, and so is one whose key was there before; a
value that breaks another rule is emptied. Both are counted by column and rule.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from catalogue.harmonised.declaration import ORIGIN, Declaration, From, Rule
from catalogue.harmonised.records import Input, LeftOut
from catalogue.territory import place_of

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

_NUMBER = r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$"
_EXACT = 2.0**53
_TYPES: dict[str, Any] = {
    "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(),
}  # fmt: skip

Column = Any
"""An array of pyarrow, whose kinds its stubs know only half."""


class Converted:
    """The rows of one source that fit, and the count of what did not."""

    def __init__(self, given: Input, declared: Declaration) -> None:
        self.left_out: list[LeftOut] = []
        self.emptied: list[LeftOut] = []
        rule = declared.sources[given.rule]
        self.absent = rule.absent(given.rows.column_names)
        table = self._only(_numbered(given), rule)
        fields = [field for field in declared.fields() if field["name"] not in ORIGIN]
        columns: dict[str, Column] = {}
        for field in fields:
            columns[field["name"]] = self._column(field, rule, table, given.facts)
        numbers = table["_row"].combine_chunks()
        columns |= {
            "_source": _repeated(given.table, len(numbers)),
            "_version": pa.array(np.full(len(numbers), given.version, np.int64)),
            "_row": numbers,
        }
        order = [field["name"] for field in declared.fields()]
        self.rows = self._fitting(pa.table({name: columns[name] for name in order}), declared)

    def _only(self, table: pa.Table, rule: Rule) -> pa.Table:
        for why, filters in (("only", rule.only), ("without", rule.without)):
            for name, listed in filters.items():
                if name not in table.column_names:
                    continue
                held = pc.is_in(_text(table[name]), value_set=pa.array(listed, pa.string()))
                kept = table.filter(held if why == "only" else pc.invert(held))
                self._leave_out(name, why, table.num_rows - kept.num_rows)
                table = kept
        return table

    def _column(
        self, field: dict[str, Any], rule: Rule, table: pa.Table, facts: Mapping[str, str]
    ) -> Column:
        kind = _TYPES[field["type"]]
        origin = rule.origin(field["name"])
        if origin is None:
            return pa.nulls(table.num_rows, kind)
        raw = _raw(origin, table, facts)
        found = _cast(_worked(origin, raw), kind)
        self._empty(field["name"], "type", pc.and_(_filled(raw), pc.is_null(found)))
        constraints = field.get("constraints", {})
        for why, holds in _RULES.items():
            if why in constraints:
                broken = pc.invert(pc.fill_null(holds(found, constraints[why]), True))
                self._empty(field["name"], why, broken)
                found = pc.if_else(broken, pa.scalar(None, kind), found)
        return found

    def _fitting(self, table: pa.Table, declared: Declaration) -> pa.Table:
        """Leave out the rows that lack what is required, then those whose key was there before.

        What was emptied in a required column is why its row is left out.
        """
        for field in declared.fields():
            name = field["name"]
            if not field.get("constraints", {}).get("required"):
                continue
            held = pc.is_valid(table[name])
            missing = table.num_rows - (pc.sum(held).as_py() or 0)
            reasons = [one for one in self.emptied if one.column == name]
            self.emptied = [one for one in self.emptied if one.column != name]
            for reason in reasons:
                some = min(reason.rows, missing)
                self._leave_out(name, reason.why, some)
                missing -= some
            self._leave_out(name, "required", missing)
            table = table.filter(held)
        first = table.group_by(declared.key).aggregate([("_row", "min")])["_row_min"]
        kept = table.filter(pc.is_in(table["_row"], value_set=first.combine_chunks()))
        self._leave_out(declared.key[-1], "unique", table.num_rows - kept.num_rows)
        return kept

    def _leave_out(self, column: str, why: str, rows: int) -> None:
        if rows:
            self.left_out.append(LeftOut(column=column, why=why, rows=rows))

    def _empty(self, column: str, why: str, broken: Column) -> None:
        if rows := pc.sum(broken).as_py() or 0:
            self.emptied.append(LeftOut(column=column, why=why, rows=rows))


def _numbered(given: Input) -> pa.Table:
    numbers = pa.array(np.arange(1, given.rows.num_rows + 1, dtype=np.int64))
    if "_row" in given.rows.column_names:
        return given.rows.drop_columns(["_row"]).append_column("_row", numbers)
    return given.rows.append_column("_row", numbers)


def _raw(origin: From, table: pa.Table, facts: Mapping[str, str]) -> Column:
    """Return the values as they stand in the source."""
    if origin.of is not None:
        return _repeated(facts.get(origin.of) or None, table.num_rows)
    if origin.constant is not None:
        return _repeated(origin.constant, table.num_rows)
    present = [
        table[name].combine_chunks() for name in origin.columns if name in table.column_names
    ]
    if not present:
        return pa.nulls(table.num_rows, pa.string())
    if origin.sum:
        return _sum(present)
    if len(present) == 1:
        return present[0]
    return pc.coalesce(*(_text(each) for each in present))


def _repeated(value: Any, times: int) -> Column:
    return pa.array([value]).take(pa.array(np.zeros(times, np.int64)))


def _sum(columns: list[Column]) -> Column:
    """Add up what is a number; empty where nothing is."""
    numbers = [_cast(column, pa.float64()) for column in columns]
    total = pc.fill_null(numbers[0], 0.0)
    for each in numbers[1:]:
        total = pc.add(total, pc.fill_null(each, 0.0))
    return pc.if_else(pc.is_valid(pc.coalesce(*numbers)), total, pa.scalar(None, pa.float64()))


def _worked(origin: From, column: Column) -> Column:
    """Apply what the declaration says is to be done to the values."""
    if origin.separator is not None:
        pieces = pc.split_pattern(_text(column), origin.separator)
        long_enough = pc.greater(pc.list_value_length(pieces), origin.part)
        whole = pc.if_else(pc.fill_null(long_enough, False), pieces, pa.scalar(None, pieces.type))
        column = pc.list_element(whole, origin.part) if len(whole) else _text(column)
    if origin.values:
        column = _translated(column, origin.values.get)
    if origin.is_place:
        column = _translated(column, _code_of)
    if origin.factor is not None:
        column = pc.multiply(_cast(column, pa.float64()), origin.factor)
    return column


def _translated(column: Column, translate: Callable[[str], str | None]) -> Column:
    """Translate each distinct text once."""
    coded = _text(column).dictionary_encode()
    words = pa.array([translate(word) for word in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def _code_of(name: str) -> str | None:
    """Return the code of the municipality that a name or a code of before means.

    A code of nowhere we know stays as it is.
    """
    place = place_of(name)
    if place is not None and place.kind == "municipality":
        return place.code
    return name if len(name) == 5 and name.isdigit() else None


def _text(column: Column) -> Column:
    """Return values as trimmed texts; empty ones are null."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_binary(column.type):
        return pa.nulls(len(column), pa.string())
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _filled(column: Column) -> Column:
    return pc.is_valid(_text(column))


def _cast(column: Column, kind: pa.DataType) -> Column:
    """Return values of a type; those that are none are null, whatever their neighbours are."""
    if pa.types.is_string(kind):
        return _text(column)
    if pa.types.is_floating(kind):
        return _numbers(column)
    if pa.types.is_integer(kind):
        numbers = _numbers(column)
        whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), _EXACT))
        return pc.if_else(whole, numbers, pa.scalar(None, pa.float64())).cast(pa.int64())
    if column.type == kind:
        return column
    text = _text(column)
    if pa.types.is_boolean(kind):
        lower = pc.utf8_lower(text)
        known = pc.is_in(lower, value_set=pa.array(["true", "false"]))
        return pc.if_else(known, pc.equal(lower, "true"), pa.scalar(None, pa.bool_()))
    is_day = pc.fill_null(pc.match_substring_regex(text, r"^\d{4}-\d{2}-\d{2}"), False)
    day = pc.utf8_slice_codeunits(pc.if_else(is_day, text, pa.scalar(None, pa.string())), 0, 10)
    return pc.strptime(day, format="%Y-%m-%d", unit="s", error_is_null=True).cast(pa.date32())


def _numbers(column: Column) -> Column:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        numbers = column.cast(pa.float64(), safe=False)
    else:
        text = pc.replace_substring(_text(column), ",", ".")
        is_number = pc.fill_null(pc.match_substring_regex(text, _NUMBER), False)
        numbers = pc.if_else(is_number, text, pa.scalar(None, pa.string())).cast(pa.float64())
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _matches(column: Column, pattern: str) -> Column:
    return pc.match_substring_regex(column, f"^(?:{pattern})$")


_RULES: dict[str, Callable[[Column, Any], Column]] = {
    "minimum": lambda column, least: pc.greater_equal(column, least),
    "maximum": lambda column, most: pc.less_equal(column, most),
    "minLength": lambda column, least: pc.greater_equal(pc.utf8_length(column), least),
    "maxLength": lambda column, most: pc.less_equal(pc.utf8_length(column), most),
    "pattern": _matches,
    "enum": lambda column, known: pc.is_in(column, value_set=pa.array(known)),
}
