"""Finds the rows of two sources that are the same thing, and where they disagree about it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.folding import fold, words
from catalogue.harmonised.declaration import Place, Same
from catalogue.harmonised.records import Difference, Row

pc: Any = pyarrow.compute  # its stubs ask for columns whose type is known here

MOST = 200
_EARTH_M = 6_371_008.8
_METRES_A_DEGREE = _EARTH_M * np.pi / 180
# The plane in which neighbours are looked for is stretched by as much at most, over a territory.
_STRETCH = 1.05
# Farther than anything on the earth is from anything else.
_APART_M = 5e7

Numbers = Any
"""An array of numpy."""


class Pairs(NamedTuple):
    """The numbers of rows that are about the same as one of an earlier source, of that one, whether
    that is certain, and how far apart the two lie (NaN where that is not known).
    """

    rows: Numbers
    firsts: Numbers
    is_certain: Numbers
    metres: Numbers


def pairs_of(table: pa.Table, sizes: list[int], same: Same, place: Place | None) -> Pairs:
    """Return the pairs of a table whose sources follow each other with so many rows each.

    A row is paired with the first row of all that are the same, by the key, else as the nearest
    that is alike. What is left is paired with what it lies near to, and that is not certain.
    """
    certain = np.full(table.num_rows, -1, dtype=np.int64)
    near = certain.copy()
    keys = _codes(table, same.key, str)
    points = None if place is None else _Points(table, place)
    groups = _codes(table, same.alike, _bare)
    reach = same.within_m if points is not None else None
    start = 0
    for size in sizes:
        rows, earlier = np.arange(start, start + size), np.arange(start)
        start += size
        if not len(rows) or not len(earlier):
            continue
        left, right = _by_key(keys, rows, earlier)
        certain[left] = np.where(certain[right] >= 0, certain[right], right)
        if points is None or reach is None:
            continue
        firsts = earlier[certain[earlier] < 0]
        free = np.setdiff1d(firsts, certain[rows])
        left, right = points.near(rows[certain[rows] < 0], free, reach, groups)
        certain[left] = right
        free = np.setdiff1d(firsts, certain[rows])
        left, right = points.near(rows[certain[rows] < 0], free, reach)
        near[left] = right
    rows = np.flatnonzero((certain >= 0) | (near >= 0))
    firsts = np.where(certain[rows] >= 0, certain[rows], near[rows])
    metres = np.full(len(rows), np.nan) if points is None else points.metres(rows, firsts)
    return Pairs(rows, firsts, certain[rows] >= 0, metres)


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


def _codes(table: pa.Table, names: list[str], form: Callable[[str], str]) -> Numbers | None:
    """Return a number for each distinct combination of values, -1 where one is empty; None where no
    columns are named. `form` is what counts of a text.
    """
    if not names:
        return None
    texts = []
    for name in names:
        coded: Any = table[name].cast(pa.string()).combine_chunks().dictionary_encode()
        forms = pa.array([form(text) for text in coded.dictionary.to_pylist()], pa.string())
        texts.append(forms.take(coded.indices))
    joined = pc.binary_join_element_wise(*texts, "\x1f", null_handling="emit_null")
    return np.asarray(pc.fill_null(joined.dictionary_encode().indices, -1))


def _bare(text: str) -> str:
    return "".join(words(text))


def _by_key(keys: Numbers | None, rows: Numbers, earlier: Numbers) -> tuple[Numbers, Numbers]:
    """Pair each row with the first earlier one of its key."""
    if keys is None:
        return rows[:0], earlier[:0]
    known, where = np.unique(keys[earlier], return_index=True)
    at = np.searchsorted(known, keys[rows]).clip(max=len(known) - 1)
    hit = (known[at] == keys[rows]) & (keys[rows] >= 0)
    return rows[hit], earlier[where[at[hit]]]


class _Points:
    """The points of rows, on the earth and in a plane."""

    def __init__(self, table: pa.Table, place: Place) -> None:
        self._lon = table[place.longitude].to_numpy().astype(float)
        self._lat = table[place.latitude].to_numpy().astype(float)
        middle = np.nanmedian(self._lat) if np.isfinite(self._lat).any() else 0.0
        x = self._lon * _METRES_A_DEGREE * np.cos(np.radians(middle))
        self._x, self._y = x, self._lat * _METRES_A_DEGREE

    def near(
        self, rows: Numbers, others: Numbers, within_m: float, groups: Numbers | None = None
    ) -> tuple[Numbers, Numbers]:
        """Pair rows with their nearest; where two have the same nearest, the nearer one has it.

        Those of different groups are never near: each lies in a plane of its own.
        """
        if not len(rows) or not len(others):
            return rows[:0], others[:0]
        x = self._x if groups is None else self._x + groups * _APART_M
        tree = shapely.STRtree(shapely.points(x[others], self._y[others]))
        points = shapely.points(x[rows], self._y[rows])
        left, right = tree.query_nearest(
            points, max_distance=within_m * _STRETCH, all_matches=False
        )
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
