"""Which cells are written anew, and as what: by the chosen hints, or by what somebody typed."""

from collections import Counter
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from tablecheck.mending import Mender
from tablecheck.records import Recipe
from tablecheck.report import ColumnHint
from tablecheck.typed import missing_values

_REMEMBERED = 50_000
_NUMERIC = frozenset({"integer", "number", "year"})


class CellEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """State what somebody typed in place of a cell; `row` and `field_number` are a finding's."""

    row: int
    column: str
    field_number: int
    text: str


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what a corrected file changed."""

    format: str
    """Of the file written: csv or xlsx."""
    cells_changed: int
    cells_left: int
    """Cells with a hint that could not be written: a formula, a sign that the encoding lacks."""
    by_column: dict[str, int]
    rows_dropped: int = 0


class Choice:
    """Hold the hints chosen, the cells typed and the rows left out, and count what they change."""

    def __init__(
        self,
        schema: dict[str, Any],
        recipe: Recipe,
        hints: Iterable[ColumnHint],
        edits: Iterable[CellEdit] = (),
        dropped: Collection[int] = (),
    ) -> None:
        self.recipe = recipe
        self.fields = [field for field in schema.get("fields", []) if isinstance(field, dict)]
        named = {str(field.get("name")): field for field in self.fields}
        self.columns: dict[int, _ChosenColumn] = {}
        for hint in hints:
            field = named.get(hint.column)
            if field is None or hint.field_number is None:
                continue
            self._column(schema, hint.field_number - 1, field, hint.column).add(hint)
        self._edits: dict[tuple[int, int], str] = {}
        for edit in edits:
            place = edit.field_number - 1
            self._edits[edit.row, place] = edit.text
            self._column(schema, place, named.get(edit.column, {}), edit.column)
        self._dropped = frozenset(dropped)
        self.rows_dropped = 0
        self.left = 0
        self._changed: Counter[str] = Counter()

    @property
    def is_of_rows(self) -> bool:
        """Tell whether single cells or rows were named, not columns alone."""
        return bool(self._edits or self._dropped)

    def replacement(self, row: int, place: int, cell: Any) -> str | None:
        """Give the text that stands for a cell from now on, or None where it stays as it is."""
        typed = self._edits.get((row, place))
        return typed if typed is not None else self.columns[place].replacement(cell)

    def typed_beyond(self, row: int, width: int) -> list[int]:
        """List the places of a row that something was typed for, and where it has no cell."""
        return sorted(place for at, place in self._edits if at == row and place >= width)

    def drops(self, row: int) -> bool:
        """Tell whether a row is left out, and count it."""
        is_dropped = row in self._dropped
        self.rows_dropped += is_dropped
        return is_dropped

    def _column(
        self, schema: dict[str, Any], place: int, field: dict[str, Any], name: str
    ) -> "_ChosenColumn":
        if place not in self.columns:
            mender = Mender(field, missing_values(schema, field))
            self.columns[place] = _ChosenColumn(name, mender)
        return self.columns[place]

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
            rows_dropped=self.rows_dropped,
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
