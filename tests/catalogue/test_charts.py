"""Charts sum the rows of a view up as anybody would by hand, and say what they leave out."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import charts
from catalogue.charts import MOST_BARS, Chart, ChartKind, Measure, checked, points_of, proposed
from catalogue.records import Column
from catalogue.views import Engine, View, ViewError, read

COLUMNS = [
    Column(name="x", type="VARCHAR"),
    Column(name="g", type="VARCHAR"),
    Column(name="v", type="BIGINT"),
    Column(name="day", type="DATE"),
]
NAMES = st.none() | st.sampled_from("abcde")
ROWS = st.lists(st.tuples(NAMES, NAMES, st.none() | st.integers(-9, 9)), max_size=30)
_NUMBERS = count()
_HOW = {
    Measure.SUM: sum,
    Measure.MINIMUM: min,
    Measure.MAXIMUM: max,
    Measure.MEAN: lambda values: sum(values) / len(values),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(tmp_path_factory.getbasetemp())


def write(folder: Path, rows: list[tuple[Any, ...]]) -> Path:
    file = folder / f"{next(_NUMBERS)}.parquet"
    days = [date(2026, 1, 1) + timedelta(days=40 * number) for number in range(len(rows))]
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in KINDS]
    pq.write_table(
        pa.table([*columns, pa.array(days, pa.date32())], names=["x", "g", "v", "day"]), file
    )
    return file


KINDS = ((0, pa.string()), (1, pa.string()), (2, pa.int64()))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, measure=st.sampled_from(Measure), is_grouped=st.booleans())
def test_bars_equal_what_brute_force_sums_up(
    engine: Engine, tmp_path: Path, rows: list[tuple[Any, ...]], measure: Measure, is_grouped: bool
) -> None:
    file = write(tmp_path, rows)
    chart = Chart(
        kind=ChartKind.BAR,
        x="x",
        y=None if measure is Measure.COUNT else "v",
        measure=measure,
        group="g" if is_grouped else None,
    )
    view = read([("v__gte", "-5")], COLUMNS)
    found = points_of(engine, file, view, checked(chart, COLUMNS), COLUMNS)
    wanted: dict[Any, list[int]] = defaultdict(list)
    for x, g, v in rows:
        if v is not None and v >= -5:
            wanted[x, g if is_grouped else None].append(v)
    summed = {key: _HOW.get(measure, len)(values) for key, values in wanted.items()}
    assert {(point.x, point.group): point.y for point in found.points} == pytest.approx(summed)
    assert found.total == len({x for x, _ in wanted})


def test_many_names_are_cut_to_the_largest_and_counted(engine: Engine, tmp_path: Path) -> None:
    rows = [(f"n{number:03}", None, number) for number in range(100)]
    chart = Chart(kind=ChartKind.BAR, x="x", y="v", measure=Measure.SUM)
    found = points_of(engine, write(tmp_path, rows), View(), chart, COLUMNS)
    assert found.total == 100
    assert [point.y for point in found.points] == list(range(99, 99 - MOST_BARS, -1))


def test_all_points_can_be_taken_away(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"n{number:03}", f"g{number % 12}", number) for number in range(100)]
    chart = Chart(kind=ChartKind.BAR, x="x", y="v", measure=Measure.SUM, group="g")
    file = write(tmp_path, rows)
    found = points_of(engine, file, View(), chart, COLUMNS, is_whole=True)
    assert sorted(point.y for point in found.points) == list(range(100))
    monkeypatch.setattr(charts, "MOST_POINTS", 99)
    with pytest.raises(ViewError, match="chart-too-many-points"):
        points_of(engine, file, View(), chart, COLUMNS, is_whole=True)


def test_moments_are_drawn_by_a_stretch_of_time(engine: Engine, tmp_path: Path) -> None:
    rows = [("a", None, 1)] * 9
    chart = Chart(kind=ChartKind.LINE, x="day", y="v", measure=Measure.SUM)
    found = points_of(engine, write(tmp_path, rows), View(), chart, COLUMNS)
    assert found.unit == "month"
    assert [point.x[:7] for point in found.points] == sorted({p.x[:7] for p in found.points})
    assert sum(int(point.y or 0) for point in found.points) == 9


def test_a_chart_is_proposed_by_what_the_columns_hold(engine: Engine, tmp_path: Path) -> None:
    rows = [("a" if n % 2 else "b", str(n), n) for n in range(20)]
    profiles = {p.name: p for p in engine.profile(write(tmp_path, rows), COLUMNS)}
    assert proposed(COLUMNS[:3], profiles) == Chart(
        kind=ChartKind.BAR, x="x", y="v", measure=Measure.SUM
    )
    moments = proposed(COLUMNS, profiles)
    assert moments is not None
    assert (moments.kind, moments.x) == (ChartKind.LINE, "day")
    code = [Column(name="insee_code", type="VARCHAR"), Column(name="year", type="INTEGER")]
    assert proposed(code, {}) == Chart(kind=ChartKind.BAR, x="insee_code")
    assert proposed([Column(name="place", type="GEOMETRY")], {}) is None


@pytest.mark.parametrize(
    ("chart", "code"),
    [
        (Chart(kind=ChartKind.BAR, x="nowhere"), "view-column-unknown"),
        (Chart(kind=ChartKind.DOT, x="x", y="v"), "chart-dots-need-numbers"),
        (
            Chart(kind=ChartKind.BAR, x="x", y="g", measure=Measure.SUM),
            "chart-measure-needs-number",
        ),
        (Chart(kind=ChartKind.BAR, x="x", measure=Measure.SUM), "chart-measure-needs-number"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(chart: Chart, code: str) -> None:
    with pytest.raises(ViewError) as caught:
        checked(chart, COLUMNS)
    assert caught.value.code == code


def test_series_that_are_left_out_are_counted(engine: Engine, tmp_path: Path) -> None:
    rows = [("a", f"g{number:02}", 1) for number in range(12)]
    chart = Chart(kind=ChartKind.BAR, x="x", group="g")
    found = points_of(engine, write(tmp_path, rows), View(), chart, COLUMNS)
    assert (len(found.points), found.group_total) == (8, 12)


def test_dots_are_the_rows_that_hold_both_numbers(engine: Engine, tmp_path: Path) -> None:
    columns = [*COLUMNS, Column(name="w", type="DOUBLE")]
    file = tmp_path / "dots.parquet"
    table = {"v": [1, 2, None, 4], "w": [0.5, None, 1.5, float("nan")]}
    pq.write_table(pa.table(table), file)
    chart = checked(Chart(kind=ChartKind.DOT, x="v", y="w"), columns)
    found = points_of(engine, file, View(), chart, columns)
    assert [(point.x, point.y) for point in found.points] == [(1, 0.5), (4, None)]
    assert found.total == 2
