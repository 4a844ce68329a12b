"""`validate`: frictionless's verdict alone, for one table whose layout the caller may state."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.reading import read
from tablecheck.report import Report
from tablecheck.schemas import shape_findings
from tablecheck.sniff import sniff
from tablecheck.source import Source, broken

_TEXTS = frozenset({"csv", "json", "kml"})
"""Kinds that one who states a layout may still mean to be read as delimited text."""


def validate(
    source: str | Path,
    schema: dict[str, Any],
    *,
    dialect: dict[str, Any] | None = None,
    encoding: str | None = None,
    checks: Sequence[Any] = (),
    limit_errors: int | None = 1_000,
    knowledge: Any = None,
) -> Report:
    """Check the first table of a file against a schema.

    `dialect` is a Table Dialect descriptor (`delimiter`, `quoteChar`, `headerRows`, ...), as
    frictionless takes it; what it leaves out is read as frictionless would read it. Where it is
    None, the layout is decided by us. `checks` takes frictionless's own and ours, by name, beside
    the `custom_checks` of the schema; `knowledge` is what only the caller can know for ours.
    """
    path = Path(source)
    misshapen = shape_findings(schema)
    limits = Limits(max_findings=limit_errors if limit_errors else 10**9)

    def by_ourselves() -> Report:
        return read(
            path, schema=schema, limits=limits, checks=checks, encoding=encoding,
            knowledge=knowledge,
        )[0].report  # fmt: skip

    if dialect is None or misshapen:
        return by_ourselves()
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        opened = Source(
            path=path, filename=path.name, format="csv", folder=Path(folder), limits=limits,
            schema=schema, checks=checks, encoding=encoding, knowledge=knowledge,
        )  # fmt: skip
        try:
            if _is_text(path):
                from tablecheck.stated import validate_stated  # brings slow libraries

                return validate_stated(opened, dialect)
        except UnreadableFileError as error:
            return broken(opened, error).report
    return by_ourselves()


def _is_text(path: Path) -> bool:
    """Tell whether the bytes may be delimited text, as the caller says."""
    try:
        return sniff(path, path.name) in _TEXTS
    except UnreadableFileError as error:
        if error.code in ("empty-file", "unsupported-format"):
            return True
        raise
