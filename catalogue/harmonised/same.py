"""Finds the rows of two sources that are the same thing, and where they disagree about it."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.folding import fold
from catalogue.harmonised.declaration import Place, Same
from catalogue.harmonised.records import Difference, Row

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

MOST = 200
_EARTH_M = 6_371_008.8
_METRES_A_DEGREE = _EARTH_M * np.pi / 180
# The plane in which neighbours are looked for is stretched by as much at most, over a territory.
_STRETCH = 1.05

Numbers = Any
"""An array of numpy."""


class Pairs(NamedTuple):
    """The numbers of rows that are the same as one of an earlier source, of that one, and how far
    apart the two lie (NaN where that is not known).
    """

    rows: Numbers
    firsts: Numbers
    metres: Numbers


def pairs_of(table: pa.Table, sizes: list[int], same: Same, place: Place | None) -> Pairs:
    """Return the pairs of a table whose sources follow each other with so many rows each.

    A row is paired with one of an earlier source, and that with one row of each later source: first
    by the key, then with the nearest. Where the earlier one is itself a repeat, with its first.
    """
    firsts = np.full(table.num_rows, -1, dtype=np.int64)
    keys = _keys(table, same.key)
    points = None if place is None or same.within_m is None else _Points(table, place)
    start = 0
    for size in sizes:
        rows = np.arange(start, start + size)
        earlier = np.arange(start)
        if size and start:
            left, right = _by_key(keys, rows, earlier)
            firsts[left] = _roots(firsts, right)
            if points is not None and same.within_m is not None:
                rest = rows[firsts[rows] < 0]
                free = np.setdiff1d(earlier[firsts[:start] < 0], firsts[rows])
                left, right = points.near(rest, free, same.within_m)
                firsts[left] = right
        start += size
    rows = np.flatnonzero(firsts >= 0)
    measured = points or (None if place is None else _Points(table, place))
    metres = np.full(len(rows), np.nan) if measured is None else measured.metres(rows, firsts[rows])
    return Pairs(rows, firsts[rows], metres)


def differences(
    table: pa.Table, pairs: Pairs, column: str, label: str
) -> tuple[int, list[Difference]]:
    """Count the pairs whose values differ, and return the first of them.

    Texts that differ by capitals and accents alone are the same; an empty value says nothing.
    """
    values: Any = table[column].combine_chunks()
    left, right = values.take(pa.array(pairs.firsts)), values.take(pa.array(pairs.rows))
    places = np.flatnonzero(pc.fill_null(pc.not_equal(left, right), False))
    said = [(str(left[int(i)]), str(right[int(i)])) for i in places]
    kept = [i for i, (one, two) in zip(places, said, strict=True) if fold(one) != fold(two)]
    firsts = [_difference(table, pairs, int(i), column, label) for i in kept[:MOST]]
    return len(kept), firsts


def _difference(table: pa.Table, pairs: Pairs, i: int, column: str, label: str) -> Difference:
    def row(number: int) -> Row:
        origin = (table[name][number].as_py() for name in ("_source", "_version", "_row"))
        source, version, place = origin
        value = str(table[column][number].as_py())
        return Row(table=source, version=version, row=place, value=value)

    first, second = int(pairs.firsts[i]), int(pairs.rows[i])
    metres = round(float(pairs.metres[i]), 1) if np.isfinite(pairs.metres[i]) else 0.0
    told = str(table[label][first].as_py())
    return Difference(column=column, label=told, metres=metres, left=row(first), right=row(second))


def _keys(table: pa.Table, names: list[str]) -> Numbers | None:
    """Return a number for each distinct key, -1 where a part of it is empty."""
    if not names:
        return None
    texts = [table[name].cast(pa.string()).combine_chunks() for name in names]
    joined: Any = pc.binary_join_element_wise(*texts, "\x1f", null_handling="emit_null")
    return np.asarray(pc.fill_null(joined.dictionary_encode().indices, -1))


def _by_key(keys: Numbers | None, rows: Numbers, earlier: Numbers) -> tuple[Numbers, Numbers]:
    """Pair each row with the first earlier one of its key."""
    if keys is None:
        return rows[:0], earlier[:0]
    known, where = np.unique(keys[earlier], return_index=True)
    at = np.searchsorted(known, keys[rows]).clip(max=len(known) - 1)
    hit = (known[at] == keys[rows]) & (keys[rows] >= 0)
    return rows[hit], earlier[where[at[hit]]]


def _roots(firsts: Numbers, rows: Numbers) -> Numbers:
    return np.where(firsts[rows] >= 0, firsts[rows], rows)


class _Points:
    """The points of rows, on the earth and in a plane."""

    def __init__(self, table: pa.Table, place: Place) -> None:
        self._lon = table[place.longitude].to_numpy().astype(float)
        self._lat = table[place.latitude].to_numpy().astype(float)
        middle = np.nanmedian(self._lat) if np.isfinite(self._lat).any() else 0.0
        x = self._lon * _METRES_A_DEGREE * np.cos(np.radians(middle))
        self._plane = shapely.points(x, self._lat * _METRES_A_DEGREE)

    def near(self, rows: Numbers, others: Numbers, within_m: float) -> tuple[Numbers, Numbers]:
        """Pair rows with their nearest; where two have the same nearest, the nearer one has it."""
        if not len(rows) or not len(others):
            return rows[:0], others[:0]
        tree = shapely.STRtree(self._plane[others])
        reach = within_m * _STRETCH
        left, right = tree.query_nearest(self._plane[rows], max_distance=reach, all_matches=False)
        found, near = rows[left], others[right]
        metres = self.metres(found, near)
        close = metres <= within_m
        found, near, metres = found[close], near[close], metres[close]
        order = np.argsort(metres, kind="stable")
        _, once = np.unique(near[order], return_index=True)
        chosen = order[once]
        return found[chosen], near[chosen]

    def metres(self, rows: Numbers, others: Numbers) -> Numbers:
        """Return the distances on the earth (haversine)."""
        lon1, lat1, lon2, lat2 = (
            np.radians(each)
            for each in (self._lon[rows], self._lat[rows], self._lon[others], self._lat[others])
        )
        half = (
            np.sin((lat2 - lat1) / 2) ** 2
            + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
        )
        return 2 * _EARTH_M * np.arcsin(np.sqrt(half.clip(0, 1)))
