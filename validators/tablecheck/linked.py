"""Foreign keys between the tables of one archive, as a timetable in GTFS has them.

The tables are judged one by one first; a key that leads nowhere is told of the table that holds it,
and withholds it from nobody: most of its rows are right.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tablecheck.records import Extract
from tablecheck.source import warning

_TEXT = pa.string()


def split(schema: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a schema without its foreign keys, and those."""
    keys = schema.get("foreignKeys")
    rest = {name: value for name, value in schema.items() if name != "foreignKeys"}
    return rest, [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def with_links(extracts: list[Extract], schemas: Mapping[str, dict[str, Any]]) -> list[Extract]:
    """Give each table of an archive its whole schema, and warn of keys that lead nowhere."""
    if not schemas:
        return extracts
    by_name = {_member(extract): extract for extract in extracts}
    return [_linked(extract, schemas.get(_member(extract)), by_name) for extract in extracts]


def _member(extract: Extract) -> str:
    return PurePosixPath(extract.name or "").name


def _linked(
    extract: Extract, schema: dict[str, Any] | None, others: Mapping[str, Extract]
) -> Extract:
    if schema is None:
        return extract
    found = []
    for key in split(schema)[1]:
        reference = key.get("reference")
        reference = reference if isinstance(reference, dict) else {}
        other = others.get(str(reference.get("resource")))
        column, target = _one(key.get("fields")), _one(reference.get("fields"))
        if other is None or other.table is None or extract.table is None:
            continue
        if column in extract.table.column_names and target in other.table.column_names:
            stray = _stray(extract.table[column], other.table[target])
            if len(stray):
                found.append(
                    warning(
                        "links-lead-nowhere",
                        column=column,
                        reference=f"{reference.get('resource')}: {target}",
                        count=len(stray),
                        example=str(stray[0].as_py())[:80],
                    )
                )
    report = extract.report
    if found:
        report = msgspec.structs.replace(report, findings=(*report.findings, *found))
    return msgspec.structs.replace(extract, schema=schema, report=report)


def _one(fields: Any) -> str:
    """Return the one column of a key; those of several columns are not looked after."""
    if isinstance(fields, list) and len(fields) == 1:
        fields = fields[0]
    return fields if isinstance(fields, str) else ""


def _stray(column: "pa.ChunkedArray[Any]", known: "pa.ChunkedArray[Any]") -> Any:
    """Return the distinct values of a column that the other does not hold, as an Arrow array."""
    values = pc.unique(column.cast(_TEXT)).drop_null()
    is_known = pc.is_in(values, value_set=pc.unique(known.cast(_TEXT)))
    return pc.filter(values, pc.invert(is_known))
