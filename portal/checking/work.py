"""What the child process does with a stranger's file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

import tablecheck
from catalogue import schemas
from portal.checking.found import write_findings
from portal.checking.records import CheckedTable, Sample
from portal.known_schemas import NONE, known_schemas, offered, taken
from tablecheck.privacy import Suspicion, suspicions
from tablecheck.records import Recipe
from tablecheck.report import ColumnHint, Finding

MAX_FINDINGS = 10_000
"""Listed of a table; the counts stay exact beyond."""
_SAMPLES = 3
_SAMPLE_CHARS = 80


def check(
    path: Path,
    filename: str,
    schema: str | None,
    types: dict[str, str],
    limits: tablecheck.Limits,
    out: Path,
) -> tuple[CheckedTable, ...]:
    """Check every table of a file, and write the findings of each beside it.

    `schema` names one of the platform, `none` takes the file as it is; None lets each table be held
    against the schema that it was made for.
    """
    named = None if schema in (None, NONE) else schemas.load(str(schema))
    extracts = _read(path, filename, named, types, limits)
    # A table that breaks its schema has no cells to look at: those of the file as it is do.
    plain = extracts
    if named is not None and any(extract.table is None for extract in extracts):
        plain = tablecheck.read(path, filename=filename, limits=limits)
    judged: dict[str, list[tablecheck.Extract]] = {}
    done = []
    for number, extract in enumerate(extracts):
        match = None
        name = schema if named is not None else None
        if schema is None:
            matches = tablecheck.propose_for(extract, known_schemas()).matches
            match = offered(matches)
            if (sure := taken(matches)) is not None:
                name = sure.schema
                if name not in judged:  # one reading judges every sheet of a workbook
                    judged[name] = tablecheck.read(
                        path, filename=filename, schema=schemas.load(name), limits=limits
                    )
                extract = judged[name][number]
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
                listed_error_count=len(extract.report.errors),
                warning_count=len(extract.report.warnings),
                samples=_samples(extract.report.errors),
                suspicions=_suspicions(plain, number),
            )
        )
    return tuple(done)


def _samples(errors: Sequence[Finding]) -> tuple[Sample, ...]:
    found: dict[tuple[str | None, str], dict[str, None]] = {}
    for error in errors:
        values = found.setdefault((error.column, error.code), {})
        if error.value and len(values) < _SAMPLES:
            values[error.value[:_SAMPLE_CHARS]] = None
    return tuple(
        Sample(column=column, code=code, values=tuple(values))
        for (column, code), values in found.items()
        if values
    )


def _suspicions(plain: list[tablecheck.Extract], number: int) -> tuple[Suspicion, ...]:
    table = plain[number].table if number < len(plain) else None
    return () if table is None else tuple(suspicions(table))


def _read(
    path: Path,
    filename: str,
    schema: dict[str, Any] | None,
    types: dict[str, str],
    limits: tablecheck.Limits,
) -> list[tablecheck.Extract]:
    asked = dict(types)
    while True:
        try:
            return tablecheck.read(
                path, filename=filename, schema=schema, types=asked, limits=limits
            )
        except tablecheck.UnknownColumnError as error:  # it was set for an older file
            del asked[error.name]


def correct(
    path: Path,
    schema: dict[str, Any],
    recipe: dict[str, Any],
    hints: list[ColumnHint],
    out: Path,
    *,
    edits: list[tablecheck.CellEdit],
    dropped: list[int],
) -> tablecheck.Correction:
    """Write the corrected file of one table to `out`."""
    read_so = {key: value for key, value in recipe.items() if key != "inferred"}
    with out.open("wb") as stream:
        return tablecheck.corrected(
            path,
            schema,
            msgspec.convert(read_so, Recipe),
            hints,
            stream,
            edits=edits,
            dropped=dropped,
        )
