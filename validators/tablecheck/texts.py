"""A delimited text, already cut into cells, becomes a typed table with its report."""

import re
from typing import Any

import msgspec
import pyarrow as pa

from tablecheck import geometry
from tablecheck.checks.run import is_ours, with_checks
from tablecheck.dialect import Dialect
from tablecheck.distinct import Distinct
from tablecheck.errors import UnreadableFileError
from tablecheck.headers import with_shift
from tablecheck.infer import GEOMETRY_NAMES, propose
from tablecheck.marks import doubts, settle
from tablecheck.names import unique_names
from tablecheck.nearly import odd_values
from tablecheck.patterns import WKT, all_match
from tablecheck.proposal import Proposal
from tablecheck.readers import reader_of
from tablecheck.records import Extract, Inference, Recipe
from tablecheck.report import Finding, Report
from tablecheck.source import Source, warning
from tablecheck.tokens import Tokens, dropped_count
from tablecheck.typed import CannotTypeError, Reader, cast_column, missing_values
from tablecheck.verdict import Outcome, judge, text_resource

_IN_NO_LABEL = re.compile(r"[,;:|=<>{}\t]")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a delimited text that has been opened."""

    source: Source
    path: Any
    encoding: str
    """Of the text at `path`: utf-8 or utf-8-sig."""
    dialect: Dialect
    recipe: Recipe
    findings: tuple[Finding, ...]
    tokens: Tokens


def extract_proposed(text: Text) -> Extract:
    """Type the text by what its cells are."""
    tokens = text.tokens
    names = unique_names(tokens.labels)
    numbers = tokens.row_numbers()
    findings = [*text.findings, *header_warnings(tokens.labels, names, text.dialect.header_row)]
    if len(names) == 1 and _IN_NO_LABEL.search(tokens.labels[0]):
        findings.append(warning("one-column", value=tokens.labels[0][:200]))
    if dropped_count(tokens):
        findings.append(warning("blank-rows-skipped", count=dropped_count(tokens)))
    if not tokens.row_count:
        findings.append(warning("no-rows"))
    columns = [
        Distinct(name, cells, numbers) for name, cells in zip(names, tokens.columns, strict=True)
    ]
    settled = settle([propose(column) for column in columns])
    proposals = [overrule(proposal, text.source.types) for proposal in settled]
    findings.extend((*doubts(proposals), *odd_values(proposals)))
    schema = {"fields": [proposal.field for proposal in proposals]}
    report = Report(row_count=tokens.row_count, labels=tuple(tokens.labels))
    is_forced = any(p.inference.reason == "chosen" for p in proposals)
    if tokens.odd or is_forced:
        report = _judge_proposed(text, schema, names).report
    return _finish(text, schema, columns, report, findings, proposals)


def overrule(proposal: Proposal, types: Any) -> Proposal:
    """Put the type that the caller chose in place of the one proposed."""
    name = proposal.inference.column
    chosen = types.get(name)
    if chosen is None:
        return proposal
    field = proposal.field if chosen == proposal.field["type"] else {"name": name, "type": chosen}
    if chosen in proposal.choices:
        field = {"name": name, **proposal.choices[chosen]}
    params = {"proposed": proposal.inference.type}
    inference = Inference(column=name, type=field["type"], reason="chosen", params=params)
    return Proposal(field=field, inference=inference)


def header_warnings(labels: list[str], names: list[str], row: int | None) -> list[Finding]:
    """Say which columns had no name, or the name of another, and what they are called now."""
    if row is None:
        return [warning("no-header", count=len(names))]
    found: list[Finding] = []
    for number, (label, name) in enumerate(zip(labels, names, strict=True), start=1):
        if label == name:
            continue
        code = "duplicate-label-renamed" if label.strip() else "blank-label-named"
        params = {"name": name}
        found.append(
            Finding(
                code=code, severity="warning", row=row, column=label.strip() or None,
                field_number=number, params=params,
            )
        )  # fmt: skip
    return found


def _judge_proposed(text: Text, schema: dict[str, Any], names: list[str]) -> Outcome:
    """Let frictionless name what is wrong with the ragged rows."""
    outcome = judge(
        lambda: text_resource(text.path, text.encoding, text.dialect, schema),
        limit=text.source.limits.max_findings,
        tokens=text.tokens,
        others=text.source.others,
    )
    if names == text.tokens.labels or text.dialect.header_row is None:
        return outcome
    # The labels that we named ourselves are warnings already.
    own = {"blank-label", "duplicate-label", "incorrect-label"}
    report = outcome.report
    counts = tuple(count for count in report.counts if count.code not in own)
    kept = tuple(f for f in report.findings if f.code not in own)
    total = sum(count.count for count in counts)
    return Outcome(
        report=msgspec.structs.replace(report, findings=kept, counts=counts, error_count=total),
        fields=outcome.fields,
    )


def extract_checked(text: Text, schema: dict[str, Any]) -> Extract:
    """Type the text by its schema, where frictionless finds it right."""
    outcome = judge(
        lambda: text_resource(text.path, text.encoding, text.dialect, schema),
        limit=text.source.limits.max_findings,
        checks=[check for check in text.source.checks if not is_ours(check)],
        tokens=text.tokens,
        others=text.source.others,
    )
    findings = list(text.findings)
    report = with_checks(
        text.source, dict(zip(text.tokens.labels, text.tokens.columns, strict=False)),
        text.tokens.row_numbers, outcome.report,
    )  # fmt: skip
    if not report.valid:
        report = with_shift(report, text.source.field_names)
        return _finish(text, schema, [], report, findings, [])
    numbers = text.tokens.row_numbers()
    columns: list[Distinct] = []
    proposals: list[Proposal] = []
    for field, cells in zip(outcome.fields, text.tokens.columns, strict=False):
        columns.append(Distinct(field.name, cells, numbers))
        inference = Inference(column=field.name, type=field.type, reason="chosen")
        proposals.append(Proposal(field=dict(field.to_descriptor()), inference=inference))
    return _finish(text, schema, columns, report, findings, proposals)


def _finish(
    text: Text,
    schema: dict[str, Any],
    columns: list[Distinct],
    report: Report,
    findings: list[Finding],
    proposals: list[Proposal],
) -> Extract:
    table: pa.Table | None = None
    recipe = text.recipe
    if report.valid:
        try:
            table = _typed(columns, proposals, schema)
            table, placed = _with_geometry(table)
            if placed is not None:
                findings.extend(placed.findings)
                recipe = msgspec.structs.replace(recipe, source_crs=placed.source_crs)
        except CannotTypeError as error:
            report = with_errors(report, [warning("value-too-large", value=error.value)])
        except UnreadableFileError as error:
            report = with_errors(report, [warning(error.code, **error.params)])
    findings.extend(kept_as_text(table, [proposal.field for proposal in proposals]))
    report = msgspec.structs.replace(report, findings=(*report.findings, *findings))
    is_proposed = text.source.schema is None
    return Extract(
        name=text.source.member,
        table=table if report.valid else None,
        schema=schema,
        inferred=tuple(p.inference for p in proposals) if is_proposed else (),
        recipe=with_marks(recipe, [p.field for p in proposals]),
        report=report,
    )


def kept_as_text(table: pa.Table | None, fields: list[dict[str, Any]]) -> list[Finding]:
    """Say which columns of datetimes stay text, since no one clock holds them."""
    if table is None:
        return []
    return [
        warning("mixed-offsets-kept", column=field["name"])
        for field in fields
        if field.get("type") == "datetime"
        and field["name"] in table.column_names
        and pa.types.is_string(table.schema.field(field["name"]).type)
    ]


def with_errors(report: Report, errors: list[Finding]) -> Report:
    """Add errors of ours to a report that had none."""
    return msgspec.structs.replace(
        report, findings=(*errors, *report.findings), error_count=report.error_count + len(errors)
    )


def with_marks(recipe: Recipe, fields: list[dict[str, Any]]) -> Recipe:
    """State in the recipe how numbers and dates are written."""

    def marks(key: str, types: tuple[str, ...]) -> dict[str, str]:
        return {f["name"]: f[key] for f in fields if key in f and f.get("type") in types}

    return msgspec.structs.replace(
        recipe,
        decimal_char=marks("decimalChar", ("number",)),
        group_char=marks("groupChar", ("number",)),
        date_format=marks("format", ("date", "datetime")),
    )


def _typed(columns: list[Distinct], proposals: list[Proposal], schema: dict[str, Any]) -> pa.Table:
    arrays = [
        cast_column(
            column,
            proposal.field,
            missing_values(schema, proposal.field),
            _reader_maker(proposal.field),
        )
        for column, proposal in zip(columns, proposals, strict=True)
    ]
    return pa.table(arrays, names=[column.name for column in columns])


def _reader_maker(field: dict[str, Any]) -> Any:
    def make() -> Reader:
        return reader_of(field)

    return make


def _with_geometry(table: pa.Table) -> tuple[pa.Table, geometry.Placed | None]:
    """Turn a column of WKT or GeoJSON geometries into the geometry column."""
    for index, name in enumerate(table.column_names):
        column = table.column(index)
        if name.strip().lower() not in GEOMETRY_NAMES or column.type != pa.string():
            continue
        if name != geometry.COLUMN and geometry.COLUMN in table.column_names:
            continue
        filled = pa.array([text for text in column.to_pylist() if text], type=pa.string())
        if not len(filled):
            continue
        kind = "wkt" if all_match(filled, WKT) else "geojson"
        if kind == "geojson" and not all_match(filled, r'(?s)^\s*\{.*"coordinates"\s*:'):
            continue
        shapes = geometry.from_text(column.to_pylist(), kind)
        placed = geometry.place(shapes, _srid(filled[0].as_py()))
        return geometry.attach(table, placed, at=index), placed
    return table, None


def _srid(text: str) -> str | None:
    head, mark, _ = text.partition(";")
    return f"EPSG:{head[5:]}" if mark and head.upper().startswith("SRID=") else None
