"""What can be said of the quality of a version: rules kept and broken, what is empty, what is told.

No score: each figure stands for itself.
"""

from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext

from catalogue.records import LANGUAGES, Dataset, Version
from catalogue.views import Profile
from portal.freshness import Freshness, freshness_of, last_day_of_grace
from portal.i18n import number
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.spread import Box, boxes
from portal.usage import today
from tablecheck.report import Report

_ERRORS = {"type": "type-error", "unique": "unique-error", "primaryKey": "primary-key"}


class Rule(NamedTuple):
    """A kind of rule that the schema asks for: in how many columns, how often it is broken."""

    code: str
    name: str
    why: str
    column_count: int
    broken: int
    mend: str


class Timeliness(NamedTuple):
    """Whether data is as new as its publisher promised; `late_after` is the last day of grace."""

    freshness: Freshness
    late_after: date | None


class Empty(NamedTuple):
    """A column with its empty cells."""

    column: str
    missing: int
    percent: str


class Point(NamedTuple):
    """A version in the trend; the share of empty cells where it is known."""

    version: Version
    errors: int
    remarks: int
    missing_share: float | None
    missing_percent: str | None
    box: Box | None


class Told(NamedTuple):
    """How many columns have a label and a description, in how many languages each."""

    column_count: int
    labelled: int
    described: int
    languages: dict[str, int]
    licence: str | None


def rules_of(version: Version, report: Report) -> list[Rule]:
    """Return each kind of rule of the schema that a version was checked by."""
    counts = _asked(version.schema)
    words = _words()
    return [
        Rule(code, name, why, count, _broken(code, report), mend)
        for code, (name, why, mend) in words.items()
        if (count := counts.get(code, 0))
    ]


def empty_of(profiles: dict[str, Profile]) -> list[Empty]:
    """Return the columns that have empty cells, the emptiest first."""
    found = [
        Empty(one.name, one.missing, percent_of(one.missing, one.row_count) or "")
        for one in profiles.values()
        if one.missing
    ]
    return sorted(found, key=lambda one: -one.missing)


def told_of(version: Version, dataset: Dataset) -> Told:
    """Return how far the columns and the dataset are described."""
    fields = [column.field for column in version.columns]
    return Told(
        column_count=len(fields),
        labelled=sum(bool(field.get("title") or field.get("labels")) for field in fields),
        described=sum(
            bool(field.get("description") or field.get("descriptions")) for field in fields
        ),
        languages={
            lang: sum(bool((field.get("labels") or {}).get(lang)) for field in fields)
            for lang in LANGUAGES
        },
        licence=dataset.licence,
    )


def timeliness_of(dataset: Dataset, changed: str | None) -> Timeliness:
    """Compare the day on which the data changed with the frequency that its publisher states."""
    return Timeliness(
        freshness_of(dataset.frequency, changed, today()),
        last_day_of_grace(dataset.frequency, changed),
    )


def rows_of_findings(version: Version, report: Report) -> dict[int, int]:
    """Return the rows of the table by those of the file, of findings, where the two go together.

    They do not where rows of the file were skipped among those read.
    """
    header = version.recipe.get("header_row")
    if not isinstance(header, int) or any(f.code == "blank-rows-skipped" for f in report.warnings):
        return {}
    rows = {each.row for each in report.findings if each.row is not None}
    return {row: row - header for row in rows if 1 <= row - header <= version.row_count}


def trend_of(history: list[Version], shares: dict[int, float]) -> list[Point]:
    """Return versions with what their check found, the newest first; their rows as bars."""
    drawn = boxes([one.row_count for one in history[::-1]], width=720, height=80, gap=4)[::-1]
    points = []
    for place, one in enumerate(history):
        report, share = Report.from_dict(one.report), shares.get(one.n)
        percent = None if share is None else number(round(share * 100, 1))
        box = drawn[place] if drawn else None
        points.append(Point(one, report.error_count, len(report.warnings), share, percent, box))
    return points


def _asked(schema: dict[str, Any]) -> dict[str, int]:
    fields = schema.get("fields") or []
    counts = {"type": sum(field.get("type") not in (None, "any") for field in fields)}
    for field in fields:
        for key in field.get("constraints") or {}:
            counts[key] = counts.get(key, 0) + 1
    key = schema.get("primaryKey") or []
    return counts | {"primaryKey": 1 if isinstance(key, str) else len(key)}


def _broken(code: str, report: Report) -> int:
    error = _ERRORS.get(code)
    if error is not None:
        return sum(one.count for one in report.counts if one.code == error)
    return sum(one.params.get("constraint") == code for one in report.errors)


def _words() -> dict[str, tuple[str, str, str]]:
    """Return of each rule what it asks for, why it matters, and how to mend what breaks it."""
    bounds = gettext("A value out of bounds is mostly a slip of the pen, and spoils every mean.")
    lengths = gettext("A code that is too short or too long names nothing.")
    slip = gettext(
        "Look for a slip of the pen or another unit; where the value is right, ask for other"
        " bounds in the schema."
    )
    whole = gettext("Write the code as its issuer does, without anything before or after it.")
    return {
        "type": (
            gettext("Every value is of the type of its column"),
            gettext("Else a program cannot add, sort or compare them."),
            gettext(
                "Write numbers without a unit and dates as 2026-11-23; leave a cell empty where"
                " nothing is known."
            ),
        ),
        "required": (
            gettext("No cell is empty that must be filled"),
            gettext("Without it the row says too little to be used."),
            gettext("Fill in the cell, or leave the row out."),
        ),
        "unique": (
            gettext("No value comes twice"),
            gettext("Two rows of one name cannot be told apart or joined to other tables."),
            gettext("Take the second row out, or give it a value of its own."),
        ),
        "primaryKey": (
            gettext("The key is filled and comes once only"),
            gettext("By it other tables refer to a row, and versions are compared."),
            gettext("Take the second row out, or fill in the key that tells the two apart."),
        ),
        "enum": (
            gettext("Only values of the code list"),
            gettext("Another spelling of the same thing is counted as another thing."),
            gettext("Take the value from the list of the schema; its Excel template offers it."),
        ),
        "pattern": (
            gettext("Codes have their form"),
            gettext("A code with a digit lost, such as a leading zero, refers to something else."),
            gettext("Keep the column as text in the spreadsheet, and write the code whole."),
        ),
        "minimum": (gettext("Nothing below the least value"), bounds, slip),
        "maximum": (gettext("Nothing above the greatest value"), bounds, slip),
        "minLength": (gettext("No text too short"), lengths, whole),
        "maxLength": (gettext("No text too long"), lengths, whole),
    }
