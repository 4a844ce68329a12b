"""What maps are drawn on: whom the catalogue believes about the boundaries of municipalities."""

import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types

from catalogue.outlines import BORDERS, CANTONS, Outlines, as_lines, outlines_of, sources_of
from catalogue.points import points
from catalogue.store import Store
from catalogue.territory import places
from tests.placing import boundaries, publish, square, with_geometry

FRENCH = [c for c in points() if c.startswith("59")][:12]
FLEMISH = [c for c in points() if c.startswith("3")][:8]


def outlines(store: Store) -> Outlines:
    return outlines_of(store, sources_of(store))


def test_points_of_municipalities_lie_in_the_territory() -> None:
    assert len(points()) == 144
    assert points().keys() <= places().keys()
    assert all(2.7 < p.longitude < 4.1 and 50.4 < p.latitude < 51.1 for p in points().values())


def test_border_and_cantons_come_from_their_tables(sqlite_store: Store) -> None:
    line = shapely.LineString([(2.5, 51), (3, 50.8), (4, 50.3)])
    publish(sqlite_store, BORDERS, with_geometry({"border_id": ["FR-BE"]}, [line]))
    neighbours = [shapely.box(3, 50.5, 3.2, 50.7), shapely.box(3.2, 50.5, 3.4, 50.7)]
    publish(sqlite_store, CANTONS, with_geometry({"canton_id": ["a", "b"]}, neighbours))
    found = outlines(sqlite_store)
    assert found.borders == [line]
    assert as_lines(found.cantons).length == pytest.approx(1.4)  # the common side is drawn once
    assert found.municipalities == {}


def test_each_country_brings_boundaries_of_its_own(sqlite_store: Store) -> None:
    publish(sqlite_store, "communes", boundaries(FRENCH))
    publish(sqlite_store, "gemeenten", boundaries(FLEMISH))
    found = outlines(sqlite_store).municipalities
    assert found.keys() == {*FRENCH, *FLEMISH}
    assert found[FRENCH[0]].area == pytest.approx(0.0004)


def test_codes_that_came_as_numbers_are_known_too(sqlite_store: Store) -> None:
    table = boundaries(FLEMISH)
    numbers = pa.array([int(code) for code in FLEMISH])
    publish(sqlite_store, "gemeenten", table.set_column(0, "refnis", numbers))
    assert outlines(sqlite_store).municipalities.keys() == set(FLEMISH)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("parks", boundaries([*FRENCH, FRENCH[0]])),
        ("elsewhere", boundaries(FRENCH, east_by=0.5)),
        ("too_few", boundaries(FRENCH[:3])),
        (
            "town_halls",
            with_geometry(
                {"insee": FRENCH},
                [shapely.Point(points()[c].longitude, points()[c].latitude) for c in FRENCH],
            ),
        ),
        ("no_codes", with_geometry({"id": ["a"]}, [square(3, 50.6)])),
    ],
)
def test_what_are_no_boundaries_is_not_taken_for_them(
    sqlite_store: Store, name: str, table: pa.Table
) -> None:
    publish(sqlite_store, name, table)
    assert outlines(sqlite_store).municipalities == {}


def test_better_boundaries_win_and_others_fill_in(sqlite_store: Store) -> None:
    publish(sqlite_store, "a_few", boundaries(FRENCH[:6], half=0.02))
    publish(sqlite_store, "most", boundaries(FRENCH[1:]))
    found = outlines(sqlite_store).municipalities
    assert found.keys() == set(FRENCH)
    assert found[FRENCH[1]].area == pytest.approx(0.0004)
    assert found[FRENCH[0]].area == pytest.approx(0.0016)


def test_a_file_that_is_gone_takes_no_map_away(sqlite_store: Store) -> None:
    publish(sqlite_store, "communes", boundaries(FRENCH))
    for version in sources_of(sqlite_store):
        sqlite_store.objects.parquet_path(version.sha256).unlink()
    assert outlines(sqlite_store) == Outlines()
