"""The map of search results: where datasets lie, and what lies in an area."""

import json
import re

import pytest
from flask.testing import FlaskClient

from catalogue.points import points

LILLE = points()["59350"]
BIKES = "stations-de-velos"
AROUND_LILLE = "3,50.6,3.1,50.7"


def ids(text: str) -> list[str]:
    return re.findall(r'class="card-title"><a href="/../datasets/([^"]+)"', text)


def test_area_leaves_what_lies_in_it(pages: FlaskClient) -> None:
    found = ids(pages.get(f"/fr/datasets?bbox={AROUND_LILLE}").text)
    assert BIKES in found
    assert len(found) < len(ids(pages.get("/fr/datasets").text))
    text = pages.get("/en/datasets?bbox=3.9,50.9,4,51").text
    assert ids(text) == []
    assert 'id="map" class="map-panel" open' in text  # the way to another area
    assert "without filters" in text


def test_api_takes_the_same_area(pages: FlaskClient) -> None:
    answer = pages.get(f"/api/v1/datasets?bbox={AROUND_LILLE}").get_json()
    page = pages.get(f"/nl/datasets?bbox={AROUND_LILLE}&map=1").text
    assert [found["id"] for found in answer["results"]] == ids(page)
    assert sum(answer["facets"]["publisher"].values()) == answer["count"]
    twin = re.search(r'type="application/json" href="([^"]+)"', page)
    assert twin
    again = pages.get(twin[1].replace("&amp;", "&")).get_json()
    assert [found["id"] for found in again["results"]] == ids(page)
    for form in ("csv", "atom"):
        found = pages.get(f"/nl/datasets.{form}?bbox={AROUND_LILLE}").text
        assert BIKES in found
        assert "luchtkwaliteit" not in found


@pytest.mark.parametrize("box", ["", "1", "3,50,2,51", "3,50,4,x", "0,0,999,1"])
def test_what_is_no_area_is_refused_by_the_api_and_told_on_the_page(
    pages: FlaskClient, box: str
) -> None:
    refused = pages.get(f"/api/v1/datasets?bbox={box}")
    assert refused.status_code == 400
    assert refused.get_json()["error"]["code"] == "parameter-box"
    page = pages.get(f"/en/datasets?bbox={box}")
    assert page.status_code == 200
    assert len(ids(page.text)) > 3
    assert ("are no area" in page.text) is bool(box)
    twin = re.search(r'type="application/json" href="([^"]+)"', page.text)
    assert twin
    assert pages.get(twin[1].replace("&amp;", "&")).status_code == 200


def test_four_fields_lead_to_one_parameter(pages: FlaskClient) -> None:
    sent = "/fr/datasets?q=velo&page=2&west=3&south=50.6&east=3.1&north=50.7"
    answer = pages.get(sent)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/fr/datasets?q=velo&bbox=3%2C50.6%2C3.1%2C50.7#map"
    emptied = pages.get("/fr/datasets?q=velo&west=&south=&east=&north=")
    assert emptied.headers["Location"] == "/fr/datasets?q=velo#map"
    half = pages.get("/fr/datasets?west=3&south=&east=&north=", follow_redirects=True)
    assert 'name="west" type="number" step="any" min="-180" max="180"' in half.text
    assert "ne forment pas une zone" in half.text


def test_geojson_of_a_page_is_numbered_as_its_list(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets?sort=title&map=1").text
    address = re.search(r'data-geojson="([^"]+)"', text)
    assert address
    answer = pages.get(address[1].replace("&amp;", "&"))
    assert answer.mimetype == "application/geo+json"
    rows = {int(row) for row in re.findall(r'data-row="(\d+)"', text)}
    assert rows == set(range(1, len(ids(text)) + 1))
    found = json.loads(answer.data)["features"]
    bikes = next(one for one in found if one["properties"]["title"] == "Fietsstations")
    assert len(found) < len(rows)  # some lie nowhere
    assert ids(text)[bikes["properties"]["row"] - 1] == BIKES
    assert bikes["geometry"]["coordinates"] == [LILLE.longitude, LILLE.latitude]
    assert bikes["properties"]["address"] == f"/nl/datasets/{BIKES}"


def test_home_draws_the_territory_and_leads_to_the_map(pages: FlaskClient) -> None:
    text = pages.get("/nl/").text
    assert text.count('class="mark-FR"') > 80
    assert re.search(r'href="/map/ground-[0-9a-f]{12}\.svg#borders"', text)
    assert ">Rijsel</text>" in text
    assert 'href="/nl/datasets?map=1#map"' in text
    assert "map.js" not in text
