"""Hints for wrong cells: each is one that frictionless then accepts, and none is a guess."""

import importlib
from pathlib import Path
from typing import Any

import pytest

import tablecheck
from tablecheck import ColumnHint, Report
from tablecheck.mending import Mender
from tablecheck.mends import KINDS

EXAMPLES = [
    (field, text, wanted)
    for name in ("numbers", "dates", "words", "codes", "points")
    for field, text, wanted in importlib.import_module(f"tablecheck.mends.{name}").EXAMPLES
]


@pytest.mark.parametrize(("field", "text", "wanted"), EXAMPLES)
def test_example_of_a_rule_holds(
    field: dict[str, Any], text: str, wanted: list[tuple[str, str | None]]
) -> None:
    mender = Mender({"name": "f", **field})
    found = mender.readings(text)
    assert not mender.is_right(text)
    assert [(one.kind, one.text) for one in found] == wanted
    assert {one.kind for one in found} <= set(KINDS)
    assert all(one.text is None or mender.is_right(one.text) for one in found)


def check(path: Path, field: dict[str, Any], *cells: str, limit: int = 1_000) -> Report:
    path.write_text("\n".join(("a;b", *(f"{cell};x" for cell in cells))) + "\n")
    schema = {"fields": [{"name": "a", **field}, {"name": "b", "type": "string"}]}
    return tablecheck.validate(path, schema, limit_errors=limit)


def suggestions(report: Report) -> list[str | None]:
    return [finding.suggestion for finding in report.errors]


def only_hint(report: Report) -> ColumnHint:
    (hint,) = report.column_hints
    return hint


def test_one_hint_for_a_whole_column_counts_beyond_the_limit(tmp_path: Path) -> None:
    cells = [f"{number}.5" for number in range(300)]
    report = check(tmp_path / "a.csv", {"type": "number", "decimalChar": ","}, *cells, limit=10)
    hint = only_hint(report)
    assert (hint.hint, hint.mark, hint.count, hint.total) == ("decimal-mark", ".", 300, 300)
    assert hint.is_whole
    assert suggestions(report) == [f"{number},5" for number in range(10)]


def test_a_cell_that_breaks_two_rules_counts_once(tmp_path: Path) -> None:
    constraints = {"pattern": "[0-9]{5}", "minLength": 5}
    report = check(tmp_path / "a.csv", {"type": "string", "constraints": constraints}, "1001")
    assert report.error_count == 2
    assert only_hint(report).count == 1
    assert suggestions(report) == ["01001", "01001"]


def test_day_that_can_be_two_is_not_guessed(tmp_path: Path) -> None:
    report = check(tmp_path / "a.csv", {"type": "date"}, "05/04/2026", "06/04/2026")
    assert suggestions(report) == [None, None]
    assert report.errors[0].params["readings"] == ["2026-04-05", "2026-05-04"]
    assert only_hint(report).hint == "ambiguous-date"
    assert not only_hint(report).mends


@pytest.mark.parametrize(("sure", "wanted"), [
    ("25/04/2026", "2026-04-05"), ("04/25/2026", "2026-05-04"),
])  # fmt: skip
def test_other_cells_of_the_column_settle_a_doubt(tmp_path: Path, sure: str, wanted: str) -> None:
    report = check(tmp_path / "a.csv", {"type": "date"}, "05/04/2026", sure)
    assert report.errors[0].suggestion == wanted
    assert only_hint(report).settles_doubt


def test_column_that_contradicts_itself_settles_nothing(tmp_path: Path) -> None:
    cells = ("05/04/2026", "25/04/2026", "04/25/2026")
    report = check(tmp_path / "a.csv", {"type": "date"}, *cells)
    assert suggestions(report) == [None, "2026-04-25", "2026-04-25"]


def test_thousands_are_not_taken_for_decimals(tmp_path: Path) -> None:
    field = {"type": "number", "decimalChar": ","}
    assert suggestions(check(tmp_path / "a.csv", field, "1.250", "3.100")) == [None, None]
    assert suggestions(check(tmp_path / "a.csv", field, "1.250", "3.1")) == ["1,250", "3,1"]
    assert suggestions(check(tmp_path / "a.csv", field, "1.250", "3.100,5")) == ["1250", "3100,5"]
    whole = {"type": "integer"}
    assert suggestions(check(tmp_path / "a.csv", whole, "1.250", "12.5")) == [None, None]
    assert suggestions(check(tmp_path / "a.csv", whole, "1.250", "2.500", "3.125")) == [
        "1250", "2500", "3125",
    ]  # fmt: skip


def test_report_keeps_its_hints(tmp_path: Path) -> None:
    report = check(tmp_path / "a.csv", {"type": "integer"}, "12 km", "1 250")
    assert Report.from_dict(report.to_dict()) == report
    assert len(report.column_hints) == 2
    assert not report.column_hints[0].is_whole


def test_field_that_cannot_be_applied_gives_no_hint() -> None:
    mender = Mender({"name": "f", "type": "string", "constraints": {"pattern": "("}})
    assert not mender.is_right("a")
    assert mender.readings("1001") == ()


def test_cell_is_mended_by_a_missing_value_that_has_a_label(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\nNA,x\n2,y\n", encoding="utf-8")
    field = {"name": "a", "type": "integer", "missingValues": [{"value": "-", "label": "none"}]}
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [field, {"name": "b"}],
    }
    (finding,) = tablecheck.validate(tmp_path / "t.csv", schema).errors
    assert (finding.hint_code, finding.suggestion) == ("no-value", "-")
