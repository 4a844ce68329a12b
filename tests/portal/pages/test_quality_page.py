"""The quality of a version: rules that were kept and broken, empty cells, what is told of it."""

import re
from datetime import date
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from catalogue.store import datasets, versions
from portal.freshness import Freshness
from portal.pages.dataset.quality_facts import rows_of_findings, rules_of, timeliness_of
from portal.services import Services
from tablecheck.report import Count, Finding, Report

PAGE = "/en/datasets/stations-de-velos/quality"


def test_rules_that_were_kept_are_told_with_their_reason(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    for words in ("Every value is of the type of its column", "Codes have their form"):
        assert words in text
    assert "such as a leading zero" in text
    assert "Only values of the code list" not in text  # no column has one


def test_empty_cells_and_descriptions_are_counted(pages: FlaskClient) -> None:
    found = pages.get(f"{PAGE}.json").get_json()
    assert (found["empty_cells"], found["cells"]) == (36, 2000)
    assert [one["column"] for one in found["empty_columns"]] == ["docks"]
    told = found["documentation"]
    assert (told["column_count"], told["labelled"], told["languages"]["nl"]) == (8, 2, 1)
    assert "36 of 2,000 cells are empty: 2%." in pages.get(PAGE).text


def test_trend_leads_to_the_check_of_each_version(pages: FlaskClient) -> None:
    found = pages.get(f"{PAGE}.json?version=1").get_json()
    assert found["version"] == 1
    assert [(one["version"], one["rows"]) for one in found["trend"]] == [(2, 250), (1, 240)]
    assert found["trend"][0]["missing_share"] == 36 / 2000
    assert "1.8%" in pages.get(PAGE).text
    assert f'href="{PAGE}?version=1"' in pages.get(PAGE).text


def test_broken_rules_are_counted_by_their_kind(
    sample_services: Services, pages: FlaskClient
) -> None:
    version = versions.get(sample_services.store, "stations")
    params: dict[str, Any] = {"constraint": "pattern"}
    report = Report(
        findings=(Finding(code="constraint-error", row=2, column="insee", params=params),),
        error_count=4,
        counts=(
            Count(column="insee", code="constraint-error", count=1),
            Count(column="docks", code="type-error", count=3),
        ),
    )
    with pages.application.test_request_context("/en/"):
        rules = rules_of(msgspec.structs.replace(version), report)
    assert all(rule.mend for rule in rules)
    broken = {rule.code: rule.broken for rule in rules}
    assert broken == {"type": 3, "required": 0, "pattern": 1}


def test_broken_rule_says_how_it_is_mended(
    pages: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    params: dict[str, Any] = {"constraint": "pattern"}
    error = Finding(code="constraint-error", row=2, column="insee", params=params)
    report = Report(findings=(error,), error_count=1)
    monkeypatch.setattr("portal.pages.dataset.quality.read_report", lambda _: report)
    text = pages.get(PAGE).text
    assert "Keep the column as text in the spreadsheet" in text
    assert '<a href="#findings">1 error</a>' in text
    assert "Fill in the cell" not in text  # no cell is empty that must not be


def test_empty_cells_lead_to_their_rows(pages: FlaskClient) -> None:
    (address,) = re.findall(r'href="([^"]*__empty=1)"', pages.get(PAGE).text)
    assert "36 of 250" in pages.get(address.replace("&amp;", "&")).text


def test_findings_lead_to_their_rows_where_none_was_skipped(sample_services: Services) -> None:
    version = versions.get(sample_services.store, "stations")
    version = msgspec.structs.replace(version, recipe={**version.recipe, "header_row": 3})
    found = [Finding(code="type-error", row=row) for row in (2, 4, 253, 254, None)]
    report = Report(findings=tuple(found))
    assert rows_of_findings(version, report) == {4: 1, 253: 250}
    skipped = Finding(code="blank-rows-skipped", severity="warning")
    assert rows_of_findings(version, Report(findings=(*found, skipped))) == {}


def test_data_is_held_against_the_frequency_that_was_promised(
    pages: FlaskClient, sample_services: Services
) -> None:
    dataset = datasets.get(sample_services.store, "stations-de-velos").dataset
    for frequency, changed, wanted in (
        ("DAILY", "2026-01-01", (Freshness.OVERDUE, date(2026, 1, 3))),
        ("NEVER", "2006-01-01", (Freshness.ON_TIME, None)),
        (None, "2026-01-01", (Freshness.UNKNOWN, None)),
    ):
        promised = msgspec.structs.replace(dataset, frequency=frequency)
        assert timeliness_of(promised, changed) == wanted
    assert "As new as promised" in pages.get(PAGE).text
    assert pages.get(f"{PAGE}.json").get_json()["freshness"] in list(Freshness)


def test_page_scores_the_description_and_says_what_is_missing(pages: FlaskClient) -> None:
    page = pages.get("/fr/datasets/stations-de-velos/quality").text
    assert "sur 405" in page
    assert "Qualité de la description" in page
    assert "Say" not in page
    told = pages.get("/nl/datasets/luchtkwaliteit-in-kortrijk/quality.json").get_json()
    score = told["description_score"]
    lost = {one["code"]: one["points"] for one in score["lacking"]}
    assert lost["keyword"] == 30
    assert score["points"] == 405 - sum(lost.values())
    assert score["points"] == sum(one["points"] for one in score["dimensions"])
