"""Where the rows of a view lie, against a count by hand."""

import math

import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.boxes import Box
from catalogue.records import Version
from catalogue.store import Store, versions
from catalogue.views import Bounds, Engine, View
from catalogue.views.mapped import placed, reach, squares
from tests.placing import publish, square, with_geometry

LONGITUDES = [3.0, 3.5, None, 0.0, 3.25, math.nan, 200.0, 3.0]
LATITUDES = [50.5, 50.9, 50.7, 0.0, 50.7, 50.7, 50.7, 50.5]
NAMES = ["d", "a", "none", "none", "c", "none", "none", "b"]
POINTS = pa.table({"name": NAMES, "lon": LONGITUDES, "lat": LATITUDES})


@pytest.fixture
def engine(sqlite_store: Store) -> Engine:
    return Engine(sqlite_store.objects.parquet_folder())


TEXTS = ["50.5, 3.0", "50.9,3.5", None, "0, 0", "50.7 , 3.25", "here", "50.7, 200", "50.5, 3"]
AS_TEXTS = pa.table({"name": NAMES, "geo_point_2d": TEXTS})


def version_of(store: Store, table: pa.Table) -> Version:
    publish(store, "things", table)
    return versions.get(store, "things")


@pytest.mark.parametrize("table", [POINTS, AS_TEXTS], ids=["numbers", "texts"])
def test_rows_without_a_place_are_counted_and_not_placed(
    sqlite_store: Store, engine: Engine, table: pa.Table
) -> None:
    version = version_of(sqlite_store, table)
    file = sqlite_store.objects.parquet_path(version.sha256)
    found = reach(engine, file, View(), version.columns)
    assert (found.count, found.placed, found.corners) == (8, 4, 4)
    assert found.box == Box(3.0, 50.5, 3.5, 50.9)
    ordered = View(sort="name")
    rows = placed(engine, file, ordered, version.columns, title="name", limit=10)
    assert [(row.number, row.title) for row in rows] == [(2, "a"), (8, "b"), (5, "c"), (1, "d")]
    assert rows[0].place == (3.5, 50.9)
    assert len(placed(engine, file, ordered, version.columns, title=None, limit=2)) == 2


@pytest.mark.parametrize("table", [POINTS, AS_TEXTS], ids=["numbers", "texts"])
def test_area_and_filter_narrow_what_is_placed(
    sqlite_store: Store, engine: Engine, table: pa.Table
) -> None:
    version = version_of(sqlite_store, table)
    file = sqlite_store.objects.parquet_path(version.sha256)
    area = View(bounds=Bounds(west=2.9, south=50.4, east=3.3, north=50.8))
    assert reach(engine, file, area, version.columns).placed == 3
    nowhere = View(bounds=Bounds(west=9, south=50.4, east=9.3, north=50.8))
    empty = reach(engine, file, nowhere, version.columns)
    assert (empty.count, empty.placed, empty.box) == (0, 0, None)


def test_squares_hold_every_row_once(sqlite_store: Store, engine: Engine) -> None:
    version = version_of(sqlite_store, POINTS)
    file = sqlite_store.objects.parquet_path(version.sha256)
    box = Box(3.0, 50.5, 3.5, 50.9)
    found = squares(engine, file, View(), version.columns, box, 10)
    assert [count for _, count in found] == [2, 1, 1]
    (fullest, _), *_ = found
    assert fullest.west == 3.0
    assert fullest.south == 50.5
    one_place = squares(engine, file, View(), version.columns, Box(3, 50.5, 3, 50.5), 10)
    assert sum(count for _, count in one_place) == 4


def test_shapes_are_placed_by_all_their_corners(sqlite_store: Store, engine: Engine) -> None:
    shapes = [
        square(3.1, 50.6, 0.1),
        shapely.LineString([(3, 50.5), (3.5, 50.9)]),
        None,
        shapely.Point(),
        square(500_000, 600_000, 10),  # metres, told as degrees
    ]
    version = version_of(sqlite_store, with_geometry({"id": [1, 2, 3, 4, 5]}, shapes))
    file = sqlite_store.objects.parquet_path(version.sha256)
    found = reach(engine, file, View(), version.columns)
    assert (found.count, found.placed, found.corners) == (5, 2, 7)
    assert found.box == Box(3.0, 50.5, 3.5, 50.9)
    rows = placed(engine, file, View(), version.columns, title=None, limit=10)
    assert [row.number for row in rows] == [1, 2]
    assert isinstance(rows[0].place, bytes)
    assert shapely.from_wkb(rows[0].place).equals(shapes[0])
    counted = squares(engine, file, View(), version.columns, found.box, 4)
    assert sum(count for _, count in counted) == 2
