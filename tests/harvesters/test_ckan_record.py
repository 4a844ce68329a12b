"""CKAN packages as portals really write them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from catalogue.records import Publisher, Source
from harvesters import HARVESTERS, Parsed, Raw

SOURCE = Source(id="kortrijk", protocol="ckan", url="https://data.example.be", languages=["nl"])
REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))


def parse(source: Source = SOURCE, **body: Any) -> Parsed:
    resource = {"id": "r1", "url": "https://data.example.be/x.csv", "format": "CSV"}
    base = {"id": "d1", "name": "fietsen", "title": "Fietsen", "resources": [resource]}
    raw = Raw(remote_id="d1", body={**base, **body}, origin="https://data.example.be/")
    return HARVESTERS["ckan"].parse(raw, source)


def codes(parsed: Parsed) -> list[str]:
    return [issue.code for issue in parsed.issues]


@pytest.mark.parametrize(
    "body",
    [
        {"title": {"fr": "Vélos", "nl": "Fietsen"}},
        {"title": "Fietsen", "title_translated": {"fr": "Vélos", "nl": "Fietsen"}},
        {"title": "Fietsen", "title_fr": "Vélos"},
        {"title": "Fietsen", "extras": [{"key": "title_fr", "value": "Vélos"}]},
    ],
)
def test_title_in_several_languages_is_read_however_it_is_written(body: dict[str, Any]) -> None:
    parsed = parse(**body)
    assert parsed.dataset is not None
    assert parsed.dataset.title == {"fr": "Vélos", "nl": "Fietsen"}
    assert parsed.issues == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"private": True}, "private-record"),
        ({"state": "deleted"}, "not-active"),
        ({"state": "draft"}, "not-active"),
        ({"type": "harvest"}, "not-a-dataset"),
        ({"resources": []}, "no-distribution"),
    ],
)
def test_record_that_is_not_for_us_is_left_out_with_its_reason(
    body: dict[str, Any], code: str
) -> None:
    parsed = parse(**body)
    assert parsed.dataset is None
    assert [(issue.code, issue.severity) for issue in parsed.issues] == [(code, "info")]


def test_naive_times_are_utc() -> None:
    parsed = parse(metadata_modified="2026-03-29T01:30:00.123456")
    assert parsed.dataset is not None
    assert parsed.dataset.modified == "2026-03-29T01:30:00Z"


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ({"license_id": "cc-by"}, "cc-by-4.0"),
        ({"license_title": "Modellicentie gratis hergebruik"},
         "modellicentie-gratis-hergebruik-1.0"),
        ({"license_id": "fr-lo", "license_title": "Licence Ouverte"}, "etalab-2.0"),
        ({"license_id": "notspecified"}, None),
        ({"license_id": "", "license_title": "Eigen licentie"}, "Eigen licentie"),
    ],
)  # fmt: skip
def test_licence_is_recognised_or_kept_in_its_own_words(
    said: dict[str, Any], licence: str | None
) -> None:
    parsed = parse(**said)
    assert parsed.dataset is not None
    assert parsed.dataset.licence == licence
    assert codes(parsed) == (["unknown-licence"] if licence == "Eigen licentie" else [])


def test_bad_resource_costs_itself_and_not_its_dataset() -> None:
    good = {"id": "r1", "url": "/x.csv", "format": "Csv (;)", "size": "1204"}
    bad = [
        {"id": "r2", "url": "javascript:alert(1)"}, {"id": "r3"}, "x",
        {"id": "r4", "state": "deleted"},
    ]  # fmt: skip
    parsed = parse(resources=[*bad, good])
    assert parsed.dataset is not None
    (found,) = parsed.dataset.distributions
    assert (found.url, found.format, found.size_bytes) == (
        "https://data.example.be/x.csv", "csv", 1204,
    )  # fmt: skip
    assert codes(parsed) == [
        "bad-url", "resource-without-url", "resource-without-url", "unexpected-value",
        "not-active",
    ]  # fmt: skip


def test_persons_are_left_out() -> None:
    parsed = parse(author="Jan Peeters", maintainer_email="jan@example.be")
    assert "Jan" not in str(parsed)
    assert "jan@" not in str(parsed)


def test_dataset_without_organisation_belongs_to_the_source() -> None:
    publisher = Publisher(id="kortrijk", title={"nl": "Stad Kortrijk"})
    source = Source(id="k", protocol="ckan", url="https://a.be", publisher=publisher)
    parsed = parse(source)
    assert parsed.dataset is not None
    assert parsed.dataset.publisher == publisher


def test_groups_and_theme_links_become_eu_themes() -> None:
    uri = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
    parsed = parse(groups=[{"title": "Mobiliteit"}, {"title": "Varia"}], theme=json.dumps([uri]))
    assert parsed.dataset is not None
    assert parsed.dataset.themes == ["TRAN", "ENVI"]
    assert codes(parsed) == ["unknown-theme"]


def test_keywords_in_several_languages_stay_apart() -> None:
    parsed = parse(keywords={"fr": ["vélo"], "nl": ["fiets"]}, tags=[{"name": "fiets"}])
    assert parsed.dataset is not None
    assert parsed.dataset.keywords == {"fr": ["vélo"], "nl": ["fiets"]}


def test_real_record_of_a_dkan_portal_is_read() -> None:
    file = REAL / "udata_harvest_fixtures" / "dkan-french-w-license.json"
    if not file.exists():
        pytest.skip(f"{file.name} is not there")
    body = json.loads(file.read_bytes())["result"][0]
    source = Source(id="hdf", protocol="ckan", url="https://a.fr", languages=["fr"])
    raw = Raw(remote_id=body["id"], body=body, origin="https://a.fr/")
    parsed = HARVESTERS["ckan"].parse(raw, source)
    assert parsed.dataset is not None
    assert parsed.dataset.licence == "etalab-1.0"
    assert parsed.dataset.created == "2019-12-10T08:23:00Z"
    assert parsed.dataset.modified == "2019-09-30T22:00:00Z"
    first = parsed.dataset.distributions[0]
    assert (first.format, first.size_bytes, first.modified) == (
        "xlsx", 42, "2019-12-19T02:00:00Z",
    )  # fmt: skip
    assert "private-but-public" in codes(parsed)
    assert "<p>" not in parsed.dataset.description["fr"]
