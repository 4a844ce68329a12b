"""What the check of one table found, kept as data; sentences are made at the edge."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, Protocol, Self

import msgspec

Severity = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one fact about a file that its publisher should know."""

    code: str
    severity: Severity = "error"
    row: int | None = None
    """Record number counted from 1, the header included; a cell of several lines counts once."""
    column: str | None = None
    field_number: int | None = None
    value: str | None = None
    params: dict[str, Any] = {}
    origin: dict[str, Any] | None = None
    """The facts of frictionless's own error, without its prose."""
    hint_code: str | None = None
    """What mends the cell, or why nothing certain does."""
    suggestion: str | None = None
    """The text that its field accepts in place of the cell; empty for "leave it empty"."""


class Count(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count the errors of one code in one column, over the whole file."""

    column: str | None
    code: str
    count: int


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show one cell that a hint is about."""

    row: int | None
    value: str
    suggestion: str | None


class ColumnHint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one hint with all the cells of a column that it is about, over the whole file."""

    column: str
    field_number: int | None = None
    code: str
    """Of the first error that it is about."""
    hint: str
    mark: str = ""
    """The sign that stands where another is expected, where the hint is about a sign."""
    count: int
    """Cells that the hint is about."""
    total: int
    """Wrong cells of the column, those without any hint among them."""
    settles_doubt: bool = False
    """Whether it reads cells so that, alone, could be read in two ways."""
    examples: tuple[Example, ...] = ()
    params: dict[str, Any] = {}
    """What a sentence says of the field: titles, type, format."""

    @property
    def mends(self) -> bool:
        """Tell whether the cells can be written anew by it."""
        return any(example.suggestion is not None for example in self.examples)

    @property
    def is_whole(self) -> bool:
        """Tell whether it mends every wrong cell of its column."""
        return self.mends and self.count == self.total


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the verdict on one table: the first findings, and exact counts beyond them."""

    findings: tuple[Finding, ...] = ()
    error_count: int = 0
    row_count: int = 0
    counts: tuple[Count, ...] = ()
    limit_errors: int | None = 1_000
    is_cut: bool = False
    """Whether the limit was reached, so that errors of later rows are only counted."""
    labels: tuple[str, ...] = ()
    slow_reasons: dict[str, str] = {}
    """Column name (or "*" for the whole table) -> why it was judged row by row."""
    column_hints: tuple[ColumnHint, ...] = ()
    """The hints of the cells, gathered by column: exact for the whole file."""
    fast_share: float | None = None
    """The share of cells that were proven without a call of frictionless for each."""

    @property
    def valid(self) -> bool:
        """Tell whether there is no error; warnings do not count."""
        return self.error_count == 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """List the findings that are errors."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """List the findings that are warnings."""
        return tuple(f for f in self.findings if f.severity == "warning")

    def to_dict(self) -> dict[str, Any]:
        """Give the report as values that JSON can hold."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        return msgspec.convert(data, cls)

    def to_frictionless(self, *, name: str = "table", place: str = "<memory>") -> dict[str, Any]:
        """Give the report as frictionless writes it, without times and byte statistics."""
        from tablecheck.frictionless_report import descriptor  # the slow library stays out of reach

        return descriptor(self, name=name, place=place)


class Mending(Protocol):
    """Find the hints of bad cells (see `mending`, which brings a slow library)."""

    def take(
        self, column: str | None, code: str, text: str | None, *, rule: str = "",
        row: int | None = None, number: int = 0, times: int = 1,
    ) -> None: ...  # fmt: skip

    def told(self, finding: Finding) -> Finding: ...

    def column_hints(self) -> tuple[ColumnHint, ...]: ...


class Tally:
    """Collect findings up to a limit, and count all of them."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.error_count = 0
        self.mending: Mending | None = None
        """Takes in every bad cell, listed or not, where it is set."""
        self.is_unbounded = False
        """Set while errors are taken in that the limit does not hold for."""
        self.is_cut = False
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []
        self._counts: Counter[tuple[str | None, str]] = Counter()

    def is_full(self) -> bool:
        """Tell whether further errors are only counted."""
        is_over = self.limit is not None and len(self._errors) >= self.limit
        return is_over and not self.is_unbounded

    def end_row(self, row_count: int) -> None:
        """Look at the limit as frictionless does: after a row, and only then."""
        if row_count and self.limit is not None and len(self._errors) >= self.limit:
            self.is_cut = True

    def count(self, column: str | None, code: str, count: int = 1) -> None:
        """Count errors that are not listed."""
        self.error_count += count
        self._counts[column, code] += count

    def add(self, finding: Finding) -> None:
        """Take a finding in."""
        if finding.severity == "warning":
            self._warnings.append(finding)
            return
        self.count(finding.column, finding.code)
        if self.mending is not None:
            self.mending.take(
                finding.column, finding.code, finding.value,
                rule="type" if finding.code == "type-error" else "",
                row=finding.row, number=finding.field_number or 0,
            )  # fmt: skip
        if not self.is_full():
            self._errors.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take several findings in."""
        for finding in findings:
            self.add(finding)

    def report(
        self,
        *,
        row_count: int = 0,
        labels: Iterable[str] = (),
        slow_reasons: dict[str, str] | None = None,
        fast_share: float | None = None,
    ) -> Report:
        """Close the account: errors in the order of the file, then the warnings."""
        counts = tuple(
            Count(column=column, code=code, count=count)
            for (column, code), count in self._counts.items()
        )
        listed = self._errors[: self.limit] if self.is_cut else self._errors
        hints: tuple[ColumnHint, ...] = ()
        if self.mending is not None:
            listed = [self.mending.told(finding) for finding in listed]
            hints = self.mending.column_hints()
        return Report(
            findings=(*listed, *self._warnings),
            error_count=self.error_count,
            row_count=row_count,
            counts=counts,
            limit_errors=self.limit,
            is_cut=self.is_cut,
            labels=tuple(labels),
            slow_reasons=slow_reasons or {},
            column_hints=hints,
            fast_share=fast_share,
        )
