"""Makes the check of a file readable: each finding as a sentence, the counts by rule, how the file
was read.
"""

from typing import Any

import msgspec

import tablecheck
from catalogue.records import Draft
from portal.drafts import shown_drafts
from portal.i18n import reader_language
from tablecheck.report import Finding, Report

SHOWN = 200
_SHOWN_OF_DRAFT = 20


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding as a page shows it."""

    row: int | None
    column: str | None
    value: str | None
    message: str
    hint: str | None
    is_error: bool


class Summary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a check found in short."""

    is_valid: bool
    row_count: int
    error_count: int
    warning_count: int


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many errors of one rule a column holds, over the whole file."""

    column: str | None
    code: str
    example: str
    count: int


def read_report(report: dict[str, Any]) -> Report:
    """Return the report of a version or a draft; an empty one where nothing was kept."""
    return Report.from_dict(report)


def summary_of(report: dict[str, Any]) -> Summary:
    """Return the counts of a report."""
    found = read_report(report)
    return Summary(
        is_valid=found.valid,
        row_count=found.row_count,
        error_count=found.error_count,
        warning_count=len(found.warnings),
    )


def shown_findings(report: Report, *, limit: int = SHOWN) -> list[Shown]:
    """Return the first findings as sentences in the reader's language, errors first."""
    return [_shown(finding) for finding in (*report.errors, *report.warnings)[:limit]]


def groups_of(report: Report) -> list[Group]:
    """Return the errors counted by rule and column, the most frequent first, each with its first
    finding.
    """
    first = {(each.column, each.code): each for each in reversed(report.errors)}
    groups = []
    for count in report.counts:
        example = first.get((count.column, count.code))
        text = tablecheck.message(example, reader_language()) if example else ""
        groups.append(Group(column=count.column, code=count.code, example=text, count=count.count))
    return sorted(groups, key=lambda group: -group.count)


def draft_findings(draft: Draft) -> tuple[Summary, list[Shown], list[Group]]:
    """Return what keeps a draft from being published, as far as the caller may see it."""
    report = read_report(shown_drafts([draft])[0].report)
    return (
        summary_of(draft.report),
        shown_findings(report, limit=_SHOWN_OF_DRAFT),
        groups_of(report),
    )


def _shown(finding: Finding) -> Shown:
    return Shown(
        row=finding.row,
        column=finding.column,
        value=finding.value,
        message=tablecheck.message(finding, reader_language()),
        hint=tablecheck.hint(finding, reader_language()),
        is_error=finding.severity == "error",
    )
