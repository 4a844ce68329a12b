"""Put the same text to frictionless itself and to tablecheck, and compare the error lists."""

from pathlib import Path
from typing import Any

from frictionless import Checklist, Dialect, Schema
from frictionless.resources import TableResource

import tablecheck


def frictionless_errors(
    path: Path,
    schema: dict[str, Any],
    dialect: dict[str, Any],
    *,
    checks: list[dict[str, Any]] | None = None,
    encoding: str = "utf-8",
    limit: int = 1_000,
) -> list[dict[str, Any]]:
    """Give the errors of frictionless's own report."""
    resource = TableResource(
        path=path.name,
        basepath=str(path.parent),
        format="csv",
        encoding=encoding,
        dialect=Dialect.from_descriptor(dialect),
        schema=Schema.from_descriptor(schema),
    )
    checklist = Checklist.from_descriptor({"checks": checks}) if checks else None
    report = resource.validate(checklist, limit_errors=limit).to_descriptor()
    return list(report["tasks"][0]["errors"])


def our_errors(
    path: Path,
    schema: dict[str, Any],
    dialect: dict[str, Any],
    *,
    checks: list[dict[str, Any]] | None = None,
    encoding: str = "utf-8",
    limit: int = 1_000,
) -> list[dict[str, Any]]:
    """Give the errors of our report, in frictionless's shape."""
    report = tablecheck.validate(
        path, schema, dialect=dialect, encoding=encoding, checks=checks or (), limit_errors=limit
    )
    return list(report.to_frictionless()["tasks"][0]["errors"])


def assert_same(path: Path, schema: dict[str, Any], dialect: dict[str, Any], **options: Any) -> int:
    """Compare the two lists, in every fact and in order; give their length."""
    theirs = frictionless_errors(path, schema, dialect, **options)
    ours = our_errors(path, schema, dialect, **options)
    assert ours == theirs
    return len(ours)
