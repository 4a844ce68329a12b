"""Geometry of every system used here comes out in longitude and latitude."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely  # type: ignore[import-untyped]  # publishes no types
from pyproj import Transformer

import tablecheck
from tablecheck.geometry import place
from tests.tablecheck.writing import arrow_table, feature_collection, write_layer

TOURNAI = (3.389, 50.606)


def projected(code: int) -> tuple[float, float]:
    x, y = Transformer.from_crs(4326, code, always_xy=True).transform(*TOURNAI)
    return (x, y)


def geojson(path: Path, point: Any, crs: Any = None) -> tablecheck.Extract:
    document = feature_collection()
    for feature in document["features"]:  # type: ignore[attr-defined]  # plain JSON
        feature["geometry"]["coordinates"] = point
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document))
    return tablecheck.read(path)[0]


def first_point(extract: tablecheck.Extract) -> shapely.Point:
    assert extract.table is not None, extract.report.errors
    point = shapely.from_wkb(extract.table.column("geometry")[0].as_py())
    assert isinstance(point, shapely.Point)
    return point


@pytest.mark.parametrize("code", [2154, 31370, 3812, 3857, 27572, 4258])
def test_system_stated_by_the_file_is_converted_and_recorded(tmp_path: Path, code: int) -> None:
    extract = geojson(tmp_path / "a.geojson", projected(code), f"urn:ogc:def:crs:EPSG::{code}")
    point = first_point(extract)
    assert (point.x, point.y) == pytest.approx(TOURNAI, abs=1e-4)
    assert extract.recipe.source_crs == f"EPSG:{code}"
    assert not extract.report.warnings


@pytest.mark.parametrize("code", [2154, 31370, 3812, 3857])
@pytest.mark.parametrize("said", [None, "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_system_that_the_file_hides_is_told_by_its_coordinates(
    tmp_path: Path, code: int, said: str | None
) -> None:
    extract = geojson(tmp_path / "a.geojson", projected(code), said)
    point = first_point(extract)
    assert (point.x, point.y) == pytest.approx(TOURNAI, abs=1e-4)
    assert extract.recipe.source_crs == f"EPSG:{code}"
    (warning,) = extract.report.warnings
    assert (warning.code, warning.params["crs"]) == ("crs-guessed", f"EPSG:{code}")


def test_coordinates_of_no_known_system_are_an_error(tmp_path: Path) -> None:
    extract = geojson(tmp_path / "a.geojson", (9e6, -4e6))
    assert extract.table is None
    assert [f.code for f in extract.report.errors] == ["crs-unknown"]


def test_swapped_coordinates_are_a_warning(tmp_path: Path) -> None:
    extract = geojson(tmp_path / "a.geojson", TOURNAI[::-1])
    assert [f.code for f in extract.report.warnings] == ["coordinates-swapped"]


@pytest.mark.parametrize("code", [4326, 31370])
def test_height_is_kept(tmp_path: Path, code: int) -> None:
    point = (*projected(code), 42.0)
    extract = geojson(tmp_path / "a.geojson", point, f"EPSG:{code}")
    assert first_point(extract).z == 42.0
    assert extract.table is not None
    geo = json.loads(extract.table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point Z"]


def test_missing_and_empty_geometries_stay_rows(tmp_path: Path) -> None:
    document = feature_collection()
    document["features"][0]["geometry"] = None  # type: ignore[index]  # plain JSON
    (tmp_path / "a.geojson").write_text(json.dumps(document))
    (extract,) = tablecheck.read(tmp_path / "a.geojson")
    assert extract.table is not None
    assert extract.table.num_rows == 3
    assert extract.table.column("geometry").null_count == 1


def test_geometry_that_is_required_and_missing_is_an_error(tmp_path: Path) -> None:
    document = feature_collection()
    document["features"][1]["geometry"] = None  # type: ignore[index]  # plain JSON
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(document))
    schema = tablecheck.read(path)[0].schema
    schema["fields"][-1]["constraints"] = {"required": True}
    (extract,) = tablecheck.read(path, schema=schema)
    assert [(f.code, f.row, f.column) for f in extract.report.errors] == [
        ("constraint-error", 3, "geometry")
    ]


@pytest.mark.parametrize("geometry", [
    {"type": "Point", "coordinates": ["a", 2]},
    {"type": "Blob", "coordinates": [1, 2]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1]]]},
    {"type": "Point"},
])  # fmt: skip
def test_broken_geometry_is_named_by_its_place(tmp_path: Path, geometry: Any) -> None:
    document = feature_collection()
    document["features"][1]["geometry"] = geometry  # type: ignore[index]  # plain JSON
    (tmp_path / "a.geojson").write_text(json.dumps(document))
    (extract,) = tablecheck.read(tmp_path / "a.geojson")
    assert [(f.code, f.params["place"]) for f in extract.report.errors] == [("geometry-broken", 2)]


def test_geopackage_of_several_layers_gives_several_tables(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.gpkg", "GPKG", "EPSG:2154", ((704_000, 7_059_000),) * 3)
    pyogrio.write_arrow(
        arrow_table(), tmp_path / "a.gpkg", layer="sans", driver="GPKG", append=True,
        geometry_type=None,
    )  # fmt: skip
    extracts = tablecheck.read(tmp_path / "a.gpkg")
    assert [e.name for e in extracts] == ["a", "sans"]
    assert [e.recipe.source_crs for e in extracts] == ["EPSG:2154", None]
    assert first_point(extracts[0]).x == pytest.approx(3.056, abs=1e-3)


def test_polygons_are_converted_whole() -> None:
    square = shapely.box(704_000, 7_059_000, 705_000, 7_060_000)
    placed = place(np.array([square, None], dtype=object), "EPSG:2154")
    moved = shapely.from_wkb(placed.cells[0].as_py())
    assert shapely.is_valid(moved)
    assert len(moved.exterior.coords) == 5
    assert placed.cells[1].as_py() is None


def test_geoparquet_keeps_its_geometry(tmp_path: Path) -> None:
    first = geojson(tmp_path / "a.geojson", TOURNAI)
    assert first.table is not None
    pq.write_table(first.table, tmp_path / "a.parquet")
    (again,) = tablecheck.read(tmp_path / "a.parquet")
    assert again.table is not None
    assert again.table.equals(first.table)
    assert again.table.schema.metadata[b"geo"] == first.table.schema.metadata[b"geo"]
