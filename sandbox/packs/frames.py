"""One table of a pack while it is made: which rows may be taken, what their keys hold.

Rows count from 0 in the order of the file. Only the columns of keys are held, as Python values.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

from catalogue.records import Version
from catalogue.views import Engine, View, read
from catalogue.views.places import place_columns
from sandbox.packs.errors import PackError
from sandbox.packs.recipe import PackTable, Recipe
from sandbox.packs.sampling import stratified, turn

# What may be held at once: 2 million rows of a key of two columns, a million of four, …
MAX_CELLS = 6_000_000
_CODE = "municipality_code"
Row = tuple[Any, ...]


class Frame:
    """A version of a table with its part of the recipe."""

    def __init__(self, part: PackTable, version: Version, file: Path) -> None:
        self.part = part
        self.version = version
        self.file = file
        self.name = version.table
        self._indexes: dict[tuple[str, ...], dict[Row, list[int]]] = {}
        self._columns: dict[str, list[Any]] = {}
        self._names = {column.name for column in version.columns}

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """Return the columns that tell rows apart; all of them where the schema names none."""
        said = self.version.schema.get("primaryKey") or ()
        names = (said,) if isinstance(said, str) else tuple(said)
        return names if names and self._names.issuperset(names) else self._every_column()

    @property
    def has_primary_key(self) -> bool:
        """Tell whether the schema names a primary key."""
        return bool(self.version.schema.get("primaryKey"))

    def has(self, names: Iterable[str]) -> bool:
        """Tell whether there are columns of these names."""
        return self._names.issuperset(names)

    def values(self, names: Sequence[str], row: int) -> Row:
        """Return the values of some columns in a row."""
        self._load(names)
        return tuple(self._columns[name][row] for name in names)

    def rows_with(self, names: tuple[str, ...], values: Row) -> list[int]:
        """Return the rows that hold these values in these columns."""
        index = self._indexes.get(names)
        if index is None:
            self._load(names)
            index = defaultdict(list)
            for row, key in enumerate(zip(*(self._columns[n] for n in names), strict=True)):
                index[key].append(row)
            self._indexes[names] = index
        return index.get(values, [])

    def key_of(self, row: int) -> bytes:
        """Return what a row is known by, as bytes."""
        return msgspec.json.encode(self.values(self.primary_key, row))

    def in_order(self, rows: Iterable[int]) -> list[int]:
        """Return rows in the order in which a pack lists them: by their key, empty values first."""
        if not self.has_primary_key:
            return sorted(rows, key=lambda row: (self.key_of(row), row))
        return sorted(
            rows,
            key=lambda row: [(v is not None, v) for v in self.values(self.primary_key, row)],
        )

    def candidates(self, recipe: Recipe, engine: Engine, codes: Sequence[str]) -> list[int]:
        """Return the rows that a recipe allows, in the order in which they are taken; `codes` are
        the columns that hold codes of municipalities. Raises ViewError, PackError.
        """
        views = list(self._views(recipe, codes))
        found: set[int] | None = None
        for view in views:
            numbers = {int(n) - 1 for n in engine.numbers(self.file, view, self.version.columns)}
            found = numbers if found is None else found & numbers
        rows = range(self.version.row_count) if found is None else found
        seed = recipe.seed
        return sorted(rows, key=lambda row: (turn(seed, self.name, self.key_of(row)), row))

    def strata(self, rows: list[int], count: int) -> list[tuple[int, list[int]]]:
        """Divide a sample over the values of the column that it is stratified by."""
        name = self.part.stratify
        if name is None:
            return [(count, rows)]
        if name not in self._names:
            raise PackError("pack-column-unknown", table=self.name, column=name)
        self._load((name,))
        return list(stratified(rows, self._columns[name], count))

    def is_within(self, recipe: Recipe, codes: Sequence[str]) -> bool:
        """Tell whether the area of the recipe narrows this table."""
        return self._area(recipe, codes) is not None

    def _views(self, recipe: Recipe, codes: Sequence[str]) -> Iterable[View]:
        columns = self.version.columns
        if where := _pairs(self.part.where):
            yield read(where, columns)
        if (area := self._area(recipe, codes)) is not None:
            yield area
        period = recipe.period
        if period is not None and self.part.period is not None:
            ends = ((period.start, "gte"), (period.end, "lte"))
            yield read([(f"{self.part.period}__{how}", end) for end, how in ends if end], columns)

    def _area(self, recipe: Recipe, codes: Sequence[str]) -> View | None:
        area = recipe.area
        if area is None or not self.part.area:
            return None
        if area.bbox is not None:
            if place_columns(self.version.columns) is None:
                return None
            text = ",".join(format(side, ".10g") for side in area.bbox)
            return read([("bbox", text)], self.version.columns)
        named = [name for name in (*codes, _CODE) if name in self._names]
        if not named:
            return None
        return read([(f"{named[0]}__eq", code) for code in area.municipalities or ()],
                    self.version.columns)  # fmt: skip

    def _load(self, names: Iterable[str]) -> None:
        missing = [name for name in dict.fromkeys(names) if name not in self._columns]
        if not missing:
            return
        held = len(self._columns) + len(missing)
        if self.version.row_count * held > MAX_CELLS:
            raise PackError("pack-table-too-large", table=self.name, rows=self.version.row_count)
        with pq.ParquetFile(self.file) as parquet:
            table = parquet.read(columns=missing)
        for name in missing:
            self._columns[name] = table.column(name).to_pylist()

    def _every_column(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.version.columns)


def _pairs(where: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the conditions of a recipe as an address of the platform has them."""
    pairs = []
    for key in sorted(where):
        given = where[key]
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, dict | list):
                raise PackError("pack-where-unreadable", key=key)
            text = str(value).lower() if isinstance(value, bool) else str(value)
            pairs.append((key, text))
    return pairs
