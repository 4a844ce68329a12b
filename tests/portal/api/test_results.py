"""The twins of a page of results: JSON, CSV and Atom of the very same search."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from catalogue.search import FACETS
from portal.api import results
from portal.api.atom import feed
from portal.atom import ATOM, XML_LANG
from tests.catalogue.search.entries import entry

NAMES = {"a": ATOM}
SEARCHES = ("", "?q=fiets", "?side=FR&side=VLG&theme=TRAN", "?q=zzzzzz", "?sort=title&page=2")


def ids(text: str) -> list[str]:
    return re.findall(r'class="card-title"><a href="/../datasets/([^"]+)"', text)


def twin(text: str, kind: str) -> str:
    found = re.search(rf'<link rel="alternate" type="{re.escape(kind)}"[^>]* href="([^"]+)"', text)
    assert found
    return found[1].replace("&amp;", "&")


def links(parent: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in parent.findall("a:link", NAMES)}


@pytest.mark.parametrize("search", SEARCHES)
def test_twins_hold_what_the_page_finds(pages: FlaskClient, search: str) -> None:
    page = pages.get(f"/nl/datasets{search}").text
    told = pages.get(twin(page, "application/json")).json
    assert told
    assert [each["id"] for each in told["results"]] == ids(page)
    whole = pages.get(twin(page, "text/csv"))
    rows = list(csv.DictReader(io.StringIO(whole.text)))
    assert len(rows) == told["count"]
    if "page" not in search:
        assert [row["id"] for row in rows] == ids(page)
        fed = ET.fromstring(pages.get(twin(page, "application/atom+xml")).data)  # noqa: S314 - ours
        named = [each.findtext("a:id", "", NAMES) for each in fed.findall("a:entry", NAMES)]
        assert sorted(name.rpartition("/")[2] for name in named) == sorted(ids(page))


def test_feed_is_atom_with_ids_that_stay(pages: FlaskClient) -> None:
    response = pages.get("/fr/datasets.atom?theme=TRAN&q=station")
    assert response.mimetype == "application/atom+xml"
    fed = ET.fromstring(response.data)  # noqa: S314 - ours
    assert fed.tag == f"{{{ATOM}}}feed"
    again = ET.fromstring(pages.get("/fr/datasets.atom?q=station&theme=TRAN&sort=title").data)  # noqa: S314 - ours
    assert fed.findtext("a:id", "", NAMES) == again.findtext("a:id", "", NAMES)
    one = fed.find("a:entry", NAMES)
    assert one is not None
    assert one.findtext("a:id", "", NAMES) == "http://localhost/datasets/stations-de-velos"
    for each in (fed, one):
        assert each.findtext("a:title", "", NAMES)
        datetime.strptime(each.findtext("a:updated", "", NAMES), "%Y-%m-%dT%H:%M:%S%z")
    assert pages.get(urlsplit(links(one)["alternate"]).path).status_code == 200
    tag = response.headers["ETag"]
    same = pages.get("/fr/datasets.atom?theme=TRAN&q=station", headers={"If-None-Match": tag})
    assert same.status_code == 304


def test_feed_leads_from_page_to_page_and_meets_each_dataset_once(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PAGE_SIZE", 2)
    address: str | None = "http://localhost/en/datasets.atom"
    met: list[str] = []
    moments: list[str] = []
    while address is not None:
        parts = urlsplit(address)
        fed = ET.fromstring(pages.get(f"{parts.path}?{parts.query}").data)  # noqa: S314 - ours
        told = links(fed)
        assert told["self"] == address
        assert told["first"] == "http://localhost/en/datasets.atom"
        entries = fed.findall("a:entry", NAMES)
        met += [each.findtext("a:id", "", NAMES) for each in entries]
        moments += [each.findtext("a:updated", "", NAMES) for each in entries]
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        assert ("previous" in told) == (number > 1)
        address = told.get("next")
    whole = list(csv.DictReader(io.StringIO(pages.get("/en/datasets.csv").text)))
    assert len(met) == len(set(met)) == len(whole) > 2


def test_feed_holds_whatever_a_publisher_writes() -> None:
    hostile = entry("d", {"nl": "\0<b>\x0b & ]]> \ud800"}, description={"xx": "\x1f"})
    text = feed(
        [hostile], root="https://example.org", path="/nl/datasets", pairs=[("q", "\x01&<")],
        number=1, last=1, words="\x01&<", lang="fr",
    )  # fmt: skip
    title = ET.fromstring(text).find("a:entry/a:title", NAMES)  # noqa: S314 - ours
    assert title is not None
    assert title.text == "\ufffd<b>\ufffd & ]]> \ufffd"
    assert title.get(XML_LANG) == "nl"


def test_file_is_whole_or_refused(pages: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_AT_ONCE", 2)
    whole = pages.get("/fr/datasets.csv")
    assert len(list(csv.DictReader(io.StringIO(whole.text)))) > 2
    assert whole.headers["Content-Disposition"] == 'attachment; filename="datasets.csv"'
    monkeypatch.setattr(results, "MAX_ROWS", 2)
    refused = pages.get("/fr/datasets.csv?sort=title")  # not asked before, so not kept
    assert refused.status_code == 413
    assert refused.json
    assert "2 au plus" in refused.json["error"]["message"]


@pytest.mark.parametrize("kind", ["json", "csv", "atom"])
def test_twin_is_open_to_other_origins_and_strict(pages: FlaskClient, kind: str) -> None:
    answer = pages.get(f"/nl/datasets.{kind}")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Language"] == "nl"
    assert pages.head(f"/nl/datasets.{kind}").status_code == 200
    wrong = pages.get(f"/nl/datasets.{kind}?sied=FR")
    assert wrong.status_code == 400
    assert wrong.json
    assert "sied" in wrong.json["error"]["message"]


@pytest.mark.parametrize("search", ["", "?side=VLG&side=FR", "?theme=ENVI&theme=TRAN&side=VLG"])
def test_count_beside_a_value_is_what_its_link_finds(pages: FlaskClient, search: str) -> None:
    told = pages.get(f"/en/datasets.json{search}").json
    assert told
    asked = parse_qs(search.removeprefix("?"))
    for facet in FACETS:
        for value, count in told["facets"][facet].items():
            alone = {**asked, facet: [value]}
            found = pages.get("/en/datasets.json", query_string=alone).json
            assert found
            assert found["count"] == count, (facet, value)
