"""The ground that maps are drawn on, as files for the browser."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalogue.outlines import Outlines
from catalogue.points import points
from catalogue.store import Store, open_store
from catalogue.territory import municipalities
from portal.maps.ground import GroundKeeper, ground_of
from portal.maps.projection import Frame, frame_around, place
from tests.placing import boundaries, publish, square

FRENCH = [code for code in points() if code.startswith("59")][:8]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


def test_municipalities_are_named_in_three_languages_the_towns_first(store: Store) -> None:
    found = json.loads(GroundKeeper(store).current().contents["geojson"])["features"]
    named = [feature["properties"] for feature in found]
    assert len(named) == 144
    assert named[0]["fr"] == "Lille"
    assert named[0]["nl"] == "Rijsel"
    assert {"Tournai", "Courtrai", "Roulers"} <= {one["fr"] for one in named[:12]}


def test_ground_keeps_its_name_until_there_are_better_outlines(store: Store) -> None:
    keeper = GroundKeeper(store)
    before = keeper.current()
    publish(store, "no_map", boundaries(FRENCH[:2]))
    assert keeper.current().hashes == before.hashes
    publish(store, "communes", boundaries(FRENCH))
    after = keeper.current()
    assert after.hashes != before.hashes
    kinds = {one["properties"]["kind"] for one in json.loads(after.contents["geojson"])["features"]}
    assert kinds == {"boundary", "municipality"}
    assert b'id="boundaries" d="M' in after.contents["svg"]
    assert after is keeper.current()


def test_municipality_without_a_point_lies_within_its_boundary() -> None:
    codes = {place.code for place in municipalities()}
    (brunehaut,) = {"57093"} & codes - points().keys()
    ground = ground_of(Outlines(municipalities={brunehaut: square(3.38, 50.52)}))
    found = json.loads(ground.contents["geojson"])["features"]
    (place,) = [one for one in found if one["properties"].get("code") == brunehaut]
    assert place["geometry"]["coordinates"] == [3.38, 50.52]


def test_ground_is_kept_for_ever_and_an_old_address_leads_to_it(pages: FlaskClient) -> None:
    old = pages.get("/map/ground-000000000000.geojson")
    assert old.status_code == 302
    assert old.headers["Cache-Control"] == "no-cache"
    address = old.headers["Location"]
    assert re.fullmatch(r"/map/ground-[0-9a-f]{12}\.geojson", address)
    plain = pages.get(address)
    packed = pages.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.mimetype == "application/geo+json"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert pages.get("/map/ground-000000000000.exe").status_code == 404
    drawing = pages.get("/map/ground-000000000000.svg", follow_redirects=True)
    assert drawing.mimetype == "image/svg+xml"


def test_window_on_the_drawing_shows_what_it_is_made_for() -> None:
    lille, kortrijk = (3.06, 50.63), (3.26, 50.83)
    window = frame_around([lille, kortrijk])
    for x, y in (place(*lille), place(*kortrijk)):
        assert window.x < x < window.x + window.width
        assert window.y < y < window.y + window.height
    assert window.width < Frame().width
    assert frame_around([lille]).width > 20
    assert frame_around([]) == Frame()
    assert Frame().view_box == "0 0 560 420"
