"""Fresh is what its publisher promised, and nobody guesses what was never promised."""

from datetime import date

import pytest

from portal.freshness import Freshness, freshness_of, interval_days

TODAY = date(2026, 11, 25)
EU = "http://publications.europa.eu/resource/authority/frequency/"


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        (EU + "MONTHLY", 31),
        ("annual", 366),
        ("http://purl.org/cld/freq/quarterly", 92),
        ("Hebdomadaire", 7),
        ("Journalière", 1),
        ("jaarlijks", 366),
        ("UPDATE_CONT", 1),
        ("R/P1Y", 366),
        ("P6M", 186),
        ("PT1H", 1),
        ("biennial", 731),
        ("irregular", None),
        ("as needed", None),
        ("p", None),
        ("", None),
        (None, None),
    ],
)
def test_frequency_of_any_portal_is_understood(frequency: str | None, days: int | None) -> None:
    assert interval_days(frequency) == days


@pytest.mark.parametrize(
    ("frequency", "changed", "expected"),
    [
        ("MONTHLY", "2026-11-01", Freshness.ON_TIME),
        ("MONTHLY", "2026-10-10", Freshness.ON_TIME),  # 46 days: within half an interval
        ("MONTHLY", "2026-10-09", Freshness.OVERDUE),
        ("MONTHLY", "2026-10-09T23:00:00Z", Freshness.OVERDUE),
        ("DAILY", "2026-11-23", Freshness.ON_TIME),
        ("DAILY", "2026-11-22", Freshness.OVERDUE),
        ("MONTHLY", "2027-01-01", Freshness.ON_TIME),
        ("NEVER", "1999-01-01", Freshness.ON_TIME),
        ("IRREG", "2026-11-24", Freshness.UNKNOWN),
        (None, "2026-11-24", Freshness.UNKNOWN),
        ("MONTHLY", None, Freshness.UNKNOWN),
        ("MONTHLY", "last spring", Freshness.UNKNOWN),
    ],
)
def test_data_is_late_after_one_and_a_half_intervals(
    frequency: str | None, changed: str | None, expected: Freshness
) -> None:
    assert freshness_of(frequency, changed, TODAY) is expected
