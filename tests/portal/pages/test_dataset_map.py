"""The map of a dataset: what it draws of a view, what it says about it, and the list beside it."""

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape

import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types
from flask.testing import FlaskClient

from portal.app import create_app
from portal.following import catch_up
from portal.pages.dataset import map as map_page
from tests.placing import publish, square, with_geometry
from tests.portal.pages.sample import services_of

HOSTILE = "<b>one</b>"
TREES = pa.table(
    {
        "name": [HOSTILE, "two", "three", None, "five"],
        "docks": [10, 30, 25, 5, 40],
        "longitude": [3.0, 3.1, 3.2, 3.3, None],
        "latitude": [50.5, 50.6, 50.7, 50.8, 50.9],
    }
)
ZONES = with_geometry(
    {"zone": ["a", "b"]}, [square(3.1, 50.6), shapely.LineString([(3, 50.5), (3.5, 50.9)])]
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with services_of(tmp_path_factory.mktemp("map") / "data") as services:
        publish(services.store, "trees", TREES)
        publish(services.store, "zones", ZONES)
        publish(services.store, "words", pa.table({"word": ["x"]}))
        catch_up(services.store, services.search)
        yield create_app(services).test_client()


def geojson(site: FlaskClient, address: str) -> dict[str, object]:
    answer = site.get(address)
    assert answer.status_code == 200
    found: dict[str, object] = json.loads(answer.data)
    return found


def rows_on(text: str) -> list[int]:
    return [int(row) for row in re.findall(r'data-row="(\d+)"', text)]


def features(found: dict[str, object]) -> list[dict[str, dict[str, object]]]:
    return found["features"]  # type: ignore[return-value]  # read from JSON


def test_list_and_map_hold_the_view_in_its_order(site: FlaskClient) -> None:
    text = site.get("/en/datasets/trees/map?docks__gte=10&sort=docks&desc=1").text
    assert rows_on(text) == [5, 2, 3, 1]
    address = re.search(r'data-geojson="([^"]+)"', text)
    assert address
    found = geojson(site, unescape(address[1]))
    assert [one["properties"]["row"] for one in features(found)] == [2, 3, 1]
    assert "The map draws 3 of 4 rows: the others have no place." in text
    assert "&lt;b&gt;one&lt;/b&gt;" in text
    assert HOSTILE not in text
    assert "docks" in text.split('data-row="5"')[1].split("</li>")[0]  # what it is sorted by


def test_area_is_part_of_the_view(site: FlaskClient) -> None:
    sent = "/en/datasets/trees/map?docks__gte=10&west=3.05&south=50&east=3.25&north=51"
    answer = site.get(sent)
    assert answer.status_code == 302
    text = site.get(answer.headers["Location"].partition("#")[0]).text
    assert rows_on(text) == [2, 3]
    assert 'data-bounds="3.05,50.0,3.25,51.0"' in text
    assert 'name="docks__gte" value="10"' in text  # the form keeps the filter
    assert "The map draws all 2 rows." in text
    data = site.get(answer.headers["Location"].partition("#")[0].replace("/map", "")).text
    assert "2 of 5 rows" in data


def test_row_tells_what_it_says_in_the_readers_words(site: FlaskClient) -> None:
    found = geojson(site, "/nl/datasets/trees/map.geojson")
    row = features(found)[0]["properties"]["row"]
    details = str(found["details_address"]).replace("{row}", str(row))
    assert geojson(site, details) == {"columns": ["name", "docks"], "values": [HOSTILE, "10"]}
    page = str(found["row_address"]).replace("{row}", str(row))
    assert site.get(page).status_code == 200
    assert features(found)[3]["properties"]["title"] == "Rij 4"
    assert site.get("/nl/datasets/trees/map/1.json?version=7").status_code == 404


def test_too_many_rows_become_squares_that_lead_to_them(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_page, "MOST_DRAWN", 3)
    text = site.get("/en/datasets/trees/map?sort=name").text
    assert "4 of 5 rows have a place: too many to draw one by one (at most 3)" in text
    found = features(geojson(site, "/en/datasets/trees/map.geojson?sort=name"))
    assert [one["properties"]["title"] for one in found] == ["1 row"] * 4
    assert all(isinstance(one["properties"]["share"], float) for one in found)
    inside = site.get(str(found[0]["properties"]["address"]))
    assert len(rows_on(inside.text)) == 1
    assert "The map draws 1 row." in inside.text


def test_shapes_are_drawn_with_and_without_the_interactive_map(site: FlaskClient) -> None:
    found = features(geojson(site, "/fr/datasets/zones/map.geojson"))
    assert [one["geometry"]["type"] for one in found] == ["Polygon", "LineString"]
    text = site.get("/fr/datasets/zones/map").text
    assert text.count('class="map-shape"') == 1
    assert text.count('class="map-line"') == 1


def test_map_is_a_tab_where_rows_have_a_place_alone(site: FlaskClient) -> None:
    assert (
        'href="/fr/datasets/trees/map?docks__gte=20"'
        in site.get("/fr/datasets/trees?docks__gte=20").text
    )
    assert "/datasets/words/map" not in site.get("/fr/datasets/words").text
    answer = site.get("/fr/datasets/words/map")
    assert answer.headers["Location"] == "/fr/datasets/words"


def test_what_cannot_be_asked_is_said_and_everything_shown(site: FlaskClient) -> None:
    answer = site.get("/en/datasets/trees/map?bbox=4,50,3,51")
    assert answer.status_code == 400
    assert len(rows_on(answer.text)) == 5
    assert site.get("/en/datasets/trees/map.geojson?bbox=4,50,3,51").status_code == 400
    none = site.get("/en/datasets/trees/map?docks__gte=1000")
    assert "None of these rows has a place" in none.text
    assert "No row is like that." in none.text


def test_what_is_drawn_is_packed_and_kept(site: FlaskClient) -> None:
    address = "/en/datasets/trees/map.geojson"
    first = site.get(address, headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(first.data) if first.content_encoding else first.data)
    etag = first.headers["ETag"]
    assert site.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_map_in_a_frame_is_the_map_of_the_tab_with_its_list(site: FlaskClient) -> None:
    tab = site.get("/nl/datasets/trees/map?docks__gte=10&sort=docks&desc=1").text
    assert "/embed/nl/maps/trees?docks__gte=10&amp;amp;sort=docks" in tab
    framed = site.get("/embed/nl/maps/trees?docks__gte=10&sort=docks&desc=1").text
    assert rows_on(framed) == rows_on(tab) != []
    assert framed.count("<script") == 1  # the file that wakes the map
    assert "data-framed" in framed
    assert framed.count('target="_blank"') > len(rows_on(framed))
    assert site.get("/embed/fr/maps/words").status_code == 404


def test_map_of_a_table_without_a_place_is_refused(site: FlaskClient) -> None:
    assert site.get("/fr/datasets/words/map.geojson").status_code == 404
