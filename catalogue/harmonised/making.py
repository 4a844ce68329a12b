"""Makes a harmonised table of the tables of its sources."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from catalogue.harmonised.conversion import Converted
from catalogue.harmonised.declaration import ALSO_IN, NEAR, OWN, Declaration
from catalogue.harmonised.places import filled, with_places
from catalogue.harmonised.records import Contribution, Difference, Input
from catalogue.harmonised.same import MOST, Pairs, differences, pairs_of
from catalogue.outlines import Shape

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

UNKNOWN = ""


class Made(NamedTuple):
    """The table, what each source gave to it, and where they disagree."""

    table: pa.Table
    contributions: list[Contribution]
    merged: int
    near: int
    differing: dict[str, int]
    differences: list[Difference]


def make(declared: Declaration, inputs: Sequence[Input], boundaries: Mapping[str, Shape]) -> Made:
    """Return the rows of all inputs, in their order, under the columns of the schema; what several
    give is there once, as the first of them says it.

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
    whole = pa.concat_tables(parts).combine_chunks()
    pairs = pairs_of(whole, [part.num_rows for part in parts], declared.same, declared.place)
    table = _once(whole, pairs, declared)
    kept = [table.filter(pc.equal(table["_source"], given.table)) for given in inputs]
    found = [
        Contribution(
            table=given.table,
            version=given.version,
            read=given.rows.num_rows,
            taken=left.num_rows,
            repeats=part.num_rows - left.num_rows,
            left_out=one.left_out,
            emptied=one.emptied,
            absent=one.absent,
            elsewhere=count,
            empty=_empty(part),
            **_shares(left, declared),
        )
        for given, one, part, left, count in zip(
            inputs, converted, parts, kept, elsewhere, strict=True
        )
    ]
    label = next(iter(declared.same.compare), declared.key[-1])
    compared = {name: differences(whole, pairs, name, label) for name in declared.same.compare}
    return Made(
        table=table,
        contributions=found,
        merged=int(pairs.is_certain.sum()),
        near=int((~pairs.is_certain).sum()),
        differing={name: count for name, (count, _) in compared.items()},
        differences=[one for _, some in compared.values() for one in some][: 2 * MOST],
    )


def _empty(part: pa.Table) -> dict[str, int]:
    counts = {name: part[name].null_count for name in part.column_names if name not in OWN}
    return {name: count for name, count in counts.items() if count}


def _shares(part: pa.Table, declared: Declaration) -> dict[str, dict[str, int]]:
    """Return the rows by side, and by how their municipality was found."""
    place = declared.place
    if place is None:
        return {}
    return {"sides": _counted(part[place.side]), "found_by": _counted(part[place.found_by])}


def _counted(column: Any) -> dict[str, int]:
    pairs = pc.value_counts(column.combine_chunks()).to_pylist()
    return {pair["values"] or UNKNOWN: pair["counts"] for pair in pairs}


def _once(table: pa.Table, pairs: Pairs, declared: Declaration) -> pa.Table:
    """Leave out the rows that repeat one for certain; that one names them, with their versions.

    A row near one of another source names that one.
    """
    rows, firsts = pairs.rows[pairs.is_certain], pairs.firsts[pairs.is_certain]
    if declared.place is not None:
        table = filled(table, declared.place, rows, firsts)
    told = pc.binary_join_element_wise(
        pc.binary_join_element_wise(table["_source"], table["_version"].cast(pa.string()), "@"),
        table["_row"].cast(pa.string()),
        "#",
    ).combine_chunks()
    repeats = pa.table({"first": pa.array(firsts), "told": told.take(pa.array(rows))})
    listed = repeats.group_by("first", use_threads=False).aggregate([("told", "list")])
    joined = pc.binary_join(listed["told_list"].combine_chunks(), " ")
    also = np.full(table.num_rows, -1, dtype=np.int64)
    also[listed["first"].to_numpy()] = np.arange(listed.num_rows)
    near = np.full(table.num_rows, -1, dtype=np.int64)
    near[pairs.rows[~pairs.is_certain]] = pairs.firsts[~pairs.is_certain]
    for name, values, places in ((ALSO_IN, joined, also), (NEAR, told, near)):
        column = values.take(pa.array(places, mask=places < 0))
        table = table.set_column(table.column_names.index(name), name, column)
    is_kept = np.ones(table.num_rows, dtype=bool)
    is_kept[rows] = False
    return table.filter(pa.array(is_kept))
