"""What the child process does with a stranger's file."""

from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

import tablecheck
from catalogue import schemas
from portal.checking.records import CheckedTable
from portal.known_schemas import NONE, known_schemas, offered, taken
from tablecheck.records import Recipe
from tablecheck.report import ColumnHint, Report

MAX_FINDINGS = 100_000
"""Listed of a table; the counts stay exact beyond."""


def check(
    path: Path, filename: str, schema: str | None, limits: tablecheck.Limits, out: Path
) -> tuple[CheckedTable, ...]:
    """Check every table of a file, and write the findings of each beside it.

    `schema` names one of the platform, `none` takes the file as it is; None lets each table be held
    against the schema that it was made for.
    """
    named = None if schema in (None, NONE) else schemas.load(str(schema))
    extracts = tablecheck.read(path, filename=filename, schema=named, limits=limits)
    done = []
    for number, extract in enumerate(extracts):
        match = None
        name = schema if named is not None else None
        if schema is None:
            matches = tablecheck.propose_for(extract, known_schemas()).matches
            match = offered(matches)
            if (sure := taken(matches)) is not None:
                name = sure.schema
                against = schemas.load(name)
                again = tablecheck.read(path, filename=filename, schema=against, limits=limits)
                extract = again[number]
        write_findings(extract.report, out / f"{number}.arrow")
        inferred = msgspec.to_builtins(extract.inferred)
        done.append(
            CheckedTable(
                name=extract.name or "",
                schema_name=name,
                is_schema_matched=name is not None and named is None,
                match=match,
                schema=extract.schema,
                recipe={**msgspec.to_builtins(extract.recipe), "inferred": inferred},
                report=msgspec.structs.replace(extract.report, findings=()),
                finding_count=len(extract.report.findings),
            )
        )
    return tuple(done)


def write_findings(report: Report, target: Path) -> None:
    """Write findings so that a page of those of one column and rule is read without the others."""
    found = (*report.errors, *report.warnings)
    table = pa.table(
        {
            "column": pa.array([each.column for each in found], pa.string()),
            "code": pa.array([each.code for each in found], pa.string()),
            "finding": pa.array([msgspec.json.encode(each) for each in found], pa.large_binary()),
        }
    )
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def correct(
    path: Path, schema: dict[str, Any], recipe: dict[str, Any], hints: list[ColumnHint], out: Path
) -> tablecheck.Correction:
    """Write the corrected file of one table to `out`."""
    read_so = {key: value for key, value in recipe.items() if key != "inferred"}
    with out.open("wb") as stream:
        return tablecheck.corrected(path, schema, msgspec.convert(read_so, Recipe), hints, stream)
