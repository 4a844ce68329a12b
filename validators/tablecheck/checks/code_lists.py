"""The dated lists of municipal codes of both countries, and the verdict on a code by them.

The lists lie in `lists/`, each with its source; a caller may hand in a newer one.
"""

import csv
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from tablecheck.checks.check import Fault, Knowledge, Params, Period, Row

_FOLDER = Path(__file__).parent / "lists"
_YEAR = re.compile(r"[0-9]{4}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CodeAtDate(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the column of the code, and when it must be in force: today where nothing is said."""

    column: str
    date: str | None = None
    """A day or a year; `any` takes codes that are no longer in force."""
    date_column: str | None = None
    """A column of days or years."""


def columns_of(params: CodeAtDate) -> tuple[str, ...]:
    """Name the columns that a check of a code looks at."""
    return (params.column, *([params.date_column] if params.date_column else []))


def day_of(params: CodeAtDate, row: Row) -> str | None:
    """Give the day at which the code of a row must be in force; None for any."""
    if params.date == "any":
        return None
    told = (row[1] if len(row) > 1 else params.date) or ""
    if _YEAR.match(told):
        return f"{told}-01-01"
    return told[:10] if _DAY.match(told) else date.today().isoformat()  # noqa: DTZ011 - a day


def dated(period: Period, day: str | None) -> Fault | None:
    """Judge a code of a list by the day."""
    if day is None:
        return None
    if period.until and day >= period.until:
        return Fault(
            cause="former",
            suggestion=period.successor or None,
            facts={"until": period.until, "successor": period.successor},
        )
    if period.since and day < period.since:
        return Fault(cause="future", facts={"since": period.since})
    return None


def list_for(check: str, knowledge: Knowledge) -> Mapping[str, Period]:
    """Give the caller's list of codes for a check, or else the package's own."""
    given = knowledge.codes.get(check)
    if given:
        return given
    return belgian_codes() if check == "belgian-nis" else french_codes()


@cache
def belgian_codes() -> dict[str, Period]:
    """Read the NIS codes of the Belgian municipalities."""
    with (_FOLDER / "belgian-municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["code"]: Period(since=row["since"], until=row["until"], successor=row["successor"])
            for row in rows
        }


@cache
def french_codes() -> dict[str, Period]:
    """Read the codes of the French communes, which the file holds as ranges."""
    found: dict[str, Period] = {}
    for line in (_FOLDER / "french-communes.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        since, until, head, ranges = line.split("\t")
        period = Period(since=since, until=until)
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found[f"{head}{number:03d}"] = period
    return found
