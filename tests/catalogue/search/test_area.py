"""Search within an area of the map."""

import random

import pytest

from catalogue.boxes import Box
from catalogue.search import SearchIndex
from catalogue.search.records import Query
from tests.catalogue.search.entries import KORTRIJK, entry

TERRITORY = Box(2.7, 50.4, 4.1, 51.1)


@pytest.fixture(scope="module")
def extents() -> dict[str, Box | None]:
    chance = random.Random(7)  # noqa: S311  # the same boxes each time
    found: dict[str, Box | None] = {"nowhere": None}
    for number in range(60):
        west, south = chance.uniform(2.5, 4), chance.uniform(50.4, 51)
        width, height = (0, 0) if number % 3 else (chance.random(), chance.random() / 2)
        found[f"d{number}"] = Box(west, south, west + width, south + height)
    return found


@pytest.fixture(scope="module")
def index(extents: dict[str, Box | None]) -> SearchIndex:
    made = SearchIndex(None)
    entries = [
        entry(
            name,
            f"Stations {name}",
            **({"publisher": KORTRIJK} if number % 2 else {}),
            themes=["TRAN"] if number % 5 else ["ENVI"],
        )
        for number, name in enumerate(extents)
    ]
    made.apply(entries, [], 1, extents=extents)
    return made


def meets(extent: Box | None, box: Box) -> bool:
    return extent is not None and (
        extent.west <= box.east
        and extent.east >= box.west
        and extent.south <= box.north
        and extent.north >= box.south
    )


@pytest.mark.parametrize(
    "box", [TERRITORY, Box(3, 50.6, 3.4, 50.8), Box(3.2, 50.4, 3.2, 51.1), Box(10, 10, 11, 11)]
)
@pytest.mark.parametrize("q", ["", "stations"])
def test_hits_and_facets_are_those_that_meet_the_area(
    index: SearchIndex, extents: dict[str, Box | None], box: Box, q: str
) -> None:
    found = index.search(Query(q=q, box=box, limit=100))
    expected = {name for name, extent in extents.items() if meets(extent, box)}
    assert {hit.id for hit in found.results} == expected
    assert found.count == len(expected)
    assert sum(found.facets["publisher"].values()) == len(expected)
    assert sum(found.facets["theme"].values()) == len(expected)
    narrowed = index.search(Query(q=q, box=box, publisher=("kortrijk",), limit=100))
    assert narrowed.facets["publisher"] == found.facets["publisher"]
    assert narrowed.count == found.facets["publisher"].get("kortrijk", 0)


def test_a_hit_tells_where_it_lies(index: SearchIndex, extents: dict[str, Box | None]) -> None:
    found = index.search(Query(limit=100))
    assert {hit.id: hit.extent for hit in found.results} == extents


def test_an_area_moves_no_hit_before_another(index: SearchIndex) -> None:
    plain = [hit.id for hit in index.search(Query(q="stations", limit=100)).results]
    within = [h.id for h in index.search(Query(q="stations", box=TERRITORY, limit=100)).results]
    assert [name for name in plain if name in within] == within
