"""What is kept of a check for its hour."""

from typing import Any

import msgspec

from tablecheck.matching import Match
from tablecheck.privacy import Suspicion
from tablecheck.report import Finding, Report


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A few different values that break one rule in one column."""

    column: str | None
    code: str
    values: tuple[str, ...]


class CheckedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a file: its verdict, how it was read, and the schema that it was held against.

    `report` holds no findings: those lie in a file of their own, see `Found`.
    """

    name: str
    schema_name: str | None
    """Of the platform; None where the types follow from the file."""
    is_schema_matched: bool
    """Whether nobody named the schema: the table was made for it."""
    match: Match | None
    """The schema that the table looks like most, where one was looked for."""
    schema: dict[str, Any]
    recipe: dict[str, Any]
    report: Report
    listed_error_count: int
    """Errors that `Found` holds; those beyond are counted in `report`."""
    warning_count: int
    samples: tuple[Sample, ...] = ()
    """Wrong values of each column and rule, of the errors listed."""
    suspicions: tuple[Suspicion, ...] = ()
    """Columns that look like personal data."""


class Checked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that was checked."""

    filename: str
    size_bytes: int
    created_at: float
    """Seconds since 1970."""
    tables: tuple[CheckedTable, ...]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the findings of one table, in the order of the file."""

    total: int
    findings: list[Finding]
