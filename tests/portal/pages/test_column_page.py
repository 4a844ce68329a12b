"""The columns of a table: their figures are those of the rows, and lead to them."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from catalogue.records import Column
from catalogue.views import Profile, Value
from portal.pages.dataset.codes import codes_of
from portal.profiles import Profiles

PAGE = "/en/datasets/stations-de-velos/columns"


def test_each_name_of_the_list_leads_to_its_column(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    names = re.findall(r'<th scope="row"><a href="([^"]+)"', text)
    assert len(names) == 8
    for address in names:
        assert pages.get(unescape(address)).status_code == 200, address


def test_lines_of_a_histogram_lead_to_as_many_rows_as_they_say(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}/docks").text
    table = text.split('id="figures"')[1].split("</table>")[0]
    lines = re.findall(r'<a href="([^"]+)"[^>]*>[^<]+</a></th><td[^>]*>(\d+)</td>', table)
    assert sum(int(count) for _, count in lines) == 250 - 36  # every seventh is empty
    for address, count in lines:
        rows = pages.get(unescape(address)).text
        assert f"{count} of 250 row" in rows, address


def test_a_column_is_told_in_figures(pages: FlaskClient) -> None:
    found = pages.get(f"{PAGE}/docks.json").get_json()
    profile = found["profile"]
    assert (found["table"], found["version"], found["type"]) == ("stations", 2, "INTEGER")
    assert (profile["row_count"], profile["missing"], profile["distinct"]) == (250, 36, 214)
    text = pages.get(f"{PAGE}/docks").text
    for words in ("Smallest", "5%", "Median", "95%", "Largest", "249,000", "Mean", "36"):
        assert words in text


def test_dates_have_landmarks_too(pages: FlaskClient) -> None:
    found = pages.get(f"{PAGE}/opened.json").get_json()["profile"]
    assert found["quantiles"][2] == "2020-01-14"
    assert "14/01/2020" in pages.get(f"{PAGE}/opened").text


def test_labels_of_all_languages_stand_on_the_page_of_each(pages: FlaskClient) -> None:
    for lang in ("fr", "nl", "en"):
        text = pages.get(f"/{lang}/datasets/stations-de-velos/columns/insee").text
        for words in ("Code Insee", "INSEE-code", "INSEE code"):
            assert words in text


def test_list_as_json_holds_every_column(pages: FlaskClient) -> None:
    found = pages.get(f"{PAGE}.json")
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    names = [column["name"] for column in found.get_json()["columns"]]
    assert names[:3] == ["insee", "docks", "year"]


def test_figures_that_are_being_made_are_said_to_come(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Profiles, "of", lambda *_: None)
    for address in (PAGE, f"{PAGE}/docks"):
        response = pages.get(address)
        assert "being summed up" in response.text
        assert "ETag" not in response.headers
    assert pages.get(f"{PAGE}/docks.json").get_json()["is_profile_pending"] is True


def test_codes_are_those_of_the_schema_with_their_labels_and_counts() -> None:
    profile = Profile(
        name="side", row_count=3, missing=0, distinct=1, top=[Value(value="FR", count=3)]
    )
    plain = Column(name="side", type="VARCHAR", field={"constraints": {"enum": ["FR", "BE"]}})
    assert [tuple(code) for code in codes_of(plain, profile)] == [("FR", "", 3), ("BE", "", 0)]
    told = {"categories": [{"value": "FR", "label": {"fr": "France"}}, "BE"]}
    labelled = Column(name="side", type="VARCHAR", field=told)
    found = codes_of(labelled, None)
    assert [(code.value, code.label, code.row_count) for code in found] == [
        ("FR", "France", None),
        ("BE", "", None),
    ]
