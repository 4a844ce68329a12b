"""Which hint mends which cells of a table: every bad cell is asked, beyond any limit.

A hint is given only where the field then accepts the cell, by frictionless's own reader. A cell
that can be read in two ways has a hint only where the other cells of its column say which.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tablecheck.mends import DOUBTS, RIVALS, SYSTEMS, rules_of
from tablecheck.mends.candidate import Candidate
from tablecheck.readers import judge_of
from tablecheck.report import ColumnHint, Example, Finding

MENDABLE = frozenset({"type-error", "constraint-error"})
_EXAMPLES = 3
_REMEMBERED = 50_000
_LEAST_GROUPED = 3
_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")

Readings = tuple[Candidate, ...]
Key = tuple[tuple[str, str], ...]


class Mender:
    """Find what a bad cell of one field was meant to be."""

    def __init__(self, field: Mapping[str, Any], missing: Iterable[str] = ("",)) -> None:
        self.field: dict[str, Any] = {"missingValues": list(missing), **field}
        self._rules = rules_of(self.field)
        self._known: dict[Any, Readings] = {}
        self._judge = judge_of(self.field)

    def is_right(self, cell: Any) -> bool:
        """Tell whether the field accepts a cell as it stands."""
        return self._judge(cell)[1]

    def value(self, text: str) -> Any:
        """Give the value that the field reads in a text."""
        return self._judge(text)[0]

    def readings(self, text: str, *, is_figure: bool = False) -> Readings:
        """Give the readings of a cell, several only where they contradict each other.

        `is_figure` says that a spreadsheet holds the cell as a number.
        """
        key = (text, is_figure)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._read(text, is_figure=is_figure)
        return self._known[key]

    def _read(self, text: str, *, is_figure: bool) -> Readings:
        if is_figure and self.field.get("type", "string") == "string":
            if not _FIGURE.fullmatch(text):
                return ()
            if self._accepts(Candidate("text-format", text)):
                return (Candidate("text-format", text),)
        told: Readings = ()
        for rule in self._rules:
            found = tuple(dict.fromkeys(rule(self.field, text)))
            kept = tuple(one for one in found if one.text is None or self._accepts(one, text))
            mending = [one for one in kept if one.text is not None]
            if mending:
                return kept if _rivals(kept) else (mending[0],)
            told = told or kept
        return told[:1]

    def _accepts(self, candidate: Candidate, text: str | None = None) -> bool:
        if candidate.text == text:
            return False
        value, is_right = self._judge(candidate.text)
        return is_right and (value is None) == (candidate.kind == "no-value")


def _rivals(readings: Readings) -> frozenset[str] | None:
    kinds = {one.kind for one in readings}
    return next((pair for pair in RIVALS if pair <= kinds), None)


class _Column:
    """Count the bad cells of a column by their readings."""

    def __init__(self, mender: Mender, number: int) -> None:
        self.mender = mender
        self.number = number
        self.counts: Counter[Key] = Counter()
        self.codes: dict[Key, str] = {}
        self.examples: dict[Key, list[tuple[int | None, str, Readings]]] = {}
        self.last_row: int | None = None

    def settled(self, pair: frozenset[str], mark: str) -> str | None:
        """Give the one of two rival readings that the cells without doubt speak for."""
        spoken = {kind for kind in pair if self.counts[((kind, mark),)]}
        if len(spoken) == 1:
            return spoken.pop()
        if not spoken and self.mender.field.get("type") == "integer" and "group-marks" in pair:
            doubtful = sum(
                count for key, count in self.counts.items() if {kind for kind, _ in key} == pair
            )
            if doubtful >= _LEAST_GROUPED:  # three figures after every mark, and no fraction
                return "group-marks"
        return None

    def choice(self, readings: Readings) -> tuple[Candidate | None, str | None]:
        """Give the reading to take, and the code of the hint."""
        pair = _rivals(readings)
        kind = self.settled(pair, readings[0].mark) if pair else None
        if pair and kind is None:
            return None, DOUBTS[pair]
        taken = next((one for one in readings if kind in (None, one.kind)), None)
        if taken is None or (taken.text is None and taken.kind not in SYSTEMS):
            return None, None
        return (None if taken.text is None else taken), taken.kind


class Mending:
    """Take in the bad cells of a table, and say in the end what mends them."""

    def __init__(self, fields: Iterable[Mapping[str, Any]], missing: Iterable[str] = ("",)) -> None:
        self._fields = {str(field.get("name")): field for field in fields}
        self._missing = list(missing)
        self._columns: dict[str, _Column] = {}

    def take(
        self, column: str | None, code: str, text: str | None, *, rule: str = "",
        row: int | None = None, number: int = 0, times: int = 1,
    ) -> None:  # fmt: skip
        """Take in a bad cell; `times` says how many cells of the column hold it.

        `rule` is `type` or the name of the constraint. Of several errors of one cell the first
        counts.
        """
        if code not in MENDABLE or column not in self._fields or not text:
            return
        held = self._column(column, number)
        if row is not None and held.last_row == row:
            return
        held.last_row = row
        readings = held.mender.readings(text, is_figure=rule == "type")
        key = tuple((one.kind, one.mark) for one in readings)
        held.counts[key] += times
        held.codes.setdefault(key, code)
        shown = held.examples.setdefault(key, [])
        if len(shown) < _EXAMPLES:
            shown.append((row, text, readings))

    def _column(self, name: str, number: int) -> _Column:
        if name not in self._columns:
            self._columns[name] = _Column(Mender(self._fields[name], self._missing), number)
        return self._columns[name]

    def told(self, finding: Finding) -> Finding:
        """Add to a finding the hint that mends it, or says why none does."""
        if finding.code not in MENDABLE or finding.column not in self._columns:
            return finding
        if not finding.value or finding.suggestion is not None:
            return finding
        held = self._columns[finding.column]
        is_figure = finding.code == "type-error"
        readings = held.mender.readings(finding.value, is_figure=is_figure)
        taken, kind = held.choice(readings)
        if kind is None:
            return finding
        params = finding.params
        if taken is None:
            params = {**params, "readings": [one.text for one in readings if one.text]}
        return msgspec.structs.replace(
            finding, hint_code=kind, suggestion=None if taken is None else taken.text, params=params
        )

    def column_hints(self) -> tuple[ColumnHint, ...]:
        """Give every hint that mends cells of a column, or says why none does."""
        return tuple(hint for name, held in self._columns.items() for hint in _hints_of(name, held))


def _hints_of(name: str, held: _Column) -> Iterator[ColumnHint]:
    total = held.counts.total()
    groups: dict[tuple[str, str], list[Key]] = {}
    for key in held.counts:
        if not key:
            continue
        readings = held.examples[key][0][2]
        _, kind = held.choice(readings)
        if kind is not None:
            groups.setdefault((kind, readings[0].mark), []).append(key)
    for (kind, mark), keys in groups.items():
        examples = []
        is_settled = False
        for row, text, readings in (shown for key in keys for shown in held.examples[key]):
            taken, _ = held.choice(readings)
            is_settled = is_settled or len(readings) > 1
            examples.append(Example(row=row, value=text, suggestion=taken.text if taken else None))
        examples.sort(key=lambda one: one.row or 0)
        yield ColumnHint(
            column=name,
            field_number=held.number or None,
            code=held.codes[keys[0]],
            hint=kind,
            mark=mark,
            count=sum(held.counts[key] for key in keys),
            total=total,
            settles_doubt=is_settled and kind not in DOUBTS.values(),
            examples=tuple(examples[:_EXAMPLES]),
            params=_wanted(held.mender.field),
        )


def _wanted(field: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a field what a sentence about its column says."""
    keys = ("title", "labels", "type", "format", "decimalChar", "trueValues", "falseValues")
    return {key: field[key] for key in keys if key in field}
