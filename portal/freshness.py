"""Tells whether data is as new as its publisher promised: stated frequency against the last change
of the data.
"""

import re
from datetime import date, timedelta
from enum import StrEnum

from catalogue.names import fold

_TOLERANCE = 1.5  # a publication may come half an interval late before it is called late

# EU vocabulary `frequency`, its older names in Dublin Core, and the words of the territory's
# portals, folded.
_INTERVAL_DAYS = {
    "cont": 1, "update_cont": 1, "continuous": 1, "continuously": 1, "continu": 1, "realtime": 1,
    "hourly": 1, "daily": 1, "dagelijks": 1, "quotidienne": 1, "quotidien": 1, "journaliere": 1,
    "daily_2": 1, "twice_a_day": 1, "punctual_day": 1,
    "weekly": 7, "wekelijks": 7, "hebdomadaire": 7, "weekly_2": 4, "weekly_3": 3,
    "semiweekly": 4, "biweekly": 14, "bimensuelle": 16, "monthly_2": 16, "semimonthly": 16,
    "monthly": 31, "maandelijks": 31, "mensuelle": 31, "mensuel": 31, "monthly_3": 11,
    "bimonthly": 62, "quarterly": 92, "trimestrielle": 92, "driemaandelijks": 92,
    "annual_3": 122, "threetimesayear": 122, "annual_2": 184, "semiannual": 184,
    "semestrielle": 184, "halfjaarlijks": 184, "annual": 366, "yearly": 366, "annuelle": 366,
    "annuel": 366, "jaarlijks": 366, "biennial": 731, "triennial": 1096, "quadrennial": 1461,
    "quinquennial": 1827, "decennial": 3653,
}  # fmt: skip
_NEVER = {"never", "not_planned", "notplanned", "jamais", "nooit", "ponctuelle", "punctual"}
_DURATION = re.compile(r"(?:r/)?p(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(t.+)?")


class Freshness(StrEnum):
    """How new data is, against what was promised."""

    ON_TIME = "on-time"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


def freshness_of(frequency: str | None, data_changed: str | None, today: date) -> Freshness:
    """Compare the age of data with the interval that its publisher states.

    Data is overdue when it is older than one and a half intervals; data that is not to be renewed
    is always on time. Without a date, or a frequency that names an interval, nobody can tell.

    >>> freshness_of("MONTHLY", "2026-10-01", date(2026, 11, 10)).value
    'on-time'
    """
    word = _word(frequency)
    if word in _NEVER:
        return Freshness.ON_TIME
    last = last_day_of_grace(frequency, data_changed)
    if last is None:
        return Freshness.UNKNOWN
    return Freshness.OVERDUE if today > last else Freshness.ON_TIME


def last_day_of_grace(frequency: str | None, data_changed: str | None) -> date | None:
    """Return the last day on which data is not overdue, where anybody can tell.

    >>> last_day_of_grace("MONTHLY", "2026-10-01")
    datetime.date(2026, 11, 16)
    """
    interval = interval_days(frequency)
    changed = _day(data_changed)
    if interval is None or changed is None:
        return None
    return changed + timedelta(days=int(max(interval * _TOLERANCE, interval + 1)))


def interval_days(frequency: str | None) -> int | None:
    """Return the days between two publications, or None where the word names no interval.

    >>> interval_days("http://publications.europa.eu/resource/authority/frequency/ANNUAL")
    366
    >>> interval_days("R/P3M"), interval_days("irregular")
    (93, None)
    """
    word = _word(frequency)
    if word in _INTERVAL_DAYS:
        return _INTERVAL_DAYS[word]
    match = _DURATION.fullmatch(word)
    if match is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in match.groups()[:4])
    found = years * 366 + months * 31 + weeks * 7 + days
    return found or (1 if match[5] else None)


def _word(frequency: str | None) -> str:
    """Return the last part of an address, or the word itself, in lower case without accents."""
    last = (frequency or "").strip().rstrip("/")
    last = last if re.match(r"(?i)r/p", last) else re.split(r"[/#]", last)[-1]
    return fold(last).replace("-", "_").replace(" ", "_")


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat((value or "")[:10])
    except ValueError:
        return None
