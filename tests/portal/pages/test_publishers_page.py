"""What an institution sees of its own data: true numbers, sentences, files that are whole."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from catalogue.records import RecordOutcome, RunIssue, RunRecord
from catalogue.store import Store, datasets, distributions, runs, usage
from catalogue.store.distributions import DistributionState
from catalogue.store.usage import Kind, Use
from portal.app import create_app
from portal.services import Services
from portal.usage import today
from tests.portal.pages.sample import services_of

AWAY = RunIssue(code="timeout", params={"seconds": 30, "url": "https://example.org/velos.csv"})
UNREADABLE = RunIssue(code="html-instead-of-data", params={"url": "https://example.org/x"})


@pytest.fixture(scope="module")
def own_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A catalogue whose harvest met trouble and whose data was used."""
    with services_of(tmp_path_factory.mktemp("publishers") / "data") as services:
        _trouble(services.store)
        _use(services.store)
        yield services


def _trouble(store: Store) -> None:
    broken = DistributionState(url="https://example.org/velos.csv", issue=AWAY)
    distributions.remember(store, "stations-de-velos", "csv", broken)
    gone = DistributionState(url="https://example.org/gone.csv", issue=AWAY)
    distributions.remember(store, "stations-de-velos", "no-longer-listed", gone)
    bikes = datasets.get(store, "stations-de-velos").dataset
    datasets.save(store, msgspec.structs.replace(bikes, frequency="MONTHLY"))
    records = [
        RunRecord(
            remote_id=remote_id,
            outcome=RecordOutcome.FAILED,
            dataset_id=dataset_id,
            issues=issues,
        )
        for remote_id, dataset_id, issues in (
            ("velos", "stations-de-velos", [AWAY]),
            ("bus", "horaires-des-bus", [UNREADABLE]),
            ("lucht", "luchtkwaliteit-in-kortrijk", [AWAY]),
        )
    ]
    runs.finish(store, runs.begin(store, "test"), status="done", records=records)
    runs.finish(store, runs.begin(store, "test"), status="dry-run", records=[])


def _use(store: Store) -> None:
    day = today()
    usage.add(
        store,
        {
            Use(Kind.VIEW, "stations-de-velos", day.isoformat()): 1234,
            Use(Kind.VIEW, "stations-de-velos", (day - timedelta(days=40)).isoformat()): 1000,
            Use(Kind.DOWNLOAD, "stations", (day - timedelta(days=3)).isoformat()): 7,
            Use(Kind.DOWNLOAD, "zones", day.isoformat()): 1,
            Use(Kind.QUERY, "lucht", day.isoformat()): 99,
        },
    )


@pytest.fixture
def own(own_services: Services) -> FlaskClient:
    return create_app(own_services).test_client()


def report(own: FlaskClient, publisher: str = "lille") -> dict[str, Any]:
    found: dict[str, Any] = own.get(f"/en/publishers/{publisher}.json").json or {}
    return found


def state(found: dict[str, Any], dataset_id: str) -> dict[str, Any]:
    return next(each for each in found["datasets"] if each["id"] == dataset_id)


def test_every_publisher_is_listed_with_its_numbers(own: FlaskClient) -> None:
    listed = own.get("/nl/publishers.json").json["results"]
    counts = {each["id"]: each["dataset_count"] for each in listed}
    assert {"lille": 2, "kortrijk": 1, "tournai": 1}.items() <= counts.items()
    assert counts == {each: len(report(own, each)["datasets"]) for each in counts}
    rows = list(csv.DictReader(io.StringIO(own.get("/nl/publishers.csv").text)))
    assert [row["title"] for row in rows] == sorted(row["title"] for row in rows)
    assert "Stad Rijsel" in own.get("/nl/publishers").text
    narrowed = own.get("/nl/publishers?side=WAL").text
    assert "Tournai" in narrowed
    assert "Stad Kortrijk" not in narrowed


def test_freshness_is_the_promise_against_the_data(own: FlaskClient) -> None:
    found = report(own)
    assert state(found, "stations-de-velos")["freshness"] == "overdue"
    assert state(found, "horaires-des-bus")["freshness"] == "unknown"


def test_errors_drafts_and_gaps_are_told_per_dataset(own: FlaskClient) -> None:
    parks = state(report(own, "tournai"), "parcs-jardins-b")
    assert parks["draft_count"] == 1
    assert parks["missing"] == ["licence", "description", "languages", "contact"]
    text = own.get("/en/publishers/tournai").text
    assert "Missing: licence, description, language of the data, page or site" in text
    assert state(report(own), "stations-de-velos")["missing"] == []


def test_broken_links_are_told_once_with_their_sentence(own: FlaskClient) -> None:
    problems = report(own)["problems"]
    assert [(each["dataset_id"], each["issue"]["code"]) for each in problems] == [
        ("stations-de-velos", "timeout"),
        ("horaires-des-bus", "html-instead-of-data"),
    ]
    assert problems[0]["url"] == "https://example.org/velos.csv"
    for lang, words in (("fr", "à temps"), ("nl", "op tijd"), ("en", "in time")):
        page = own.get(f"/{lang}/publishers/lille").text
        assert words in page.split('id="links"')[1], lang


def test_uses_are_those_of_its_own_datasets(own: FlaskClient) -> None:
    uses = report(own)["uses"]
    assert {kind: (each["recent"], each["total"]) for kind, each in uses.items()} == {
        "view": (1234, 2234),
        "download": (8, 8),
        "query": (0, 0),
    }
    assert len(uses["view"]["days"]) == 30
    page = own.get("/fr/publishers/lille").text
    assert "1\u202f234" in page
    told = re.findall(r'<svg class="sparkline"[^>]*aria-label="([^"]+)"', page)
    assert len(told) == 3
    assert "1\u202f234" in told[0]


def test_selection_shows_what_its_number_says(own: FlaskClient) -> None:
    page = own.get("/en/publishers/lille?show=overdue").text
    rows = page.split("report-table")[1]
    assert "/en/datasets/stations-de-velos" in rows
    assert "horaires-des-bus" not in rows
    assert own.get("/en/publishers/lille?show=nonsense").status_code == 200


def test_file_for_excel_runs_no_formula(own: FlaskClient, own_services: Services) -> None:
    store = own_services.store
    bikes = datasets.get(store, "horaires-des-bus").dataset
    datasets.save(store, msgspec.structs.replace(bikes, title={"fr": '=HYPERLINK("x")'}))
    text = own.get("/fr/publishers/lille.csv?excel=fr").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 2
    assert not any(row["title"].startswith("=HYPERLINK") for row in rows)
    datasets.save(store, bikes)


def test_csv_holds_every_dataset_with_its_permanent_address(own: FlaskClient) -> None:
    response = own.get("/fr/publishers/lille.csv")
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert {row["address"] for row in rows} == {
        "http://localhost/datasets/stations-de-velos",
        "http://localhost/datasets/horaires-des-bus",
    }
    assert {row["views_total"] for row in rows} == {"2234", "0"}


def test_names_of_publishers_lead_to_their_page_and_to_their_datasets(own: FlaskClient) -> None:
    card = own.get("/fr/datasets").text
    assert 'href="/fr/publishers/lille"' in card
    page = own.get("/fr/datasets/stations-de-velos").text
    assert 'href="/fr/publishers/lille"' in page
    assert 'href="/fr/datasets?publisher=lille"' in page


def test_unknown_publisher_is_a_404_in_the_readers_language(own: FlaskClient) -> None:
    response = own.get("/nl/publishers/niemand")
    assert response.status_code == 404
    assert "Er is hier geen uitgever “niemand”" in response.text


def test_language_menu_keeps_page_and_query(own: FlaskClient) -> None:
    page = own.get("/fr/publishers/lille?show=overdue&page=2").text
    assert 'href="/nl/publishers/lille?show=overdue&amp;page=2"' in page


def test_publisher_whose_datasets_are_gone_keeps_its_page(tmp_path: Path) -> None:
    with services_of(tmp_path / "data") as services:
        datasets.archive(services.store, "luchtkwaliteit-in-kortrijk")
        client = create_app(services).test_client()
        assert client.get("/en/publishers/kortrijk").status_code == 200
        listed = json.loads(client.get("/en/publishers.json").data)["results"]
        assert "kortrijk" not in {each["id"] for each in listed}
