"""Files whose columns have types of their own: Parquet, GeoPackage, Shapefile, KML."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tablecheck import geometry
from tablecheck.arrow import Column, pc
from tablecheck.distinct import Distinct
from tablecheck.errors import UnreadableFileError
from tablecheck.infer import propose
from tablecheck.marks import doubts, settle
from tablecheck.mending import Mending
from tablecheck.names import unique_names
from tablecheck.nearly import odd_values
from tablecheck.proposal import Proposal
from tablecheck.readers import reader_of
from tablecheck.records import Extract, Inference, Recipe
from tablecheck.report import Tally
from tablecheck.rows import Sheet, extract_rows, force
from tablecheck.source import DAMAGE, Source, warning
from tablecheck.texts import header_warnings, overrule, with_errors
from tablecheck.typed import cast_column, text_of

_BATCH_ROWS = 10_000


def read_parquet(source: Source) -> Iterator[Extract]:
    """Read a Parquet or GeoParquet file."""
    try:
        file = pq.ParquetFile(source.path)
        size = sum(
            file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups)
        )
        if size > source.limits.max_bytes:
            raise UnreadableFileError("too-large", size=size, limit=source.limits.max_bytes)
        table = file.read()
        table.validate(full=True)  # Arrow reads text and nesting without a look at them
    except (OSError, *DAMAGE) as error:
        raise UnreadableFileError("parquet-broken") from error
    recipe = Recipe(format="parquet", member=source.member)
    geo = _geo(table)
    yield extract_columns(source, source.member, table, recipe, *geo)


def _geo(table: pa.Table) -> tuple[str | None, Any]:
    """Find the geometry column and its reference system in GeoParquet metadata."""
    raw = (table.schema.metadata or {}).get(b"geo")
    if raw is None:
        return None, None
    try:
        geo = json.loads(raw)
        name = str(geo["primary_column"])
        column = geo["columns"][name]
    except (ValueError, KeyError, TypeError):
        return None, None
    if name not in table.column_names or column.get("encoding") != "WKB":
        return None, None
    return name, column.get("crs") or "OGC:CRS84"


def extract_columns(
    source: Source,
    name: str | None,
    table: pa.Table,
    recipe: Recipe,
    geometry_name: str | None,
    crs: Any,
) -> Extract:
    """Type a table that has types already, by the schema where there is one."""
    if table.num_columns > source.limits.max_columns:
        raise UnreadableFileError(
            "too-many-columns", count=table.num_columns, limit=source.limits.max_columns
        )
    geometries = None
    if geometry_name is None and not table.num_columns:
        raise UnreadableFileError("empty-file")
    if geometry_name is not None:
        index = table.column_names.index(geometry_name)
        geometries = geometry.from_wkb(table.column(index))
        table = table.remove_column(index)
    labels = table.column_names
    normal = [_normal(column) for column in table.columns]
    if source.schema is not None:
        plain = [column.to_pylist() for column in normal]
        return extract_rows(
            Sheet(
                source=source, name=name, labels=labels,
                rows=lambda: zip(*plain, strict=True) if plain else [() for _ in geometries or ()],
                recipe=recipe, findings=source.findings, geometries=geometries, crs=crs,
            )
        )  # fmt: skip
    return _as_it_is(source, name, labels, normal, recipe, geometries, crs)


def _as_it_is(
    source: Source,
    name: str | None,
    labels: list[str],
    columns: list[Column],
    recipe: Recipe,
    geometries: Any,
    crs: Any,
) -> Extract:
    names = unique_names(labels)
    findings = [*source.findings, *header_warnings(labels, names, 1)]
    if source.format == "kml":  # which has no types: all is text
        columns, proposals = _read_text(names, columns)
    else:
        proposals = [_proposal(n, c) for n, c in zip(names, columns, strict=True)]
    proposals = [overrule(proposal, source.types) for proposal in proposals]
    findings.extend((*doubts(proposals), *odd_values(proposals)))
    tally = Tally(source.limits.max_findings)
    tally.mending = Mending([proposal.field for proposal in proposals])
    columns = _chosen(columns, proposals, tally)
    fields = [proposal.field for proposal in proposals]
    inferred = [proposal.inference for proposal in proposals]
    count = len(geometries) if geometries is not None else len(columns[0]) if columns else 0
    if not count:
        findings.append(warning("no-rows"))
    report = tally.report(row_count=count, labels=labels)
    table: pa.Table | None = pa.table(columns, names=names) if report.valid else None
    if geometries is not None:
        try:
            placed = geometry.place(geometries, crs)
        except UnreadableFileError as error:
            report, table = with_errors(report, [warning(error.code, **error.params)]), None
        else:
            if geometry.COLUMN in names:
                names = unique_names([geometry.COLUMN, *names])[1:]
            if table is not None:
                table = geometry.attach(pa.table(columns, names=names), placed)
            findings.extend(placed.findings)
            recipe = msgspec.structs.replace(recipe, source_crs=placed.source_crs)
        fields.append({"name": geometry.COLUMN, "type": "geojson"})
        params = {"count": count, "crs": recipe.source_crs or ""}
        inferred.append(
            Inference(column=geometry.COLUMN, type="geojson", reason="geometry", params=params)
        )
    return Extract(
        name=name,
        table=table,
        schema={"fields": fields},
        inferred=tuple(inferred),
        recipe=recipe,
        report=msgspec.structs.replace(report, findings=(*report.findings, *findings)),
    )


def _chosen(columns: list[Column], proposals: list[Proposal], tally: Tally) -> list[Column]:
    """Type the columns whose type the caller chose."""
    typed = list(columns)
    for index, proposal in enumerate(proposals):
        if proposal.inference.reason == "chosen":
            forced, errors = force(proposal.field, columns[index].to_pylist(), index + 1, 2)
            tally.extend(errors)
            typed[index] = columns[index] if forced is None else forced
    return typed


def _read_text(names: list[str], columns: list[Column]) -> tuple[list[Column], list[Proposal]]:
    typed: list[Column] = []
    proposals: list[Proposal] = []
    texts: dict[int, Distinct] = {}
    for name, column in zip(names, columns, strict=True):
        if column.type != pa.string():
            proposals.append(_proposal(name, column))
            typed.append(column)
            continue
        text = Distinct(name, pc.fill_null(column, ""), np.arange(2, len(column) + 2))
        texts[len(typed)] = text
        proposals.append(propose(text))
        typed.append(column)
    proposals = settle(proposals)
    for index, text in texts.items():
        field = proposals[index].field
        typed[index] = cast_column(text, field, [""], partial(reader_of, field))
    return typed, proposals


def _normal(column: Column) -> Column:
    """Bring a column to a type that every reader of Parquet knows."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return _normal(column.cast(type_.value_type))
    target = _target(type_)
    if target is not None:
        try:
            return column.cast(target) if type_ != target else column
        except pa.ArrowInvalid:  # beyond int64, or a time finer than a microsecond
            if pa.types.is_timestamp(type_):
                return column.cast(target, safe=False)
            return pa.chunked_array([[text_of(v) for v in column.to_pylist()]], type=pa.string())
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_):
        return _binary(column)
    return pa.chunked_array([[text_of(cell) for cell in column.to_pylist()]], type=pa.string())


def _target(type_: pa.DataType) -> pa.DataType | None:
    if pa.types.is_boolean(type_):
        return pa.bool_()
    if pa.types.is_integer(type_):
        return pa.int64()
    if pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return pa.float64()
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_null(type_):
        return pa.string()
    if pa.types.is_date(type_):
        return pa.date32()
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", "UTC" if type_.tz else None)
    return None


def _binary(column: Column) -> Column:
    cells = [None if c is None else c.decode("utf-8", "backslashreplace") for c in
             column.to_pylist()]  # fmt: skip
    return pa.chunked_array([cells], type=pa.string())


_TYPES = {
    pa.bool_(): "boolean",
    pa.int64(): "integer",
    pa.float64(): "number",
    pa.string(): "string",
    pa.date32(): "date",
    pa.timestamp("us"): "datetime",
    pa.timestamp("us", "UTC"): "datetime",
}


def _proposal(name: str, column: Column) -> Proposal:
    type_ = _TYPES[column.type]
    inference = Inference(
        column=name,
        type=type_,
        reason="typed-by-file",
        params={"count": len(column) - column.null_count, "kind": type_},
    )
    return Proposal(field={"name": name, "type": type_}, inference=inference)
