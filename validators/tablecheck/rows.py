"""Rows of Python values (spreadsheets, JSON, vector files) become a typed table with its report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from tablecheck import geometry
from tablecheck.arrow import Column
from tablecheck.checks.run import checked_columns, is_ours, with_checks
from tablecheck.errors import UnreadableFileError
from tablecheck.headers import with_shift
from tablecheck.kinds import propose_values
from tablecheck.mending import Mending
from tablecheck.names import unique_names
from tablecheck.nearly import odd_values
from tablecheck.proposal import Proposal
from tablecheck.readers import reader_of
from tablecheck.records import Extract, Inference, Recipe
from tablecheck.report import Finding, Report, Tally
from tablecheck.source import Source, warning
from tablecheck.texts import header_warnings, kept_as_text, overrule, with_errors, with_marks
from tablecheck.typed import CannotTypeError, text_of, to_arrow
from tablecheck.verdict import Outcome, judge, rows_resource

_BATCH_ROWS = 10_000
Rows = Callable[[], Iterable[Sequence[Any]]]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Hold rows that have been opened, the header not among them."""

    source: Source
    name: str | None
    labels: list[str]
    rows: Rows
    """Gives the rows of data, from the first, each time it is called."""
    header_row: int | None = 1
    above: Sequence[Sequence[Any]] = ()
    """The rows above the header, so that row numbers agree with the file."""
    recipe: Recipe
    findings: tuple[Finding, ...] = ()
    geometries: Any = None
    crs: Any = None
    fields: list[dict[str, Any]] = []
    """What the file itself says of its columns, where it says it."""

    @property
    def first_row(self) -> int:
        """Give the record number of the first row of data."""
        return 1 if self.header_row is None else self.header_row + 1


def extract_rows(sheet: Sheet) -> Extract:
    """Type the rows by the schema where there is one, else by what they hold."""
    if len(sheet.labels) > sheet.source.limits.max_columns:
        raise UnreadableFileError(
            "too-many-columns", count=len(sheet.labels), limit=sheet.source.limits.max_columns
        )
    if not sheet.labels and sheet.geometries is None:
        raise UnreadableFileError("empty-file")
    if sheet.source.schema is None:
        return _proposed(sheet)
    return _checked(sheet, sheet.source.schema)


def _proposed(sheet: Sheet) -> Extract:
    names = unique_names(sheet.labels)
    findings = [*sheet.findings]
    if sheet.geometries is None or names:
        findings.extend(header_warnings(sheet.labels, names, sheet.header_row))
    filled = [
        (number, row)
        for number, row in enumerate(sheet.rows(), start=sheet.first_row)
        if sheet.geometries is not None or _is_filled(row)
    ]
    rows = [row for _, row in filled]
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    if not rows:
        findings.append(warning("no-rows"))
    proposals: list[Proposal] = []
    arrays: list[Column] = []
    numbers = [number for number, _ in filled]
    for name, cells in zip(names, columns, strict=True):
        proposal, array = propose_values(name, cells, numbers)
        proposals.append(overrule(proposal, sheet.source.types))
        arrays.append(array)
    findings.extend(odd_values(proposals))
    schema = {"fields": [proposal.field for proposal in proposals]}
    report = Report(row_count=len(rows), labels=tuple(sheet.labels))
    forced = [p for p in proposals if p.inference.reason == "chosen"]
    if forced:
        report, retyped = _forced(sheet, proposals, columns, numbers)
        for index, array in retyped.items():
            arrays[index] = array
    table = pa.table(arrays, names=names) if report.valid else None
    return _finish(sheet, table, schema, report, findings, proposals)


def _is_filled(row: Sequence[Any]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _forced(
    sheet: Sheet,
    proposals: list[Proposal],
    columns: Sequence[Sequence[Any]],
    numbers: Sequence[int],
) -> tuple[Report, dict[int, Column]]:
    """Type the columns whose type the caller chose; `numbers` are those of the rows in the file."""
    tally = Tally(sheet.source.limits.max_findings)
    tally.mending = Mending([proposal.field for proposal in proposals])
    arrays: dict[int, Column] = {}
    for index, proposal in enumerate(proposals):
        if proposal.inference.reason == "chosen":
            array, errors = force(proposal.field, columns[index], index + 1, first_row=0)
            limit = sheet.source.limits.max_findings or len(errors)
            tally.extend(_in_row(error, columns, numbers) for error in errors[:limit])
            tally.extend(
                msgspec.structs.replace(error, row=numbers[error.row or 0])
                for error in errors[limit:]
            )
            if array is not None:
                arrays[index] = array
    count = len(columns[0]) if columns else 0
    return tally.report(row_count=count, labels=sheet.labels), arrays


def _in_row(error: Finding, columns: Sequence[Sequence[Any]], numbers: Sequence[int]) -> Finding:
    """Give an error of a column the facts that frictionless has of one, its row among them."""
    place = error.row or 0
    facts = {
        "type": error.code,
        "note": f'type is "{error.params["type"]}/{error.params["format"]}"',
        "cells": [text_of(column[place]) or "" for column in columns],
        "rowNumber": numbers[place],
        "cell": error.value,
        "fieldName": error.column,
        "fieldNumber": error.field_number,
    }
    return msgspec.structs.replace(error, row=numbers[place], origin=facts)


def force(
    field: dict[str, Any], column: Sequence[Any], number: int, first_row: int
) -> tuple[Column | None, list[Finding]]:
    """Type one column as the caller chose; a figure that is asked to be text becomes text.

    Such a field becomes `any` in the schema: frictionless refuses a figure in a `string`.
    """
    type_ = field["type"]
    cells = [None if cell == "" else cell for cell in column]
    if type_ in ("string", "any"):
        is_text = all(cell is None or isinstance(cell, str) for cell in cells)
        field["type"] = type_ if is_text else "any"
        return pa.chunked_array([to_arrow("string", cells)]), []
    read = reader_of(field)
    cast = [None if cell is None else read(cell) for cell in cells]
    errors = [
        Finding(
            code="type-error", row=first_row + place, value=str(cell), column=field["name"],
            field_number=number, params={"type": type_, "format": "default"},
        )
        for place, (cell, value) in enumerate(zip(cells, cast, strict=True))
        if cell is not None and value is None
    ]  # fmt: skip
    if errors:
        return None, errors
    try:
        return pa.chunked_array([to_arrow(type_, cast)]), []
    except CannotTypeError as error:
        return None, [warning("value-too-large", value=error.value, column=field["name"])]


def _checked(sheet: Sheet, schema: dict[str, Any]) -> Extract:
    collector = _Collector()
    plain, has_geometry = without_geometry(schema, is_vector=sheet.geometries is not None)

    def rows() -> Iterator[Sequence[Any]]:
        yield from sheet.above
        if sheet.header_row is not None:
            yield sheet.labels
        for row in sheet.rows():
            yield [None if cell == "" else cell for cell in row]

    outcome = judge(
        lambda: rows_resource(rows, sheet.header_row, plain),
        limit=sheet.source.limits.max_findings,
        checks=[check for check in sheet.source.checks if not is_ours(check)],
        taking=collector,
        others=sheet.source.others,
    )
    report = _with_checks(sheet, outcome.report)
    report = with_shift(report, [str(f.get("name", "")) for f in plain.get("fields", [])])
    if sheet.source.format in ("xlsx", "xls", "ods"):
        report = _of_spreadsheet(report)
    if has_geometry and sheet.geometries is not None:
        report = _judge_geometry(sheet, schema, report)
    table = None
    if report.valid:
        try:
            table = collector.table(outcome)
        except CannotTypeError as error:
            report = with_errors(report, [warning("value-too-large", value=error.value)])
    proposals = [
        Proposal(
            field=dict(field.to_descriptor()),
            inference=Inference(column=field.name, type=field.type, reason="chosen"),
        )
        for field in outcome.fields
    ]
    return _finish(sheet, table, schema, report, list(sheet.findings), proposals)


def _with_checks(sheet: Sheet, report: Report) -> Report:
    wanted = checked_columns(sheet.source)
    places = [(place, name) for place, name in enumerate(sheet.labels) if name in wanted]
    table: dict[str, Column] = {}
    rows = [*sheet.rows()] if wanted else []
    for place, name in places:
        cells = [text_of(row[place]) if place < len(row) else None for row in rows]
        table[name] = pa.chunked_array([pa.array(cells, type=pa.string())])
    first = sheet.first_row
    return with_checks(
        sheet.source, table, lambda: np.arange(first, first + len(rows), dtype=np.int64), report
    )


def _of_spreadsheet(report: Report) -> Report:
    """Mark the figures that stand where text is wanted: in a spreadsheet, a format mends them."""
    findings = tuple(
        msgspec.structs.replace(f, params={**f.params, "medium": "sheet"})
        if f.code == "type-error" and f.params.get("type") == "string"
        else f
        for f in report.findings
    )
    return msgspec.structs.replace(report, findings=findings)


def without_geometry(schema: dict[str, Any], *, is_vector: bool) -> tuple[dict[str, Any], bool]:
    """Take the geometry field out of the schema of a vector file: it has been parsed already."""
    if not is_vector:
        return schema, False
    fields = schema.get("fields", [])
    kept = [f for f in fields if f.get("name") != "geometry"]
    return {**schema, "fields": kept}, len(kept) < len(fields)


def _judge_geometry(sheet: Sheet, schema: dict[str, Any], report: Report) -> Report:
    """Ask for the geometry where the schema requires one."""
    field = next(f for f in schema["fields"] if f.get("name") == "geometry")
    if not field.get("constraints", {}).get("required"):
        return report
    missing = [
        Finding(
            code="constraint-error", row=sheet.first_row + place, column="geometry",
            params={"constraint": "required", "limit": "True"},
        )
        for place, item in enumerate(sheet.geometries)
        if item is None
    ]  # fmt: skip
    return with_errors(report, missing) if missing else report


class _Collector:
    """Gather the cast cells of the rows that frictionless finds right, column by column."""

    def __init__(self) -> None:
        self._columns: list[list[Any]] = []

    def take(self, values: Sequence[Any]) -> None:
        """Take one row."""
        self.take_columns([[value] for value in values])

    def take_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Take several rows, a sequence for each column."""
        if not self._columns:
            self._columns = [[] for _ in columns]
        for mine, more in zip(self._columns, columns, strict=True):
            mine.extend(more)

    def clear(self) -> None:
        """Forget all rows: they are judged again."""
        self._columns = []

    def table(self, outcome: Outcome) -> pa.Table:
        """Give the rows as a typed table; raises CannotTypeError."""
        names = [field.name for field in outcome.fields]
        columns = self._columns or [[] for _ in names]
        arrays = [
            to_arrow(field.type, cells)
            for field, cells in zip(outcome.fields, columns, strict=True)
        ]
        return pa.table(arrays, names=names)


def _finish(
    sheet: Sheet,
    table: pa.Table | None,
    schema: dict[str, Any],
    report: Report,
    findings: list[Finding],
    proposals: list[Proposal],
) -> Extract:
    recipe = sheet.recipe
    inferred = [proposal.inference for proposal in proposals]
    if sheet.geometries is not None:
        try:
            placed = geometry.place(sheet.geometries, sheet.crs)
        except UnreadableFileError as error:
            report, table = with_errors(report, [warning(error.code, **error.params)]), None
        else:
            findings.extend(placed.findings)
            recipe = msgspec.structs.replace(recipe, source_crs=placed.source_crs)
            if table is not None:
                table = geometry.attach(_room_for_geometry(table, len(placed.cells)), placed)
        if sheet.source.schema is None:
            field = {"name": geometry.COLUMN, "type": "geojson"}
            schema = {**schema, "fields": [*schema["fields"], field]}
            count = len(sheet.geometries)
            inferred.append(
                Inference(
                    column=geometry.COLUMN, type="geojson", reason="geometry",
                    params={"count": count, "crs": recipe.source_crs or ""},
                )
            )  # fmt: skip
    findings.extend(kept_as_text(table, [proposal.field for proposal in proposals]))
    report = msgspec.structs.replace(report, findings=(*report.findings, *findings))
    is_proposed = sheet.source.schema is None
    return Extract(
        name=sheet.name,
        table=table if report.valid else None,
        schema=schema,
        inferred=tuple(inferred) if is_proposed else (),
        recipe=with_marks(recipe, [proposal.field for proposal in proposals]),
        report=report,
    )


def _room_for_geometry(table: pa.Table, count: int) -> pa.Table:
    """Rename a property called `geometry`, and keep the rows of a table without properties."""
    if table.num_columns == 0:
        return pa.table({"_": pa.nulls(count)}).select([])
    if geometry.COLUMN in table.column_names:
        names = unique_names([geometry.COLUMN, *table.column_names])[1:]
        return table.rename_columns(names)
    return table
