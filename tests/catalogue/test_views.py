"""Views of a version: what is asked is what comes, whatever anybody writes."""

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlencode

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.records import Column
from catalogue.views import Engine, View, ViewError, batches, read, rows, statement

COLUMNS = [
    Column(name="n", type="BIGINT"),
    Column(name='od"d', type="VARCHAR"),
    Column(name="day", type="DATE"),
    Column(name="at", type="TIMESTAMP WITH TIME ZONE"),
    Column(name="lon", type="DOUBLE"),
    Column(name="lat", type="DOUBLE"),
]
_NUMBERS = count()
TEXTS = st.sampled_from(["Lille", "Élan", "elan", "'; DROP TABLE x; --", 'a"b', "", "100%", "ÉLAN"])
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-4, 4),
        st.none() | TEXTS,
        st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def folder() -> Any:
    with TemporaryDirectory() as found:
        yield Path(found)


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder)


def write(folder: Path, found: list[tuple[Any, ...]], group: int = 7) -> Path:
    """Write rows of (n, odd, day) with a moment and a place that follow from n."""
    n = [row[0] for row in found]
    table = pa.table(
        {
            "n": pa.array(n, pa.int64()),
            'od"d': pa.array([row[1] for row in found], pa.string()),
            "day": pa.array([row[2] for row in found], pa.date32()),
            "at": pa.array(
                [None if v is None else datetime(2026, 1, 10 + v, 22, tzinfo=UTC) for v in n],
                pa.timestamp("us", "UTC"),
            ),
            "lon": pa.array([None if v is None else 3.0 + v / 10 for v in n], pa.float64()),
            "lat": pa.array([50.5] * len(n), pa.float64()),
        }
    )
    # Files of the store never change, and the engine remembers what it read of them.
    file = folder / f"{next(_NUMBERS)}.parquet"
    pq.write_table(table, file, row_group_size=group)
    return file


@settings(max_examples=60, deadline=None)
@given(
    found=ROWS,
    least=st.none() | st.integers(-4, 4),
    text=st.none() | TEXTS,
    sort=st.none() | st.sampled_from(["n", 'od"d', "day"]),
    is_descending=st.booleans(),
    offset=st.integers(0, 5),
)
def test_a_view_equals_what_brute_force_finds(
    engine: Engine,
    folder: Path,
    found: list[tuple[Any, ...]],
    least: int | None,
    text: str | None,
    sort: str | None,
    is_descending: bool,
    offset: int,
) -> None:
    file = write(folder, found)
    pairs = [] if least is None else [("n__gte", str(least))]
    pairs += [] if text is None else [('od"d__eq', text)]
    pairs += [] if sort is None else [("sort", sort), ("desc", "1" if is_descending else "0")]
    view = read(pairs, COLUMNS)
    kept = [
        number
        for number, (n, odd, _) in enumerate(found, 1)
        if (least is None or (n is not None and n >= least)) and (text is None or odd == text)
    ]
    if sort is not None:
        kept = _in_order(kept, found, sort, is_descending)
    page = engine.find(file, view, COLUMNS, offset=offset, limit=5)
    assert page.count == len(kept)
    assert page.numbers == kept[offset : offset + 5]
    assert engine.numbers(file, view, COLUMNS).tolist() == kept
    with pq.ParquetFile(file) as parquet:
        shown = [row[0] for row in rows(file, parquet.metadata, page.numbers)]
        whole = batches(parquet, engine.numbers(file, view, COLUMNS), is_sorted=sort is not None)
        taken = [value for batch in whole for value in batch.column(0).to_pylist()]
    assert shown == [found[number - 1][0] for number in page.numbers]
    assert taken == [found[number - 1][0] for number in kept]


def _in_order(
    kept: list[int], found: list[tuple[Any, ...]], sort: str, is_descending: bool
) -> list[int]:
    place = {"n": 0, 'od"d': 1, "day": 2}[sort]

    def key(number: int) -> Any:
        value = found[number - 1][place]
        if not isinstance(value, str):
            return value
        return value.replace("É", "e").lower().encode()

    filled = [number for number in kept if found[number - 1][place] is not None]
    empty = [number for number in kept if found[number - 1][place] is None]
    return [*sorted(filled, key=key, reverse=is_descending), *empty]


@pytest.mark.parametrize("pairs", [[], [("sort", "n")], [("sort", 'od"d'), ("desc", "1")]])
def test_paging_by_the_last_row_gives_every_row_once(
    engine: Engine, folder: Path, pairs: list[tuple[str, str]]
) -> None:
    texts = [None, "a", "É", "b", "é"]
    values = [(n % 3 - 1 if n % 4 else None, texts[n % 5], None) for n in range(30)]
    file = write(folder, values)
    view = read(pairs, COLUMNS)
    whole = engine.numbers(file, view, COLUMNS).tolist()
    seen: list[int] = []
    while page := engine.find(
        file, view, COLUMNS, limit=7, after=seen[-1] if seen else None
    ).numbers:
        seen += page
    assert seen == whole


def test_a_view_is_its_query_string() -> None:
    query = "n__gte=-2&od%22d__contains=%C3%A9&od%22d__contains=b&day__empty=0&sort=n"
    view = read(parse_qsl(f"{query}&bbox=3,50,3.5,51"), COLUMNS)
    again = read(parse_qsl(urlencode(view.pairs())), COLUMNS)
    assert again == view
    assert not view.is_plain
    assert read([], COLUMNS).is_plain


def test_the_statement_gives_the_same_rows_in_sql(engine: Engine, folder: Path) -> None:
    values = [(n % 5, "it's" if n % 2 else "É", date(2026, 1, 1 + n % 9)) for n in range(20)]
    file = write(folder, values)
    pairs = [('od"d__eq', "it's"), ("n__lt", "4"), ("bbox", "3,50,3.25,51"), ("sort", "day")]
    view = read(pairs, COLUMNS)
    text = statement(view, COLUMNS, "stations")
    duckdb.sql(f"CREATE OR REPLACE VIEW stations AS FROM '{file}'")
    found = duckdb.sql(text).fetchall()
    numbers = engine.numbers(file, view, COLUMNS)
    shown = rows(file, pq.read_metadata(file), list(numbers))
    assert [tuple(row[:3]) for row in shown] == [r[:3] for r in found]
    assert found


def test_a_day_means_the_whole_day_in_the_time_of_the_territory(
    engine: Engine, folder: Path
) -> None:
    # 22:00 UTC on the 12th of January is 23:00 in Brussels.
    file = write(folder, [(n, "", None) for n in range(5)])
    asked = read([("at__lte", "2026-01-12")], COLUMNS)
    assert engine.find(file, asked, COLUMNS).numbers == [1, 2, 3]
    asked = read([("at__eq", "2026-01-12")], COLUMNS)
    assert engine.find(file, asked, COLUMNS).numbers == [3]


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("nowhere__eq", "1")], "view-column-unknown"),
        ([("n__contains", "1")], "view-operator-unknown"),
        ([("n__eq", "1 OR true")], "view-value-unreadable"),
        ([("n__eq", "1e999")], "view-value-unreadable"),
        ([("n__eq", "NaN")], "view-value-unreadable"),
        ([('od"d__eq', "a\0b")], "view-value-unreadable"),
        ([("day__gt", "31/02/2026")], "view-value-unreadable"),
        ([("day__empty", "yes")], "view-empty-unclear"),
        ([("bbox", "1,2,3")], "view-bounds-unreadable"),
        ([("bbox", "4,2,3,5")], "view-bounds-unreadable"),
        ([("bbox", "nan,2,3,5")], "view-bounds-unreadable"),
        ([("utm_source", "x")], "view-parameter-unknown"),
        ([("sort", "n"), ("sort", "day")], "view-parameter-repeated"),
        ([("n__eq", str(n)) for n in range(300)], "view-too-many"),
        ([('od"d__eq', "x" * 2000)], "view-value-too-long"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(pairs: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(ViewError) as caught:
        read(pairs, COLUMNS)
    assert caught.value.code == code


def test_the_engine_reads_nothing_outside_its_folder(engine: Engine, tmp_path: Path) -> None:
    file = write(tmp_path, [(1, "", None)])
    with pytest.raises(duckdb.PermissionException):
        engine.find(file, View(), COLUMNS)


def test_a_view_that_takes_too_long_is_ended(folder: Path) -> None:
    file = write(folder, [(n, str(n), None) for n in range(3)], group=1000)
    slow = Engine(folder, deadline_s=0.05)
    with pytest.raises(ViewError) as caught:
        slow.aggregate(file, "SELECT count(*) FROM range(100000000) a, range(100000) b")
    assert caught.value.code == "view-too-slow"


@settings(max_examples=10, deadline=None)
@given(found=ROWS)
def test_a_profile_counts_every_row_once(
    engine: Engine, folder: Path, found: list[tuple[Any, ...]]
) -> None:
    file = write(folder, found)
    for column, profile in zip(COLUMNS, engine.profile(file, COLUMNS), strict=True):
        values = pq.read_table(file).column(column.name).to_pylist()
        filled = [value for value in values if value is not None]
        assert profile.row_count == len(values)
        assert profile.missing == len(values) - len(filled)
        if filled:
            assert profile.distinct == len(set(filled))
        if profile.bins:
            assert sum(one.count for one in profile.bins) == len(filled)
            for one in profile.bins[:-1]:
                pairs = [(f"{column.name}__gte", one.start), (f"{column.name}__lt", one.end)]
                counted = engine.find(file, read(pairs, COLUMNS), COLUMNS).count
                assert counted == one.count


def test_extreme_numbers_have_a_profile(engine: Engine, folder: Path) -> None:
    column = Column(name="x", type="DOUBLE")
    for values in ([1e308, -1e308], [float("nan")], [float("inf"), 1.0], [1e-300, 2e-300], [0.1]):
        file = folder / f"{next(_NUMBERS)}.parquet"
        pq.write_table(pa.table({"x": values}), file)
        (profile,) = engine.profile(file, [column])
        assert profile.row_count == len(values)
