"""Where we mean to part from frictionless: `docs/tablecheck-divergences.md`, test by test."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Dialect, Resource, Schema
from frictionless.resources import TableResource

import tablecheck
from tests.tablecheck.differential.cases import COMMA, Case, csv_bytes
from tests.tablecheck.differential.verdicts import CRASHED, of_frictionless, of_tablecheck

ROOT = Path(__file__).parents[2]
WHOLE: dict[str, Any] = {"fields": [{"name": "a", "type": "integer"}]}


def codes(report: tablecheck.Report) -> list[str]:
    return [finding.code for finding in report.errors]


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_list_and_tests_are_in_step() -> None:
    listed = (ROOT / "docs" / "tablecheck-divergences.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z_]+)`", listed))
    here = {name for name in globals() if name.startswith("test_")}
    assert named == here - {"test_list_and_tests_are_in_step"}


@pytest.mark.parametrize(("field", "texts"), [
    ({"type": "number", "constraints": {"minimum": 0}}, ["1", "sNaN"]),
    ({"type": "array", "constraints": {"unique": True}}, ["[1]"]),
    ({"type": "object", "constraints": {"unique": True}}, ["{}"]),
    ({"type": "geojson", "constraints": {"unique": True}},
     ['{"type":"Point","coordinates":[1,2]}']),
    ({"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "2020-01-01"}},
     ["01/02/2024"]),
    ({"type": "datetime", "constraints": {"minimum": "2020-01-01T00:00:00"}},
     ["2024-01-01T00:00:00Z"]),
    ({"type": "string", "constraints": {"pattern": "["}}, ["a"]),
])  # fmt: skip
def test_crash_is_one_finding(tmp_path: Path, field: dict[str, Any], texts: list[str]) -> None:
    rows = [["a"], *([text] for text in texts)]
    schema = {"fields": [{"name": "a", **field}]}
    case = Case(name="crash", data=csv_bytes(rows), schema=schema)
    path = write(tmp_path / "t.csv", case.data)
    assert of_frictionless(path, case) == of_tablecheck(path, case) == CRASHED
    report = tablecheck.validate(path, schema, dialect=COMMA)
    for lang in tablecheck.LANGUAGES:
        assert tablecheck.message(report.errors[0], lang)


def test_schema_of_the_wrong_shape_is_one_finding(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a\n1\n")
    assert codes(tablecheck.validate(path, {"fields": "a"}, dialect=COMMA)) == [
        "schema-not-applicable"
    ]


def test_json_records_are_judged(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", json.dumps([{"a": "x"}, {"a": 1}]))
    resource = Resource(path=path.name, basepath=str(tmp_path))
    assert resource.validate().valid
    for dialect in (None, {"headerRows": [1]}):
        assert codes(tablecheck.validate(path, WHOLE, dialect=dialect)) == ["type-error"]


def test_file_without_extension_is_judged(tmp_path: Path) -> None:
    path = write(tmp_path / "download", "a\nx\n")
    assert Resource(path=path.name, basepath=str(tmp_path)).validate().valid
    assert codes(tablecheck.validate(path, WHOLE)) == ["type-error"]


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "sep=;\na;b\n1;2\n")
    fields = [{"name": name, "type": "integer"} for name in "ab"]
    assert tablecheck.validate(path, {"fields": fields}).valid


def test_encoding_is_decided_over_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a,b\n1,é\n".encode("cp1252"))
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "constraints": {"enum": ["é"]}}]
    report = tablecheck.validate(path, {"fields": [fields[0], {**fields[1], "type": "string"}]})
    assert report.valid
    assert [finding.code for finding in report.warnings] == ["encoding-assumed"]


def test_far_key_is_a_warning_where_its_table_is_not_at_hand(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a\nx\n")
    reference = {"resource": "towns", "fields": ["id"]}
    schema = {**WHOLE, "foreignKeys": [{"fields": ["a"], "reference": reference}]}
    report = tablecheck.validate(path, schema)
    assert codes(report) == ["type-error"]
    assert [finding.code for finding in report.warnings] == ["foreign-key-unchecked"]
    assert codes(tablecheck.validate(path, schema, dialect=COMMA)) == ["resource-error"]


@pytest.mark.parametrize("told", [
    {"path": "http://127.0.0.1:9/towns.csv"},
    {"path": "towns.csv", "schema": "http://127.0.0.1:9/schema.json"},
    {"path": "towns.csv.gz"},
    {"path": "towns.xlsx"},
    {"path": "towns.json"},
    {"path": "missing.csv"},
    {"path": "../towns.csv"},
])  # fmt: skip
def test_key_to_a_table_out_of_reach_is_a_warning(tmp_path: Path, told: dict[str, Any]) -> None:
    path = write(tmp_path / "t.csv", "a\nx\n")
    for name in ("towns.csv", "towns.csv.gz", "towns.xlsx", "towns.json"):
        write(tmp_path / name, "id\n1\n")
    reference = {"resource": "towns", "fields": ["id"]}
    schema = {**WHOLE, "foreignKeys": [{"fields": ["a"], "reference": reference}]}
    report = tablecheck.validate(path, schema, dialect=COMMA, references={"towns": told})
    assert codes(report) == ["type-error"]
    assert [finding.code for finding in report.warnings] == ["foreign-key-unchecked"]


def test_number_that_no_column_holds_is_an_error_where_the_table_is_typed(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a\n" + "9" * 30 + "\n")
    assert codes(tablecheck.validate(path, WHOLE)) == ["value-too-large"]
    assert tablecheck.validate(path, WHOLE, dialect=COMMA).valid


def test_web_page_is_one_finding(tmp_path: Path) -> None:
    page = write(tmp_path / "t.csv", "<!doctype html><title>404</title>\n")
    assert codes(tablecheck.validate(page, WHOLE, dialect=COMMA)) == ["html-page"]
    book = write(tmp_path / "u.csv", b"%PDF-1.7\n")
    assert codes(tablecheck.validate(book, WHOLE, dialect=COMMA)) == ["not-a-table"]


def test_workbook_under_another_name_is_judged(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a"], [1], ["x"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    path = (tmp_path / "t.xlsx").rename(tmp_path / "t.csv")
    assert codes(tablecheck.validate(path, WHOLE, dialect=COMMA)) == ["type-error"]


def test_beyond_the_limits_is_one_finding(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", ",".join(["a"] * 2_001) + "\n")
    assert codes(tablecheck.validate(path, WHOLE, dialect=COMMA)) == ["too-many-columns"]


def test_counts_go_on_beyond_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a\n" + "x\n" * 9)
    report = tablecheck.validate(path, WHOLE, dialect=COMMA, limit_errors=2)
    assert (len(report.errors), report.error_count, report.row_count) == (2, 9, 9)


def test_empty_whole_number_of_parquet_is_no_value(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1, 2, None], "b": [dt.date(2024, 1, 2)] * 3}), path)
    schema = {"fields": [*WHOLE["fields"], {"name": "b", "type": "date"}]}
    resource = TableResource(
        path=path.name, basepath=str(tmp_path), format="parquet",
        schema=Schema.from_descriptor(schema),
    )  # fmt: skip
    (error,) = resource.validate().to_descriptor()["tasks"][0]["errors"]
    assert error["cells"] == ["nan", "2024-01-02"]
    assert tablecheck.validate(path, schema).valid


def test_schema_is_held_to_the_edition_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,-\n2,3\n", encoding="utf-8")
    fields: list[dict[str, Any]] = [
        {"name": "a", "type": "integer", "constraints": {"exclusiveMinimum": 1}},
        {"name": "b", "type": "integer", "missingValues": [{"value": "-", "label": "none"}]},
    ]
    second = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": fields}
    theirs = TableResource(
        path="t.csv", basepath=str(tmp_path), schema=Schema.from_descriptor(second)
    )
    assert {error[0] for error in theirs.validate().flatten(["type"])} == {"field-error"}
    for options in ({}, {"dialect": {"headerRows": [1], "csv": {"delimiter": ","}}}):
        report = tablecheck.validate(tmp_path / "t.csv", second, **options)
        assert [(f.code, f.row, f.column) for f in report.errors] == [("constraint-error", 2, "a")]
    first = tablecheck.validate(tmp_path / "t.csv", {"fields": fields}, limit_errors=1)
    assert [f.code for f in first.errors] == ["field-error", "field-error"]


def test_dialect_that_crashes_frictionless_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n", encoding="utf-8")
    dialect: dict[str, Any] = {"csv": [], "delimiter": ";"}
    with pytest.raises(TypeError):
        Dialect.from_descriptor(dict(dialect))
    assert codes(tablecheck.validate(tmp_path / "t.csv", WHOLE, dialect=dialect)) == [
        "dialect-error"
    ]
