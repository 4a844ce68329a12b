"""Days and hours in the many ways that people, spreadsheets and databases write them.

`05/04/2026` can be two days: both are given, and the other cells of the column decide.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from tablecheck.mends.candidate import Candidate, plain_figures, spaced
from tablecheck.names import fold

_ISO: dict[str, Any] = {"type": "date"}
_DMY: dict[str, Any] = {"type": "date", "format": "%d/%m/%Y"}

EXAMPLES: list[tuple[dict[str, Any], str, list[tuple[str, str | None]]]] = [
    (_ISO, "29/02/2024", [("day-first", "2024-02-29")]),
    (_ISO, "05/04/2026", [("day-first", "2026-04-05"), ("month-first", "2026-05-04")]),
    (_ISO, "05.04.2026", [("day-first", "2026-04-05")]),
    (_ISO, "05/05/2026", [("day-first", "2026-05-05")]),
    (_ISO, "12/31/2026", [("month-first", "2026-12-31")]),
    (_ISO, "2026/3/1", [("year-first", "2026-03-01")]),
    (_ISO, "20260301", [("year-first", "2026-03-01")]),
    (_ISO, "2026-03-01T00:00:00Z", [("year-first", "2026-03-01")]),
    (_ISO, "2026-03-01 14:30", []),
    (_ISO, "1er mars 2026", [("month-words", "2026-03-01")]),
    (_ISO, "zondag 1 maart 2026", [("month-words", "2026-03-01")]),
    (_ISO, "March 1, 2026", [("month-words", "2026-03-01")]),
    (_ISO, "12 févr. 2026", [("month-words", "2026-02-12")]),
    (_ISO, "46082", [("excel-serial", "2026-03-01")]),
    (_ISO, "31/02/2024", []),
    (_DMY, "2024-2-9", [("year-first", "09/02/2024")]),
    (_DMY, "9 februari 2024", [("month-words", "09/02/2024")]),
    ({"type": "datetime"}, "2026-03-01 14:30", [("clock", "2026-03-01T14:30:00")]),
    ({"type": "datetime"}, "13/03/2026 14h05", [("day-first", "2026-03-13T14:05:00")]),
    ({"type": "datetime"}, "2026-03-01T14:30+01:00", [("clock", "2026-03-01T14:30:00+01:00")]),
    ({"type": "datetime"}, "2026-03-01", []),
    ({"type": "time"}, "9:05", [("clock", "09:05:00")]),
    ({"type": "time"}, "14h", [("clock", "14:00:00")]),
    ({"type": "time"}, "25:00", []),
    ({"type": "yearmonth"}, "03/2026", [("month-form", "2026-03")]),
    ({"type": "yearmonth"}, "maart 2026", [("month-form", "2026-03")]),
]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier januari january janv jan", "fevrier februari february fevr fev febr feb",
            "mars maart march mrt mar", "avril april avr apr", "mai mei may",
            "juin juni june jun", "juillet juli july juil jul", "aout augustus august aug",
            "septembre september sept sep", "octobre oktober october oct okt",
            "novembre november nov", "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = re.compile(
    r"^(?!mars |march |mar |maart )"
    r"(?:lun|mar|mer|jeu|ven|sam|dim|maa|din|woe|don|vri|zat|zon|mon|tue|wed|thu|fri|sat|sun)"
    r"[a-z]*[.,]? "
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_DAY_WORDS = re.compile(
    r"(\d{1,2})(?:er|e|ste|de|st|nd|rd|th)?\.?[ -](?:de )?([a-z]+)\.?[ -](\d{4})"
)
_WORD_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MIDNIGHT = re.compile(r"[t ]0?0:00(?::00(?:\.0+)?)?(?:z|[+]00:?00)?$")
_CLOCK = re.compile(
    r"[t ,]+(?:a |om |at )?(\d{1,2})(?:[:hu](\d{2})(?:[:m](\d{2})s?([.]\d+)?)?|[hu])"
    r"(?: ?(z|[+-]\d{2}:?\d{2}))?$"
)
_TIME = re.compile(r"(\d{1,2})(?:[:hu.](\d{2})(?::(\d{2}))?|[hu])$")
_MONTH_LAST = re.compile(r"(\d{1,2})[/.-](\d{4})$")
_MONTH_FIRST = re.compile(r"(\d{4})[/. ]?(\d{1,2})$")
_MONTH_WORD = re.compile(r"([a-z]+)\.? (\d{4})$")
_SERIAL_DAYS = (20_000, 60_000)  # of the years 1954 to 2064
_SERIAL_ZERO = date(1899, 12, 30)
_DEFAULT = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S", "time": "%H:%M:%S"}


def of_date(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the readings of a text that stands where a day should."""
    folded = _folded(text)
    day = _MIDNIGHT.sub("", folded)
    for kind, found in [*_days(day), *_serial(day)]:
        written = _written(field, datetime(found.year, found.month, found.day))  # noqa: DTZ001
        if written is not None:
            yield Candidate(kind, written)


def of_datetime(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the readings of a text that stands where a day with an hour should."""
    folded = _folded(text)
    clock = _CLOCK.search(folded)
    if clock is None:
        return
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3])
    if hour > 23 or minute > 59 or second > 59:
        return
    fraction, offset = clock[4] or "", (clock[5] or "").upper()
    for kind, day in _days(folded[: clock.start()]):
        moment = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
        if field.get("format", "default") == "default":
            written: str | None = f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{offset}"
        else:
            written = None if fraction or offset else _written(field, moment)
        if written is not None:
            yield Candidate("clock" if kind == "year-first" else kind, written)


def of_time(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the reading of a text that stands where an hour should."""
    clock = _TIME.match(_folded(text))
    if clock is None or field.get("format", "default") != "default":
        return
    hour, minute, second = (int(part or 0) for part in clock.groups())
    if hour < 24 and minute < 60 and second < 60:
        yield Candidate("clock", f"{hour:02d}:{minute:02d}:{second:02d}")


def of_month(_field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the reading of a text that stands where a month of a year should."""
    folded = _folded(text)
    if found := _MONTH_LAST.match(folded):
        month, year = int(found[1]), found[2]
    elif found := _MONTH_FIRST.match(folded):
        month, year = int(found[2]), found[1]
    elif found := _MONTH_WORD.match(folded):
        month, year = _MONTHS.get(found[1], 0), found[2]
    else:
        return
    if 1 <= month <= 12:
        yield Candidate("month-form", f"{year}-{month:02d}")


def _folded(text: str) -> str:
    return fold(plain_figures(spaced(text)))


def _days(text: str) -> Iterator[tuple[str, date]]:
    text = _WEEKDAY.sub("", text)
    if found := _YEAR_FIRST.fullmatch(text):
        yield from _day("year-first", found[1], found[3], found[4])
    elif found := _COMPACT.fullmatch(text):
        yield from _day("year-first", *found.groups())
    elif found := _YEAR_LAST.fullmatch(text):
        yield from _day("day-first", found[4], found[3], found[1])
        is_doubtful = found[2] == "/" and int(found[1]) != int(found[3])  # only Americans, only /
        if is_doubtful:
            yield from _day("month-first", found[4], found[1], found[3])
    elif found := _DAY_WORDS.fullmatch(text):
        yield from _day("month-words", found[3], _MONTHS.get(found[2], 0), found[1])
    elif found := _WORD_DAY.fullmatch(text):
        yield from _day("month-words", found[3], _MONTHS.get(found[1], 0), found[2])


def _day(kind: str, year: str, month: str | int, day: str) -> Iterator[tuple[str, date]]:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:  # no such day
        return
    if found.year >= 1000:
        yield kind, found


def _serial(text: str) -> Iterator[tuple[str, date]]:
    """Read the number of days by which Excel counts, where it can be one of our times."""
    if found := re.fullmatch(r"(\d{5})(?:[.,]0+)?", text):
        days = int(found[1])
        if _SERIAL_DAYS[0] <= days <= _SERIAL_DAYS[1]:
            yield "excel-serial", _SERIAL_ZERO + timedelta(days=days)


def _written(field: dict[str, Any], moment: datetime) -> str | None:
    """Write a moment in the format of its field, where that loses nothing of it."""
    told = str(field.get("format", "default"))
    format_ = _DEFAULT[field["type"]] if told in ("default", "any") else told
    try:
        text = moment.strftime(format_)
        is_whole = datetime.strptime(text, format_) == moment  # noqa: DTZ007
    except ValueError:  # a format that Python does not know
        return None
    return text if is_whole else None
