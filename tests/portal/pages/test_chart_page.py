"""The chart of a table: drawn by itself, changed by its address, taken away."""

import html
import re
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

PAGE = "/fr/datasets/stations-de-velos/chart"


def test_chart_chooses_itself_and_its_address_draws_the_same(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    found = re.search(r'<img src="([^"]+)"', text)
    assert found
    picture = pages.get(html.unescape(found[1]))
    assert picture.mimetype == "image/svg+xml"
    assert ET.fromstring(picture.data).tag.endswith("svg")  # noqa: S314  # drawn by us
    etag = picture.headers["ETag"]
    again = pages.get(html.unescape(found[1]), headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("extension", "begin"), [("png", b"\x89PNG"), ("csv", b"Year,"), ("json", b"{")]
)
def test_chart_is_taken_away(pages: FlaskClient, extension: str, begin: bytes) -> None:
    query = "type=bar&x=year&y=price&measure=mean&price__gte=50"
    answer = pages.get(f"/en/datasets/stations-de-velos/chart.{extension}?{query}")
    assert answer.status_code == 200
    assert answer.data.lower().startswith(begin.lower())
    assert "attachment" in answer.headers["Content-Disposition"]


def test_filter_of_the_rows_holds_for_the_chart(pages: FlaskClient) -> None:
    address = "/en/datasets/stations-de-velos/chart.csv?x=is_open&docks__gte=246000"
    lines = pages.get(address).text.splitlines()
    assert sum(int(line.split(",")[1]) for line in lines[1:]) == 4
    assert "docks__gte=246000" in pages.get(f"{PAGE}?docks__gte=246000").text


@pytest.mark.parametrize("query", ["x=nowhere", "type=cake", "type=dot&x=note&y=price", "x=place"])
def test_what_cannot_be_drawn_is_said_on_the_page(pages: FlaskClient, query: str) -> None:
    answer = pages.get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
