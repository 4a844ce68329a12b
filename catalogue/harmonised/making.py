"""Makes a harmonised table of the tables of its sources."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from catalogue.harmonised.conversion import Converted
from catalogue.harmonised.declaration import ORIGIN, SAME_AS, Declaration
from catalogue.harmonised.places import with_places
from catalogue.harmonised.records import Contribution, Difference, Input
from catalogue.harmonised.same import MOST, Pairs, differences, pairs_of
from catalogue.outlines import Shape

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

UNKNOWN = ""


class Made(NamedTuple):
    """The table, what each source gave to it, and where they disagree."""

    table: pa.Table
    contributions: list[Contribution]
    pairs: int
    differing: dict[str, int]
    differences: list[Difference]


def make(declared: Declaration, inputs: Sequence[Input], boundaries: Mapping[str, Shape]) -> Made:
    """Return the rows of all inputs, in their order, under the columns of the schema.

    `boundaries` are the polygons of municipalities by code.
    """
    converted = [Converted(given, declared) for given in inputs]
    parts: list[pa.Table] = []
    elsewhere: list[int] = []
    for given, one in zip(inputs, converted, strict=True):
        rows, count = one.rows, 0
        if declared.place is not None:
            rows, count = with_places(rows, declared.place, boundaries, given.side)
        parts.append(rows)
        elsewhere.append(count)
    table = pa.concat_tables(parts).combine_chunks()
    pairs = pairs_of(table, [part.num_rows for part in parts], declared.same, declared.place)
    table = _with_repeats(table, pairs)
    found = [
        Contribution(
            table=given.table,
            version=given.version,
            read=given.rows.num_rows,
            taken=part.num_rows,
            left_out=one.left_out,
            emptied=one.emptied,
            absent=one.absent,
            elsewhere=count,
            repeats=_within(pairs.rows, start, part.num_rows),
            **_shares(part, declared),
        )
        for given, one, part, count, start in zip(
            inputs, converted, parts, elsewhere, _starts(parts), strict=True
        )
    ]
    label = next(iter(declared.same.compare), declared.key[-1])
    compared = {name: differences(table, pairs, name, label) for name in declared.same.compare}
    return Made(
        table=table,
        contributions=found,
        pairs=len(pairs.rows),
        differing={name: count for name, (count, _) in compared.items()},
        differences=[one for _, some in compared.values() for one in some][: 2 * MOST],
    )


def _starts(parts: Sequence[pa.Table]) -> list[int]:
    return [0, *np.cumsum([part.num_rows for part in parts]).tolist()[:-1]]


def _within(rows: Any, start: int, size: int) -> int:
    return int(np.count_nonzero((rows >= start) & (rows < start + size)))


def _shares(part: pa.Table, declared: Declaration) -> dict[str, dict[str, int]]:
    """Return rows by side and by how their municipality was found, and empty cells by column."""
    own = (*ORIGIN, SAME_AS)
    empty = {name: part[name].null_count for name in part.column_names if name not in own}
    found = {"empty": {name: count for name, count in empty.items() if count}}
    if declared.place is not None:
        found["sides"] = _counted(part[declared.place.side])
        found["found_by"] = _counted(part[declared.place.found_by])
    return found


def _counted(column: Any) -> dict[str, int]:
    pairs = pc.value_counts(column.combine_chunks()).to_pylist()
    return {pair["values"] or UNKNOWN: pair["counts"] for pair in pairs}


def _with_repeats(table: pa.Table, pairs: Pairs) -> pa.Table:
    """Name, in each row that repeats one of an earlier source, that source and its row."""
    told = pc.binary_join_element_wise(
        table["_source"], table["_row"].cast(pa.string()), "#"
    ).combine_chunks()
    firsts = np.full(table.num_rows, -1, dtype=np.int64)
    firsts[pairs.rows] = pairs.firsts
    column = told.take(pa.array(firsts, mask=firsts < 0))
    return table.set_column(table.column_names.index(SAME_AS), SAME_AS, column)
