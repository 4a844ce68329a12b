"""Finds the municipality of a row: by its point in a boundary, else by what its source says."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.harmonised.declaration import Place
from catalogue.outlines import Shape
from catalogue.territory import places

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

BOUNDARY, STATED, REPEAT = "boundary", "source", "repeat"


def with_places(
    table: pa.Table, place: Place, boundaries: Mapping[str, Shape], side: str | None
) -> tuple[pa.Table, int]:
    """Fill the code of the municipality, how it was found and the side of the border.

    The second is how many rows state another municipality than the one in which they lie. `side`
    is that of the publisher, for rows whose municipality is not known.
    """
    stated = table[place.code].combine_chunks()
    found = _codes(table, place, boundaries)
    code = pc.coalesce(found, stated)
    how = pc.if_else(
        pc.is_valid(found), BOUNDARY,
        pc.if_else(pc.is_valid(stated), STATED, pa.scalar(None, pa.string())),
    )  # fmt: skip
    sides = pc.coalesce(_sides(code), pa.scalar(side, pa.string()))
    return _with(table, place, code, how, sides), pc.sum(pc.not_equal(found, stated)).as_py() or 0


def filled(table: pa.Table, place: Place, rows: Any, firsts: Any) -> pa.Table:
    """Give rows without a municipality that of a row which repeats them."""
    code: Any = table[place.code].combine_chunks()
    known, missing = pc.is_valid(code).to_numpy(False), pc.is_null(code).to_numpy(False)
    helps = known[rows] & missing[firsts]
    first, once = np.unique(firsts[helps], return_index=True)
    taken = np.full(table.num_rows, -1, dtype=np.int64)
    taken[first] = rows[helps][once]
    is_filled = pa.array(taken >= 0)
    code = pc.coalesce(code, code.take(pa.array(taken, mask=taken < 0)))
    how = pc.if_else(is_filled, REPEAT, table[place.found_by].combine_chunks())
    sides = pc.if_else(is_filled, _sides(code), table[place.side].combine_chunks())
    return _with(table, place, code, how, sides)


def _with(table: pa.Table, place: Place, code: Any, how: Any, sides: Any) -> pa.Table:
    for name, column in ((place.code, code), (place.found_by, how), (place.side, sides)):
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _codes(table: pa.Table, place: Place, boundaries: Mapping[str, Shape]) -> Any:
    codes = np.full(table.num_rows, None, dtype=object)
    if boundaries and table.num_rows:
        points = shapely.points(table[place.longitude].to_numpy(), table[place.latitude].to_numpy())
        tree = shapely.STRtree(shapely.make_valid(list(boundaries.values())))
        rows, shapes = tree.query(points, predicate="intersects")
        # On a line that two share the first one has it: one row, one municipality.
        codes[rows[::-1]] = np.array(list(boundaries), dtype=object)[shapes[::-1]]
    return pa.array(codes, pa.string())


def _sides(codes: Any) -> Any:
    known = places()
    coded = codes.dictionary_encode()
    sides = [
        found.side.value if (found := known.get(code)) and found.side else None
        for code in coded.dictionary.to_pylist()
    ]
    return pa.array(sides, pa.string()).take(coded.indices)
