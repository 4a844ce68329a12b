"""The quality of a version: rules that were kept and broken, empty cells, what is told of it."""

from typing import Any

import msgspec
from flask.testing import FlaskClient

from catalogue.store import versions
from portal.pages.dataset.quality_facts import rules_of
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
    broken = {rule.code: rule.broken for rule in rules}
    assert broken == {"type": 3, "required": 0, "pattern": 1}
