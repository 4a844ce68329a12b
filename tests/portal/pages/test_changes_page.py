"""What changed between two versions: on the page, as JSON, and the whole of it as a file."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from catalogue.store import datasets
from catalogue.views import ViewError
from portal.comparisons import Comparisons
from portal.services import Services

PAGE = "/en/datasets/stations-de-velos/versions"
FILE = "/data/stations.diff.csv"


def figures(text: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", text))


def test_two_versions_are_compared_by_what_tells_their_rows_apart(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}?from=1&to=2").text
    assert "A row is the same one where insee is the same" in text
    assert figures(text) == {
        "Rows added": "10",
        "Rows removed": "0",
        "Rows changed": "0",
        "Rows unchanged": "240",
    }
    assert 'href="/en/datasets/stations-de-velos/rows/241?version=2"' in text
    assert "The same columns" in text


def test_the_other_way_round_what_came_has_gone(pages: FlaskClient) -> None:
    found = pages.get("/en/datasets/stations-de-velos/versions.json?from=2&to=1").get_json()
    assert (found["from"], found["to"]) == (2, 1)
    rows = found["rows"]
    assert (rows["origin"], rows["added"], rows["removed"]) == ("unique", 0, 10)
    assert [row["row"] for row in rows["removed_rows"]] == list(range(241, 251))


def test_list_of_versions_leads_to_what_changed_since_the_one_before(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    assert 'href="/en/datasets/stations-de-velos/versions?to=2&amp;from=1"' in text


def test_every_change_is_in_the_file(pages: FlaskClient) -> None:
    with pages.get(f"{FILE}?from=1&to=2") as response:
        assert response.status_code == 200
        assert "stations-v1-v2-diff.csv" in response.headers["Content-Disposition"]
        lines = list(csv.DictReader(io.StringIO(response.text)))
        held = {"If-None-Match": response.headers["ETag"]}
    assert [line["change"] for line in lines] == ["added"] * 10
    assert [line["insee"] for line in lines] == [f"{n:05}" for n in range(240, 250)]
    assert pages.get(f"{FILE}?from=1&to=2", headers=held).status_code == 304
    with pages.get(f"{FILE}?from=1&to=2", headers={"Range": "bytes=0-5"}) as part:
        assert (part.status_code, part.text) == (206, "change")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?from=1", 400),
        ("?from=0&to=1", 400),
        ("?from=x&to=1", 400),
        ("?from=1&to=9", 404),
        ("?from=1&to=2&since=1", 400),
    ],
)
def test_difference_that_is_not_asked_rightly_is_refused(
    pages: FlaskClient, query: str, status: int
) -> None:
    response = pages.get(f"{FILE}{query}")
    assert response.status_code == status
    assert response.get_json()["error"]["message"]


def test_comparison_that_is_being_made_is_said_to_come(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Comparisons, "of", lambda *_: None)
    response = pages.get(f"{PAGE}?from=1&to=2")
    assert "are being compared" in response.text
    assert "ETag" not in response.headers


def test_comparison_that_cannot_be_made_is_said_on_the_page(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ViewError("view-too-large")

    monkeypatch.setattr(Comparisons, "of", fail)
    response = pages.get(f"{PAGE}?from=1&to=2")
    assert response.status_code == 200
    assert "more memory than there is" in response.text


def test_who_follows_a_dataset_hears_of_each_version_and_what_it_means(
    pages: FlaskClient, sample_services: Services
) -> None:
    store = sample_services.store
    entry = datasets.by_ids(store, ["stations-de-velos"])[0]
    feed = pages.get(f"/nl/datasets/{entry.id}/versions.atom")
    assert feed.mimetype == "application/atom+xml"
    assert feed.headers["Access-Control-Allow-Origin"] == "*"
    root = ElementTree.fromstring(feed.data)  # noqa: S314  # our own
    told = root.findall("{*}entry")
    current = [table.current.n for table in entry.tables if table.current]
    assert len(told) == sum(current)
    assert [each.findtext("{*}updated") for each in told] == sorted(
        (each.findtext("{*}updated") for each in told), reverse=True
    )
    verdicts = {each.get("term") for each in root.iter("{http://www.w3.org/2005/Atom}category")}
    assert verdicts <= {"patch", "minor", "major"}
    assert "versions.atom" in pages.get(f"/nl/datasets/{entry.id}/versions").text
