"""Run the checks that a schema names over the columns of a table, block by block.

A check is asked once for each different value, or each different row of the cells that it looks
at; what it accepts column-wise it is not asked about at all.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.arrow import Cells, Column, pc
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, NotAtHandError, Row
from tablecheck.checks.registry import find
from tablecheck.report import Count, Finding, Report, Severity
from tablecheck.source import Source, warning
from tablecheck.typed import missing_values

_MOST_CHECKS = 500
_MOST_KEPT = 200_000
"""Verdicts remembered for each check; beyond, equal rows are judged again."""

_NOTHING = pa.array([], type=pa.string())

Mask = npt.NDArray[np.bool_]


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a check of a schema, ready to be made."""

    check: Check
    columns: tuple[str, ...]
    judging: Judging
    severity: Severity
    kept: dict[Row, Fault | None]


class Checking:
    """Make the checks of a schema over blocks of rows, and gather what they find."""

    def __init__(
        self,
        schema: dict[str, Any] | None,
        checks: Sequence[Any] = (),
        *,
        knowledge: Knowledge | None = None,
        limit: int | None = 1_000,
    ) -> None:
        self._schema = schema or {}
        self._limit = limit
        self.warnings: list[Finding] = []
        """What keeps a check from being made: a check that is left out is told, never silent."""
        self.planned: list[Planned] = []
        self._found: list[tuple[int, int, Finding]] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        fields = self._schema.get("fields", [])
        self._fields = {str(f.get("name")): f for f in fields if isinstance(f, dict)}
        for entry in [*_listed(self._schema.get("custom_checks")), *checks][:_MOST_CHECKS]:
            self._plan(entry, knowledge or Knowledge())

    @property
    def columns(self) -> set[str]:
        """Name the columns that are needed; none where there is nothing to check."""
        return {name for planned in self.planned for name in planned.columns}

    def _plan(self, entry: Any, knowledge: Knowledge) -> None:
        entry = {"name": entry} if isinstance(entry, str) else entry
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            self.warnings.append(warning("check-misdescribed", value=str(entry)[:100]))
            return
        check = find(name)
        if check is None:
            self.warnings.append(warning("check-unknown", value=name[:100]))
            return
        severity: Severity = "warning" if entry.get("severity") == "warning" else "error"
        try:
            params = msgspec.convert(entry.get("params") or {}, check.params, strict=False)
            columns = tuple(check.columns(params))
            if missing := [c for c in columns if self._fields and c not in self._fields]:
                found = warning("check-misdescribed", value=check.name, column=missing[0])
                self.warnings.append(found)
                return
            judging = check.make(params, knowledge)
        except NotAtHandError as error:
            self.warnings.append(warning("check-not-made", value=check.name, cause=error.cause))
            return
        except ValueError as error:  # msgspec's ValidationError among them
            found = warning("check-misdescribed", value=check.name, note=str(error)[:200])
            self.warnings.append(found)
            return
        self.planned.append(
            Planned(check=check, columns=columns, judging=judging, severity=severity, kept={})
        )

    def take(self, table: Mapping[str, Column], numbers: npt.NDArray[np.int64]) -> None:
        """Check some rows: columns of text by name, and the record number of each row."""
        wanted = {name: table[name] for name in self.columns if name in table}
        cells = {name: self._encoded(name, column) for name, column in wanted.items()}
        for place, planned in enumerate(self.planned):
            present = [name for name in planned.columns if name in cells]
            if len(present) == len(planned.columns) or (planned.check.judges_blanks and present):
                self._make(place, planned, [cells.get(n) for n in planned.columns], numbers)

    def _encoded(self, name: str, column: Column) -> Any:
        """Give a column as a dictionary array whose missing values are null."""
        whole: Any = pa.concat_arrays(column.chunks) if column.num_chunks else _NOTHING
        encoded = whole.dictionary_encode()
        missing = ["", *missing_values(self._schema, self._fields.get(name, {}))]
        values = encoded.dictionary
        absent = pc.is_in(values, value_set=pa.array(missing, type=pa.string()))
        kept = pc.if_else(absent, pa.scalar(None, pa.string()), values)
        return pa.DictionaryArray.from_arrays(encoded.indices, kept)

    def _make(
        self, place: int, planned: Planned, cells: list[Any], numbers: npt.NDArray[np.int64]
    ) -> None:
        if len(cells) == 1:
            bad, faults = _judge_values(planned, cells[0])
        else:
            bad, faults = _judge_rows(planned, cells)
        if not len(bad):
            return
        column = ", ".join(planned.columns)
        self._counts[column, planned.check.name] += len(bad) * (planned.severity == "error")
        room = len(bad) if self._limit is None else max(self._limit - self._held(place), 0)
        for index in bad[:room]:
            row = tuple(None if c is None else c[int(index)].as_py() for c in cells)
            found = _finding(planned, row, faults[row], int(numbers[index]))
            self._found.append((int(numbers[index]), place, found))

    def _held(self, place: int) -> int:
        return sum(1 for _, of, _ in self._found if of == place)

    def added_to(self, report: Report) -> Report:
        """Give a report with the findings of the checks behind those it has, in row order."""
        found = [finding for _, _, finding in sorted(self._found, key=lambda item: item[:2])]
        errors = [f for f in found if f.severity == "error"][: self._limit]
        warnings = [f for f in found if f.severity == "warning"][: self._limit]
        counts = tuple(
            Count(column=column, code=code, count=count)
            for (column, code), count in self._counts.items()
            if count
        )
        return msgspec.structs.replace(
            report,
            findings=(*report.errors, *errors, *report.warnings, *warnings, *self.warnings),
            error_count=report.error_count + sum(count.count for count in counts),
            counts=(*report.counts, *counts),
        )


def _of(source: Source) -> Checking | None:
    """Plan the checks of a source, or give nothing where it asks for none."""
    asked = [check for check in source.checks if is_ours(check)]
    if not asked and not (source.schema or {}).get("custom_checks"):
        return None
    return Checking(
        source.schema, asked, knowledge=source.knowledge, limit=source.limits.max_findings
    )


def checked_columns(source: Source) -> set[str]:
    """Name the columns that the checks of a source look at."""
    checking = _of(source)
    return set() if checking is None else checking.columns


def left_out(source: Source) -> list[Finding]:
    """Tell of the checks that are not made where frictionless alone can read the layout."""
    checking = _of(source)
    if checking is None:
        return []
    names = [planned.check.name for planned in checking.planned]
    return [
        *(warning("check-not-made", value=n, cause="layout") for n in names),
        *checking.warnings,
    ]


def with_checks(
    source: Source,
    table: Mapping[str, Column],
    numbers: Callable[[], npt.NDArray[np.int64]],
    report: Report,
) -> Report:
    """Add to frictionless's report what the checks find that a source asks for."""
    checking = _of(source)
    if checking is None:
        return report
    if table:
        checking.take(table, numbers())
    return checking.added_to(report)


def is_ours(entry: Any) -> bool:
    """Tell a check of this package from one of frictionless's own, as `checks=` gives them."""
    if isinstance(entry, str):
        return find(entry) is not None
    return isinstance(entry, dict) and "name" in entry and "type" not in entry


def _listed(entries: Any) -> list[Any]:
    if entries is None:
        return []
    return entries if isinstance(entries, list) else [entries]


def _judge_values(planned: Planned, cells: Any) -> tuple[Any, dict[Row, Fault]]:
    """Judge one column by its distinct values; give the places of the wrong rows."""
    values: Cells = cells.dictionary
    wrong = np.zeros(len(values), dtype=bool)
    faults: dict[Row, Fault] = {}
    for place in np.flatnonzero(~_accepted(planned, [values])):
        row = (values[int(place)].as_py(),)
        fault = _verdict(planned, row)
        if fault is not None:
            wrong[place] = True
            faults[row] = fault
    indices = pc.fill_null(cells.indices, 0).to_numpy(zero_copy_only=False)
    if not wrong.any():
        return (), faults
    return np.flatnonzero(wrong[indices]), faults


def _judge_rows(planned: Planned, cells: list[Any]) -> tuple[Any, dict[Row, Fault]]:
    """Judge several columns row by row, each different row once."""
    length = next(len(column) for column in cells if column is not None)
    columns = [
        pa.nulls(length, pa.string()) if column is None else column.dictionary_decode()
        for column in cells
    ]
    suspects = np.flatnonzero(~_accepted(planned, columns))
    wrong: list[int] = []
    faults: dict[Row, Fault] = {}
    for start in range(0, len(suspects), 50_000):
        part = suspects[start : start + 50_000]
        wanted: Any = pa.array(part)
        taken = [column.take(wanted).to_pylist() for column in columns]
        for place, row in zip(part, zip(*taken, strict=True), strict=True):
            fault = _verdict(planned, row)
            if fault is not None:
                wrong.append(int(place))
                faults[row] = fault
    return wrong, faults


def _accepted(planned: Planned, columns: Sequence[Cells]) -> Mask:
    """Mark what needs no judge: rows with an empty cell, and what the check accepts at once."""
    blank = np.zeros(len(columns[0]), dtype=bool)
    if not planned.check.judges_blanks:
        for column in columns:
            blank |= pc.is_null(column).to_numpy(zero_copy_only=False)
    if planned.judging.accept is None:
        return blank
    mask = planned.judging.accept(columns)
    right: Mask = (
        mask if isinstance(mask, np.ndarray)
        else pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
    )  # fmt: skip
    return right | blank


def _verdict(planned: Planned, row: Row) -> Fault | None:
    if row in planned.kept:
        return planned.kept[row]
    fault = planned.judging.judge(row)
    if len(planned.kept) < _MOST_KEPT:
        planned.kept[row] = fault
    return fault


def _finding(planned: Planned, row: Row, fault: Fault, number: int) -> Finding:
    params: dict[str, Any] = {**fault.facts, "columns": list(planned.columns)}
    if fault.cause:
        params["cause"] = fault.cause
    if fault.suggestion is not None:
        params["suggestion"] = fault.suggestion
    return Finding(
        code=planned.check.name,
        severity=planned.severity,
        row=number,
        column=", ".join(planned.columns),
        value=", ".join(cell for cell in row if cell),
        params=params,
    )
