"""Which cells the chosen hints write anew, and as what."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from tablecheck.mending import Mender
from tablecheck.records import Recipe
from tablecheck.report import ColumnHint
from tablecheck.typed import missing_values

_REMEMBERED = 50_000
_NUMERIC = frozenset({"integer", "number", "year"})


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what a corrected file changed."""

    format: str
    """Of the file written: csv or xlsx."""
    cells_changed: int
    cells_left: int
    """Cells with a hint that could not be written: a formula, a sign that the encoding lacks."""
    by_column: dict[str, int]


class Choice:
    """Hold the hints chosen, and count what they change."""

    def __init__(self, schema: dict[str, Any], recipe: Recipe, hints: Iterable[ColumnHint]) -> None:
        self.recipe = recipe
        self.fields = [field for field in schema.get("fields", []) if isinstance(field, dict)]
        named = {str(field.get("name")): field for field in self.fields}
        self.columns: dict[int, _ChosenColumn] = {}
        for hint in hints:
            field = named.get(hint.column)
            if field is None or hint.field_number is None:
                continue
            place = hint.field_number - 1
            if place not in self.columns:
                mender = Mender(field, missing_values(schema, field))
                self.columns[place] = _ChosenColumn(hint.column, mender)
            self.columns[place].add(hint)
        self.left = 0
        self._changed: Counter[str] = Counter()

    def replacement(self, place: int, cell: Any) -> str | None:
        """Give the text that mends the cell of a column, or None where it stays as it is."""
        return self.columns[place].replacement(cell)

    def figure(self, place: int, text: str) -> Any:
        """Give the number that a text says, where its field accepts a number in its place."""
        mender = self.columns[place].mender
        if mender.field.get("type") not in _NUMERIC:
            return None
        value = mender.value(text)
        return value if isinstance(value, (int, Decimal)) and mender.is_right(value) else None

    def changed(self, place: int) -> None:
        """Count a cell that was written anew."""
        self._changed[self.columns[place].name] += 1

    def correction(self, format_: str) -> Correction:
        """Close the account."""
        return Correction(
            format=format_,
            cells_changed=self._changed.total(),
            cells_left=self.left,
            by_column=dict(self._changed),
        )


class _ChosenColumn:
    def __init__(self, name: str, mender: Mender) -> None:
        self.name = name
        self.mender = mender
        self._chosen: dict[tuple[str, str], bool] = {}
        self._known: dict[tuple[type, Any], str | None] = {}

    def add(self, hint: ColumnHint) -> None:
        self._chosen[hint.hint, hint.mark] = hint.settles_doubt

    def replacement(self, cell: Any) -> str | None:
        key = (type(cell), cell)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._find(cell)
        return self._known[key]

    def _find(self, cell: Any) -> str | None:
        if cell is None or cell == "" or self.mender.is_right(cell):
            return None
        readings = self.mender.readings(str(cell), is_figure=not isinstance(cell, str))
        chosen = [one for one in readings if (one.kind, one.mark) in self._chosen]
        if len(chosen) != 1 or chosen[0].text == cell:
            return None
        if len(readings) > 1 and not self._chosen[chosen[0].kind, chosen[0].mark]:
            return None  # in doubt, and the column does not settle it
        return chosen[0].text
