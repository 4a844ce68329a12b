"""The rows of a file that hold something wrong, with the bad cells marked."""

from collections.abc import Sequence

import msgspec

import tablecheck
from portal.checking import CheckedTable
from portal.i18n import reader_language
from tablecheck.report import Finding

MOST_COLUMNS = 12
_UNKNOWN = "…"
"""Stands where a cell of the row is not at hand."""


class BadCell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell as it stands in the file, and whether something is wrong with it."""

    text: str
    is_bad: bool
    field_number: int = 0
    """Of its column, from 1."""


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong, and what to do."""

    message: str
    hint: str | None
    is_error: bool


class BadRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row with what is told of it; `row` None is the table as a whole."""

    row: int | None
    cells: list[BadCell]
    """Those under `labels`; empty where the check does not tell the row."""
    told: list[Told]


class BadRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows of one page of findings, in its order."""

    labels: list[str]
    hidden_count: int
    """Columns that are left out: where there are many, the bad ones come first."""
    rows: list[BadRow]


def bad_rows(findings: Sequence[Finding], labels: Sequence[str]) -> BadRows:
    """Gather findings by row."""
    shown = _shown_columns(findings, labels)
    grouped: dict[int | None, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.row, []).append(finding)
    return BadRows(
        labels=[labels[place] for place in shown],
        hidden_count=len(labels) - len(shown),
        rows=[_row(row, found, labels, shown) for row, found in grouped.items()],
    )


def counted(table: CheckedTable, column: str | None, code: str | None, listed: int) -> int:
    """Return how many findings there are in the whole file of those asked for."""
    if column is None and code is None:
        return table.report.error_count + table.warning_count
    errors = (
        one.count
        for one in table.report.counts
        if column in (None, one.column) and code in (None, one.code)
    )
    return max(sum(errors), listed)  # warnings are all listed, and not among the counts


def _shown_columns(findings: Sequence[Finding], labels: Sequence[str]) -> list[int]:
    if len(labels) <= MOST_COLUMNS:
        return list(range(len(labels)))
    bad = {place for finding in findings if (place := _place(finding, labels)) is not None}
    others = [place for place in range(len(labels)) if place not in bad]
    chosen = [*sorted(bad), *others][:MOST_COLUMNS]
    return sorted(chosen)


def _row(
    row: int | None, found: list[Finding], labels: Sequence[str], shown: Sequence[int]
) -> BadRow:
    lang = reader_language()
    bad = {place for finding in found if (place := _place(finding, labels)) is not None}
    texts: list[str] = next(
        (cells for finding in found if (cells := (finding.origin or {}).get("cells"))), []
    )
    if not texts and bad and row is not None:  # a check of ours tells its own cell alone
        texts = [_UNKNOWN] * len(labels)
        for finding in found:
            place = _place(finding, labels)
            if place is not None:
                texts[place] = finding.value or ""
    cells = [
        BadCell(
            text=str(texts[place]) if place < len(texts) else "",
            is_bad=place in bad,
            field_number=place + 1,
        )
        for place in (shown if texts and row is not None else ())
    ]
    told = [
        Told(
            message=tablecheck.message(finding, lang),
            hint=tablecheck.hint(finding, lang),
            is_error=finding.severity == "error",
        )
        for finding in found
    ]
    return BadRow(row=row, cells=cells, told=told)


def _place(finding: Finding, labels: Sequence[str]) -> int | None:
    if finding.field_number is not None and 1 <= finding.field_number <= len(labels):
        return finding.field_number - 1
    found = (place for place, label in enumerate(labels) if label == finding.column)
    return next(found, None)
