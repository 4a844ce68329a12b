"""What can be said of the quality of a version: rules kept and broken, what is empty, what is told.

No score: each figure stands for itself.
"""

from typing import Any, NamedTuple

from flask_babel import gettext

from catalogue.records import LANGUAGES, Dataset, Version
from catalogue.views import Profile
from portal.i18n import number
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.spread import Box, boxes
from tablecheck.report import Report

_ERRORS = {"type": "type-error", "unique": "unique-error", "primaryKey": "primary-key"}


class Rule(NamedTuple):
    """A kind of rule that the schema asks for: in how many columns, how often it is broken."""

    code: str
    name: str
    why: str
    column_count: int
    broken: int


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
        Rule(code, *words[code], count, _broken(code, report))
        for code in words
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


def _words() -> dict[str, tuple[str, str]]:
    bounds = gettext("A value out of bounds is mostly a slip of the pen, and spoils every mean.")
    lengths = gettext("A code that is too short or too long names nothing.")
    return {
        "type": (
            gettext("Every value is of the type of its column"),
            gettext("Else a program cannot add, sort or compare them."),
        ),
        "required": (
            gettext("No cell is empty that must be filled"),
            gettext("Without it the row says too little to be used."),
        ),
        "unique": (
            gettext("No value comes twice"),
            gettext("Two rows of one name cannot be told apart or joined to other tables."),
        ),
        "primaryKey": (
            gettext("The key is filled and comes once only"),
            gettext("By it other tables refer to a row, and versions are compared."),
        ),
        "enum": (
            gettext("Only values of the code list"),
            gettext("Another spelling of the same thing is counted as another thing."),
        ),
        "pattern": (
            gettext("Codes have their form"),
            gettext("A code with a digit lost, such as a leading zero, refers to something else."),
        ),
        "minimum": (gettext("Nothing below the least value"), bounds),
        "maximum": (gettext("Nothing above the greatest value"), bounds),
        "minLength": (gettext("No text too short"), lengths),
        "maxLength": (gettext("No text too long"), lengths),
    }
