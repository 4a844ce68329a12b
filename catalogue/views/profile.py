"""What a column holds: how much is missing, how many values differ, how they are spread."""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

import msgspec

from catalogue.records import Column
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.literals import identifier, quoted

BINS = 12
TOP = 12
PATTERNS = 8
# Counting apart more values than these costs memory for no use: they are estimated.
EXACT_ROWS = 2_000_000

Run = Callable[[str], list[tuple[Any, ...]]]
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Bin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of values, `start` in it and `end` not; as a filter writes them."""

    start: str
    end: str
    count: int


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value, or a pattern of values, and in how many rows it is."""

    value: str
    count: int


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column summed up; `distinct` is an estimate in large tables, and left out where values
    cannot be compared. `quantiles` are those of 5, 25, 50, 75 and 95 % of numbers and dates.
    `patterns` write 9 for a digit, a and A for letters.
    """

    name: str
    row_count: int
    missing: int
    distinct: int | None = None
    is_estimate: bool = False
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    quantiles: list[str] = []
    bins: list[Bin] = []
    top: list[Value] = []
    patterns: list[Value] = []


def profile_of(column: Column, run: Run) -> Profile:
    """Return the profile of a column of `rows`."""
    kind, name = kind_of(column.type), identifier(column.name)
    ((row_count, filled),) = run(f"SELECT count(*), count({name}) FROM rows")
    found = Profile(name=column.name, row_count=row_count, missing=row_count - filled)
    if kind is Kind.OTHER or not filled:
        return found
    is_estimate = row_count > EXACT_ROWS
    counting = f"approx_count_distinct({name})" if is_estimate else f"count(DISTINCT {name})"
    ((distinct, low, high),) = run(
        f"SELECT {counting}, min({name})::VARCHAR, max({name})::VARCHAR FROM rows"
    )
    found = msgspec.structs.replace(
        found,
        distinct=min(distinct, filled),
        is_estimate=is_estimate,
        minimum=low,
        maximum=high,
        top=_top(name, run) if distinct < filled else [],
    )
    if kind is Kind.NUMBER:
        return _with_spread(found, name, run, is_whole="INT" in column.type)
    if kind in (Kind.DATE, Kind.MOMENT, Kind.LOCAL_MOMENT):
        return msgspec.structs.replace(
            found, bins=_time_bins(name, run), quantiles=_time_quantiles(name, run)
        )
    if kind is Kind.TEXT:
        return msgspec.structs.replace(found, patterns=_patterns(name, run))
    return found


def _top(name: str, run: Run) -> list[Value]:
    rows = run(
        f"SELECT {name}::VARCHAR, count(*) AS n FROM rows WHERE {name} IS NOT NULL"
        f" GROUP BY {name} ORDER BY n DESC, {name} LIMIT {TOP}"
    )
    return [Value(value=value, count=count) for value, count in rows]


def _patterns(name: str, run: Run) -> list[Value]:
    """Return the forms of the texts of a sample: the same 20,000 rows whenever it is asked."""
    shape = name
    for signs, sign in (("[0-9]", "9"), (r"\p{Lu}", "A"), (r"\p{Ll}", "a")):
        shape = f"regexp_replace({shape}, {quoted(signs)}, {quoted(sign)}, 'g')"
    for sign in ("9", "A", "a"):
        shape = f"regexp_replace({shape}, {quoted(sign + '{7,}')}, {quoted(sign * 6 + '…')}, 'g')"
    rows = run(
        f"SELECT left({shape}, 60) AS shape, count(*) AS n FROM"
        f" (SELECT {name} FROM rows WHERE {name} IS NOT NULL AND length({name}) <= 200 LIMIT 20000)"
        f" GROUP BY shape ORDER BY n DESC, shape LIMIT {PATTERNS}"
    )
    return [Value(value=value, count=count) for value, count in rows]


def _with_spread(found: Profile, name: str, run: Run, *, is_whole: bool) -> Profile:
    finite = f"(SELECT {name}::DOUBLE AS v FROM rows WHERE isfinite({name}::DOUBLE))"
    ((mean, quantiles, low, high),) = run(
        f"SELECT avg(v), quantile_cont(v, {list(_QUANTILES)}), min(v), max(v) FROM {finite}"
    )
    if low is None:
        return found
    edges = [_written(edge) for edge in _edges(_exact(low), _exact(high), is_whole=is_whole)]
    within = (f"v >= {start} AND v < {end}" for start, end in pairwise(edges))
    counted = ", ".join(f"count(*) FILTER (WHERE {each})" for each in within)
    (counts,) = run(f"SELECT {counted} FROM {finite}")
    bins = [
        Bin(start=start, end=end, count=count)
        for (start, end), count in zip(pairwise(edges), counts, strict=True)
    ]
    return msgspec.structs.replace(
        found, mean=mean, quantiles=[format(value, ".10g") for value in quantiles], bins=bins
    )


def _edges(low: Decimal, high: Decimal, *, is_whole: bool) -> list[Decimal]:
    """Return round edges of at most BINS stretches that hold `low` and `high`.

    >>> [str(edge) for edge in _edges(Decimal(0), Decimal(40), is_whole=True)]
    ['0', '5', '10', '15', '20', '25', '30', '35', '40', '45']
    """
    width = (high - low) / (BINS - 1) or Decimal(1)
    power = Decimal(1).scaleb(width.adjusted())
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= width)
    step = max(Decimal(1), step) if is_whole else step
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    count = int(((high - first) / step).to_integral_value(ROUND_FLOOR)) + 1
    return [first + step * number for number in range(count + 1)]


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _written(value: Decimal) -> str:
    plain = value.normalize()
    return format(plain, "f") if abs(plain.adjusted()) < 30 else f"{plain:e}"


def _time_quantiles(name: str, run: Run) -> list[str]:
    ((found,),) = run(f"SELECT quantile_disc({name}, {list(_QUANTILES)})::VARCHAR[] FROM rows")
    return list(found)


def _time_bins(name: str, run: Run) -> list[Bin]:
    """Return counts by the widest of year, month and day that parts the values well."""
    ((days,),) = run(f"SELECT date_diff('day', min({name})::DATE, max({name})::DATE) FROM rows")
    unit, step = _unit(int(days))
    start = f"time_bucket(INTERVAL {step} {unit}, {name}::DATE, DATE '2000-01-01')"
    rows = run(
        f"SELECT b::DATE::VARCHAR, (b + INTERVAL {step} {unit})::DATE::VARCHAR, n FROM (SELECT"
        f" {start} AS b, count(*) AS n FROM rows WHERE {name} IS NOT NULL GROUP BY b) ORDER BY b"
    )
    return [Bin(start=first, end=last, count=count) for first, last, count in rows]


def _unit(days: int) -> tuple[str, int]:
    for unit, length in (("DAY", 1), ("MONTH", 30.4), ("YEAR", 365.25)):
        for step in (1, 2, 3, 6) if unit == "MONTH" else (1, 2, 5, 10, 25, 50, 100):
            if days / (length * step) < BINS:
                return unit, step
    return "YEAR", 1000
