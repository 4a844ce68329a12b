"""Charts of a view: what is drawn against what, chosen by itself where nobody says, and the points.

The points are summed up by the engine; a chart never holds more than some hundreds of them, and
says what it leaves out.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from catalogue.records import Column
from catalogue.views import Engine, Profile, View, conditions, identifier
from catalogue.views.errors import ViewError
from catalogue.views.kinds import Kind, kind_of

MOST_BARS = 40
MOST_GROUPS = 8
MOST_DOTS = 2_000
MOST_MOMENTS = 400
# Of numbers that are taken away rather than drawn.
MOST_POINTS = 100_000
_FEW = 30
_MOMENTS = (Kind.DATE, Kind.MOMENT, Kind.LOCAL_MOMENT)
# Numbers that name or place things: to add them up says nothing.
_NAMING = frozenset(
    (
        *("id", "ids", "code", "codes", "nr", "num", "numero", "number", "nummer", "version"),
        *("year", "annee", "an", "jaar", "rank", "lat", "lon", "lng", "latitude", "longitude"),
        *("insee", "nis", "ins", "siren", "siret", "kbo", "cp", "postcode", "zip", "postal"),
        *("x", "y"),
    )
)


class ChartKind(StrEnum):
    """How the points are drawn."""

    BAR = "bar"
    LINE = "line"
    DOT = "dot"


class Measure(StrEnum):
    """What is drawn of the rows of a place on the axis; `COUNT` needs no column."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MINIMUM = "min"
    MAXIMUM = "max"


_MEASURES = {
    Measure.COUNT: "count(*)",
    Measure.SUM: "sum(v)",
    Measure.MEAN: "avg(v)",
    Measure.MINIMUM: "min(v)",
    Measure.MAXIMUM: "max(v)",
}


class Chart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chart: `x` against a measure of `y`, a series for each value of `group`; of dots, `x` and
    `y` of each row.
    """

    kind: ChartKind
    x: str
    y: str | None = None
    measure: Measure = Measure.COUNT
    group: str | None = None


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point of a chart; `x` is None for the rows where it is empty."""

    x: Any
    y: float | int | None
    group: str | None = None


class Points(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The points of a chart, and of how many places on the axis, or dots, and of how many series
    they are; `unit` is the stretch of time that one stands for.
    """

    points: list[Point]
    total: int
    group_total: int = 1
    unit: str | None = None


def proposed(columns: Sequence[Column], profiles: Mapping[str, Profile]) -> Chart | None:
    """Return the chart that suits a table, or None where nothing can be drawn."""
    measure = next((column for column in columns if _is_measure(column)), None)
    moment = next((column for column in columns if kind_of(column.type) in _MOMENTS), None)
    how = _measure_of(measure)
    y = measure.name if measure else None
    if moment is not None and _differs(moment, profiles):
        # Between two counts lies none of a count: bars.
        kind = ChartKind.BAR if y is None else ChartKind.LINE
        return Chart(kind=kind, x=moment.name, y=y, measure=how)
    few = next((column for column in columns if _is_few(column, profiles)), None)
    if few is not None:
        return Chart(kind=ChartKind.BAR, x=few.name, y=y, measure=how)
    numbers = [column for column in columns if _is_measure(column)]
    if len(numbers) > 1:
        return Chart(kind=ChartKind.DOT, x=numbers[0].name, y=numbers[1].name)
    some = next((c for c in columns if kind_of(c.type) is not Kind.OTHER), None)
    return None if some is None else Chart(kind=ChartKind.BAR, x=some.name, y=y, measure=how)


def checked(chart: Chart, columns: Sequence[Column]) -> Chart:
    """Return a chart that the columns can be drawn by. Raises ViewError."""
    by_name = {column.name: column for column in columns}
    for name in (chart.x, chart.y, chart.group):
        if name is not None and name not in by_name:
            raise ViewError("view-column-unknown", column=name, columns=list(by_name))
    for name in (chart.x, chart.group):
        if name is not None and kind_of(by_name[name].type) is Kind.OTHER:
            raise ViewError("chart-axis-unfit", column=name, type=by_name[name].type)
    if chart.kind is ChartKind.DOT:
        for name in (chart.x, chart.y):
            if name is None or kind_of(by_name[name].type) is not Kind.NUMBER:
                raise ViewError("chart-dots-need-numbers")
        return msgspec.structs.replace(chart, measure=Measure.COUNT)
    if chart.measure is Measure.COUNT:
        return msgspec.structs.replace(chart, y=None)
    if chart.y is None or kind_of(by_name[chart.y].type) is not Kind.NUMBER:
        raise ViewError("chart-measure-needs-number", measure=chart.measure.value)
    return chart


def points_of(
    engine: Engine,
    file: Path,
    view: View,
    chart: Chart,
    columns: Sequence[Column],
    *,
    is_whole: bool = False,
) -> Points:
    """Return the points of a checked chart over the rows of a view: as many as can be told apart,
    or all of them (`is_whole`).

    Raises ViewError `chart-too-many-points` where all are too many.
    """
    narrowed = conditions(view, columns)
    rows = f"(FROM rows WHERE {narrowed})" if narrowed else "rows"
    by_name = {column.name: column for column in columns}
    if chart.kind is ChartKind.DOT:
        return _dots(engine, file, rows, chart, is_whole=is_whole)
    x, unit = identifier(chart.x), None
    if kind_of(by_name[chart.x].type) in _MOMENTS:
        unit = _unit(engine, file, rows, x)
        x = f"date_trunc('{unit}', {x})"
    return _summed(engine, file, rows, x, unit, chart, by_name[chart.x], is_whole=is_whole)


def _summed(
    engine: Engine,
    file: Path,
    rows: str,
    x: str,
    unit: str | None,
    chart: Chart,
    column: Column,
    *,
    is_whole: bool,
) -> Points:
    group = f"{identifier(chart.group)}::VARCHAR" if chart.group else "NULL::VARCHAR"
    value = f"{identifier(chart.y)}::DOUBLE" if chart.y else "1"
    # Names of our own: a column may be called x too.
    base = f"(SELECT {x} AS x, {group} AS g, {value} AS v FROM {rows})"
    is_ordered = kind_of(column.type) not in (Kind.TEXT, Kind.BOOLEAN)
    most = MOST_MOMENTS if is_ordered else MOST_BARS
    most_groups = MOST_GROUPS
    if is_whole:
        most = most_groups = MOST_POINTS + 1
    # Things in an order keep it; others stand from the most to the least.
    order = "x NULLS LAST" if is_ordered else f"{_MEASURES[chart.measure]} DESC NULLS LAST, x"
    ((total, group_total),) = engine.aggregate(
        file,
        "SELECT count(DISTINCT x) + (count(*) > count(x))::INT,"
        f" count(DISTINCT g) + (count(*) > count(g))::INT FROM {base}",
    )
    shown = "x::VARCHAR" if unit or not is_ordered else "x"
    found = engine.aggregate(
        file,
        f"SELECT {shown}, g, y FROM (SELECT a.x AS x, a.g AS g, {_MEASURES[chart.measure]} AS y"
        f" FROM {base} AS a"
        f" JOIN (SELECT x FROM {base} GROUP BY x ORDER BY {order} LIMIT {most}) AS kept"
        f" ON a.x IS NOT DISTINCT FROM kept.x"
        f" JOIN (SELECT g FROM {base} GROUP BY g ORDER BY count(*) DESC, g LIMIT {most_groups})"
        f" AS groups ON a.g IS NOT DISTINCT FROM groups.g"
        f" GROUP BY a.x, a.g) ORDER BY {'x NULLS LAST, g' if is_ordered else 'y DESC, x, g'}"
        f" LIMIT {MOST_POINTS + 1}",
    )
    _check(len(found))
    points = [Point(x=_plain(x), y=_number(y), group=g) for x, g, y in found]
    return Points(points=points, total=total, group_total=group_total, unit=unit)


def _check(count: int) -> None:
    if count > MOST_POINTS:
        raise ViewError("chart-too-many-points", most=MOST_POINTS)


def _dots(engine: Engine, file: Path, rows: str, chart: Chart, *, is_whole: bool) -> Points:
    x, y = identifier(chart.x), identifier(chart.y or "")
    group = f"{identifier(chart.group)}::VARCHAR" if chart.group else "NULL::VARCHAR"
    both = f"{x} IS NOT NULL AND {y} IS NOT NULL"
    ((total,),) = engine.aggregate(file, f"SELECT count(*) FROM {rows} WHERE {both}")
    # The same rows whenever it is drawn: every n-th, as they lie.
    most = MOST_DOTS
    if is_whole:
        _check(total)
        most = MOST_POINTS
    step = max(1, -(-total // most))
    found = engine.aggregate(
        file,
        f"SELECT {x}::DOUBLE, {y}::DOUBLE, {group} FROM {rows} WHERE {both}"
        f" AND file_row_number % {step} = 0 LIMIT {most}",
    )
    points = [Point(x=_number(x), y=_number(y), group=g) for x, y, g in found]
    return Points(points=points, total=total)


def _unit(engine: Engine, file: Path, rows: str, x: str) -> str:
    """Return the shortest stretch of time that gives few enough points."""
    ((days,),) = engine.aggregate(
        file, f"SELECT date_diff('day', min({x})::DATE, max({x})::DATE) FROM {rows}"
    )
    for unit, length in (("hour", 1 / 24), ("day", 1.0), ("month", 30.4)):
        if (days or 0) / length <= (72 if unit == "hour" else 120):
            return unit
    return "year"


def _plain(value: Any) -> Any:
    """Return what JSON can carry: a number as one, else a text."""
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, int | float) else str(value)


def _number(value: Any) -> float | int | None:
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return value if isinstance(value, int) else float(value)


def _is_measure(column: Column) -> bool:
    return kind_of(column.type) is Kind.NUMBER and not _is_name(column)


def _is_name(column: Column) -> bool:
    return not _NAMING.isdisjoint(column.name.lower().replace("-", "_").split("_"))


def _measure_of(column: Column | None) -> Measure:
    """Return how a number is summed up: whole ones count something, others measure it."""
    if column is None:
        return Measure.COUNT
    return Measure.SUM if "INT" in column.type else Measure.MEAN


def _differs(column: Column, profiles: Mapping[str, Profile]) -> bool:
    profile = profiles.get(column.name)
    return profile is None or (profile.distinct or 0) > 2


def _is_few(column: Column, profiles: Mapping[str, Profile]) -> bool:
    profile = profiles.get(column.name)
    if profile is None or kind_of(column.type) not in (Kind.TEXT, Kind.BOOLEAN):
        return False
    if _is_name(column):
        return False
    return 1 < (profile.distinct or 0) <= min(_FEW, max(2, profile.row_count // 2))
