"""Every check keeps its promise: its own examples, its sentences, its place in a report."""

import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
import shapely  # type: ignore[import-untyped]  # it ships no types

import tablecheck
from tablecheck import RULES, Finding, Report
from tablecheck.checks import registry
from tablecheck.checks.check import Check, Knowledge, Period, Row
from tablecheck.checks.registry import find, own_checks
from tablecheck.checks.run import Checking

KNOWLEDGE = Knowledge(
    municipalities={
        "59350": shapely.box(0, 50, 1, 51).wkb,
        "34022": shapely.box(1, 50, 2, 51).wkb,
    },
    is_territory_whole=True,
)
each = pytest.mark.parametrize("check", own_checks().values(), ids=list(own_checks()))


def found(check: Check, rows: list[Row], limit: int | None = None) -> Report:
    """Run a check with its sample parameters over rows of text."""
    names = check.columns(msgspec.convert(check.sample, check.params, strict=False))
    cells = list(zip(*rows, strict=True))
    table = {
        name: pa.chunked_array([pa.array(["" if c is None else c for c in column])])
        for name, column in zip(names, cells, strict=True)
    }
    entry = {"name": check.name, "params": check.sample}
    checking = Checking(None, [entry], knowledge=KNOWLEDGE, limit=limit)
    assert not checking.warnings
    checking.take(table, np.arange(2, len(rows) + 2))
    return checking.added_to(Report())


@each
def test_valid_examples_pass_and_invalid_ones_are_told_with_their_cause(check: Check) -> None:
    assert check.valid
    assert check.invalid
    assert found(check, list(check.valid)).valid
    report = found(check, [wrong.cells for wrong in check.invalid])
    told = [(f.row, f.params.get("cause", ""), f.params.get("suggestion")) for f in report.errors]
    wanted = [
        (row, wrong.cause, wrong.suggestion) for row, wrong in enumerate(check.invalid, start=2)
    ]
    assert told == wanted


@each
def test_what_a_check_suggests_it_accepts(check: Check) -> None:
    for wrong in check.invalid:
        if wrong.suggestion is not None:
            assert found(check, [(wrong.suggestion, *wrong.cells[1:])]).valid, wrong


@each
def test_each_cause_is_said_in_each_language(check: Check) -> None:
    assert check.rule
    assert check.source
    for finding in found(check, [wrong.cells for wrong in check.invalid]).errors:
        for lang in tablecheck.LANGUAGES:
            said = tablecheck.message(finding, lang)
            assert said.endswith(".")
            template = check.says[lang].get(finding.params.get("cause", ""), "")
            assert "?" in template or "?" not in said, "a value that the check does not give"
            assert not re.search(r"[{}]|\[\[", said)
            hint = tablecheck.hint(finding, lang)
            assert hint is None or hint.endswith(".")
    keys = {lang: set(check.says[lang]) for lang in tablecheck.LANGUAGES}
    assert keys["fr"] == keys["nl"] == keys["en"]
    told = " ".join([*check.says["fr"].values(), *check.advises.get("fr", {}).values()])
    assert not re.search(r" [:;?!»]|« ", told), "French wants a no-break space there"


@each
def test_empty_cells_are_left_alone(check: Check) -> None:
    if not check.judges_blanks:
        width = len(check.valid[0])
        assert found(check, [(None,) * width]).valid


@each
def test_name_is_no_code_of_ours_and_is_found_as_french_schemas_write_it(check: Check) -> None:
    assert check.name not in RULES
    assert find(check.name.replace("-", "_").upper()) is check
    assert all(find(alias) is check for alias in check.aliases)


SCHEMA: dict[str, Any] = {
    "fields": [{"name": n, "type": "string"} for n in ("siret", "nis")],
    "custom_checks": [
        {"name": "french-siret-value", "params": {"column": "siret"}},
        {"name": "belgian-nis", "params": {"column": "nis"}, "severity": "warning"},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("siret,nis\n73282932000074,34022\n73282932000075,34099\n,34022\n1,2,3\n")
    return path


def test_findings_stand_beside_those_of_frictionless_and_not_in_its_report(file: Path) -> None:
    report = tablecheck.validate(file, SCHEMA)
    codes = [(f.code, f.severity, f.row, f.value) for f in report.findings]
    assert codes == [
        ("extra-cell", "error", 5, "3"),
        ("french-siret-value", "error", 3, "73282932000075"),
        ("belgian-nis", "warning", 3, "34099"),
    ]
    assert report.error_count == 2
    plain = {**SCHEMA, "custom_checks": []}
    theirs = tablecheck.validate(file, plain).to_frictionless()
    assert report.to_frictionless() == theirs
    file.write_text("siret,nis\n73282932000075,34022\n")
    report = tablecheck.validate(file, SCHEMA)
    assert not report.valid
    assert report.to_frictionless()["valid"]


def test_the_same_in_a_spreadsheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("siret", "nis"), ("73282932000075", "34022")):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    report = tablecheck.validate(tmp_path / "a.xlsx", SCHEMA)
    assert [(f.code, f.row) for f in report.errors] == [("french-siret-value", 2)]


@pytest.mark.parametrize(("entry", "code"), [
    ({"name": "no-such-check"}, "check-unknown"),
    ({"name": "siren"}, "check-misdescribed"),
    ({"name": "siren", "params": {"column": "nowhere"}}, "check-misdescribed"),
    ({"name": "siren", "params": ["siret"]}, "check-misdescribed"),
    (7, "check-misdescribed"),
    ({"name": "point-in-territory", "params": {"column": "siret"}}, "check-not-made"),
])  # fmt: skip
def test_check_that_cannot_be_made_is_told(file: Path, entry: Any, code: str) -> None:
    report = tablecheck.validate(file, {**SCHEMA, "custom_checks": [entry]})
    assert code in [f.code for f in report.warnings]
    for finding in report.warnings:
        assert tablecheck.message(finding, "nl")


def test_check_is_asked_for_by_the_call_too(file: Path) -> None:
    plain = {**SCHEMA, "custom_checks": []}
    entry = {"name": "siret", "params": {"column": "siret"}}
    report = tablecheck.validate(file, plain, checks=[entry, "duplicate-row"])
    assert "french-siret-value" in [f.code for f in report.errors]


def test_counts_are_exact_beyond_the_limit() -> None:
    report = found(own_checks()["french-siren-value"], [(str(n),) for n in range(500)], limit=10)
    assert len(report.errors) == 10
    assert report.error_count == report.counts[0].count == 500


def test_list_of_the_caller_stands_in_for_ours(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("siret,nis\n,99001\n")
    codes = {"belgian-nis": {"99001": Period()}}
    schema = {**SCHEMA, "custom_checks": [{"name": "belgian-nis", "params": {"column": "nis"}}]}
    assert not tablecheck.validate(tmp_path / "a.csv", schema).valid
    assert tablecheck.validate(tmp_path / "a.csv", schema, knowledge=Knowledge(codes=codes)).valid


def test_package_of_others_adds_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = msgspec.structs.replace(own_checks()["opening-hours-value"], name="their-check")
    monkeypatch.setattr(EntryPoint, "load", lambda self: theirs)
    entry = EntryPoint("their-check", "theirs:CHECK", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    registry.known_checks.cache_clear()
    registry._names.cache_clear()
    try:
        assert find("their-check") is theirs
        finding = Finding(code="their-check", row=2, column="h", value="8h")
        assert tablecheck.message(finding, "en").startswith("Row 2, column “h”: “8h” is not")
    finally:
        monkeypatch.undo()
        registry.known_checks.cache_clear()
        registry._names.cache_clear()


def test_following_the_guide_adds_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = Path(__file__).parents[2] / "docs" / "adding-a-check.md"
    blocks = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "even_number.py").write_text(blocks[0], encoding="utf-8")
    monkeypatch.setattr(registry.checks, "__path__", [*registry.checks.__path__, str(tmp_path)])
    own_checks.cache_clear()
    try:
        check = own_checks()["even-number"]
        test_valid_examples_pass_and_invalid_ones_are_told_with_their_cause(check)
    finally:
        monkeypatch.undo()
        own_checks.cache_clear()


def test_checks_are_made_where_the_layout_is_stated_too(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n552100554,y\n")
    schema: dict[str, Any] = {"fields": [{"name": "a"}, {"name": "b"}]}
    check = {"name": "french-siren-value", "params": {"column": "a"}}
    stated = {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False, "headerRows": [1]}
    for given, checks in (({**schema, "custom_checks": [check]}, ()), (schema, [check])):
        report = tablecheck.validate(tmp_path / "t.csv", given, dialect=stated, checks=checks)
        assert [(f.code, f.row) for f in report.errors] == [("french-siren-value", 2)]
