"""What a format reader is given, and how it closes its account."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from tablecheck.codes import RULES
from tablecheck.errors import UnknownColumnError, UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.records import Extract, Recipe
from tablecheck.report import Finding, Tally

# What damaged bytes make of values that a library took without a look: text that is not UTF-8,
# days beyond the calendar, lengths that lie.
DAMAGE = (ValueError, ArithmeticError, pa.ArrowException)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Hold one file to read, with what its reader was asked for."""

    path: Path
    filename: str
    format: str
    folder: Path
    """For files made on the way; removed when reading ends."""
    limits: Limits = Limits()
    schema: dict[str, Any] | None = None
    types: Mapping[str, str] = {}
    checks: Sequence[Any] = ()
    member: str | None = None
    encoding: str | None = None
    others: Any = None
    """The `Others` that foreign keys of the schema may name."""
    knowledge: Any = None
    """A `Knowledge` for the checks that the schema names."""
    member_schemas: Mapping[str, dict[str, Any]] = {}
    """Table Schemas of the members of an archive, by their names."""
    findings: tuple[Finding, ...] = ()
    """Met before the file was opened, in its archive."""

    @property
    def field_names(self) -> list[str]:
        """Give the names of the fields of the schema."""
        fields = (self.schema or {}).get("fields", [])
        return [str(field.get("name", "")) for field in fields if isinstance(field, dict)]


def warning(code: str, **params: Any) -> Finding:
    """Make a finding of the severity that its code has."""
    places = {key: params.pop(key) for key in ("row", "column", "value") if key in params}
    return Finding(code=code, severity=RULES[code].severity, params=params, **places)


def broken(source: Source, error: UnreadableFileError, recipe: Recipe | None = None) -> Extract:
    """Give the extract of a file that cannot be read as a table."""
    tally = Tally(source.limits.max_findings)
    tally.extend(source.findings)
    tally.add(warning(error.code, **error.params))
    return Extract(
        name=source.member,
        table=None,
        schema=source.schema or {},
        inferred=(),
        recipe=recipe or Recipe(format=source.format, member=source.member),
        report=tally.report(),
    )


def check_types(types: Mapping[str, str], extracts: Sequence[Extract]) -> None:
    """Refuse a type for a column that no table of the file has; raises UnknownColumnError."""
    columns: dict[str, None] = {}
    for extract in extracts:
        for field in extract.schema.get("fields", []):
            columns.setdefault(str(field.get("name", "")))
    if not columns:
        return
    for name in types:
        if name not in columns:
            raise UnknownColumnError(name, tuple(columns))
