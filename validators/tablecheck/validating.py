"""`validate`: frictionless's verdict alone, for one table whose layout the caller may state."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tablecheck.errors import UnreadableFileError
from tablecheck.limits import Limits
from tablecheck.package import at_hand, without_far_keys
from tablecheck.reading import read
from tablecheck.report import Report
from tablecheck.schemas import shape_findings
from tablecheck.sniff import sniff
from tablecheck.source import Source, broken

_OF_CSV = frozenset({"csv", "delimiter", "quoteChar", "doubleQuote", "escapeChar"})
_DELIMITED = frozenset({".csv", ".tsv", ".tab", ".txt"})


def validate(
    source: str | Path,
    schema: dict[str, Any],
    *,
    dialect: dict[str, Any] | None = None,
    encoding: str | None = None,
    checks: Sequence[Any] = (),
    limit_errors: int | None = 1_000,
    knowledge: Any = None,
    references: Mapping[str, dict[str, Any]] | None = None,
    basepath: str | Path | None = None,
) -> Report:
    """Check the first table of a file against a schema.

    `dialect` is a Table Dialect descriptor (`delimiter`, `quoteChar`, `headerRows`, ...), as
    frictionless takes it; what it leaves out is read as frictionless would read it. Where it is
    None, the layout is decided by us. `checks` takes frictionless's own and ours, by name, beside
    the `custom_checks` of the schema; `knowledge` is what only the caller can know for ours.
    `references` holds the other tables of the package that foreign keys name, as frictionless
    resource descriptors by name, their paths relative to `basepath` (the folder of the file, if
    None). A key to any other table is then a warning.
    """
    path = Path(source)
    if dialect is not None:
        from tablecheck.stated import refused_dialect  # brings slow libraries

        refused = refused_dialect(dialect)
        if refused is not None:
            return refused
    misshapen = shape_findings(schema)
    limits = Limits(max_findings=limit_errors if limit_errors else 10**9)

    def by_ourselves() -> Report:
        return read(
            path, schema=schema, limits=limits, checks=checks, encoding=encoding,
            knowledge=knowledge, references=references, basepath=basepath,
        )[0].report  # fmt: skip

    if dialect is None or misshapen:
        return by_ourselves()
    with tempfile.TemporaryDirectory(prefix="tablecheck-") as folder:
        opened = Source(
            path=path, filename=path.name, format="csv", folder=Path(folder), limits=limits,
            schema=schema, checks=checks, encoding=encoding, knowledge=knowledge,
            others=at_hand(references, Path(basepath or path.parent)),
        )  # fmt: skip
        if references is not None:
            opened = without_far_keys(opened)
        try:
            if _is_delimited(path, dialect):
                from tablecheck.stated import validate_stated  # brings slow libraries

                return validate_stated(opened, dialect)
        except UnreadableFileError as error:
            return broken(opened, error).report
    return by_ourselves()


def _is_delimited(path: Path, dialect: dict[str, Any]) -> bool:
    """Tell whether the caller means delimited text; JSON too where that is said."""
    try:
        kind = sniff(path, path.name)
    except UnreadableFileError as error:
        if error.code in ("empty-file", "unsupported-format"):
            return True
        raise
    is_said = path.suffix.lower() in _DELIMITED or bool(_OF_CSV & dialect.keys())
    return kind == "csv" or (kind in ("json", "kml") and is_said)
