"""Where a dataset lies on the map, as far as its rows or its coverage tell."""

import math
from pathlib import Path

import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue import extents
from catalogue.boxes import Box, read_box
from catalogue.extents import extent_of, extent_of_places
from catalogue.points import points
from catalogue.store import Store, datasets
from tests.placing import publish, with_geometry

LILLE = points()["59350"]
AT_LILLE = Box(LILLE.longitude, LILLE.latitude, LILLE.longitude, LILLE.latitude)


def extent(store: Store, dataset_id: str) -> Box | None:
    return extent_of(store, datasets.get(store, dataset_id))


def test_rows_tell_before_the_coverage_does(sqlite_store: Store) -> None:
    shapes = [shapely.Point(3.1, 50.6), shapely.LineString([(3, 50.5), (3.2, 50.7)])]
    table = with_geometry({"id": [1, 2]}, shapes)
    dataset_id = publish(sqlite_store, "paths", table, spatial=["34022"])
    assert extent(sqlite_store, dataset_id) == Box(3, 50.5, 3.2, 50.7)


@pytest.mark.parametrize("names", [("longitude", "latitude"), ("LON", "lat"), ("lng", "Latitude")])
def test_longitude_and_latitude_are_read_without_what_is_no_place(
    sqlite_store: Store, names: tuple[str, str]
) -> None:
    longitudes = [3.1, 3.3, 0.0, None, math.nan]
    latitudes = [50.6, 50.8, 0.0, 50.7, 50.9]
    table = pa.table(dict(zip(names, (longitudes, latitudes), strict=True)))
    dataset_id = publish(sqlite_store, "stations", table)
    assert extent(sqlite_store, dataset_id) == Box(3.1, 50.6, 3.3, 50.8)


def test_texts_of_both_are_read_without_what_is_no_place(sqlite_store: Store) -> None:
    texts = ["50.6, 3.1", "50.8,3.3", "0,0", None, "Lille", "50.9, nan"]
    dataset_id = publish(sqlite_store, "stations", pa.table({"Geo_Point_2d": texts}))
    assert extent(sqlite_store, dataset_id) == Box(3.1, 50.6, 3.3, 50.8)


def test_a_large_table_tells_by_its_statistics(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extents, "MAX_ROWS", 1)
    table = pa.table({"longitude": [3.1, 3.3], "latitude": [50.6, 50.8]})
    dataset_id = publish(sqlite_store, "stations", table)
    assert extent(sqlite_store, dataset_id) == Box(3.1, 50.6, 3.3, 50.8)


def test_coverage_tells_where_no_row_does(sqlite_store: Store) -> None:
    table = pa.table({"longitude": [250000.0], "latitude": [6600000.0]})  # metres, not degrees
    dataset_id = publish(sqlite_store, "stations", table, spatial=["59350"])
    assert extent(sqlite_store, dataset_id) == AT_LILLE
    assert extent_of_places(["Rijsel"]) == AT_LILLE
    wide = extent_of_places(["59350", "34022"])
    assert wide is not None
    assert wide.west == LILLE.longitude
    assert wide.east > wide.west
    assert extent_of_places(["nowhere"]) is None


def test_a_file_that_is_gone_tells_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    dataset_id = publish(sqlite_store, "s", pa.table({"lon": [3.1], "lat": [50.6]}))
    version = datasets.get(sqlite_store, dataset_id).tables[0].current
    assert version is not None
    sqlite_store.objects.parquet_path(version.sha256).unlink()
    assert extent(sqlite_store, dataset_id) is None


def test_an_area_is_four_degrees_in_their_order() -> None:
    assert read_box("3,50.5,3.5,50.9") == Box(3, 50.5, 3.5, 50.9)
    for wrong in (
        "",
        "3,50,3.5",
        "3.5,50,3,51",
        "3,51,3.5,50",
        "a,b,c,d",
        "nan,1,2,3",
        "3,50,3,91",
    ):
        with pytest.raises(ValueError, match=r".*"):
            read_box(wrong)
