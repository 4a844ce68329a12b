"""What is told of a table that nobody gave a schema: odd cells, and what may be no table."""

from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pytest

import tablecheck
from tablecheck import Finding, Inference


def read(path: Path, cells: list[str]) -> tuple[Inference, tuple[Finding, ...]]:
    path.write_text("v;n\n" + "".join(f"{cell};x\n" for cell in cells), encoding="utf-8")
    (extract,) = tablecheck.read(path)
    assert extract.report.valid
    return extract.inferred[0], extract.report.findings


DAYS = [f"{day:02}/0{month}/2026" for month in (1, 2) for day in range(1, 21)]
ISO = [f"2026-0{month}-{day:02}" for month in (1, 2) for day in range(1, 21)]


@pytest.mark.parametrize(("cells", "odd", "format_"), [
    ([*DAYS, "31/02/2026"], "31/02/2026", "%d/%m/%Y"),
    (["00/01/2026", *DAYS], "00/01/2026", "%d/%m/%Y"),
    ([*DAYS, "12/13/2026"], "12/13/2026", "%d/%m/%Y"),
    ([*DAYS, "demain"], "demain", "%d/%m/%Y"),
    ([*ISO, "2023-02-29"], "2023-02-29", "%Y-%m-%d"),
    ([*ISO, "2026-1-5"], "2026-1-5", "%Y-%m-%d"),
])  # fmt: skip
def test_column_of_dates_but_for_a_cell_names_the_cell(
    tmp_path: Path, cells: list[str], odd: str, format_: str
) -> None:
    inference, findings = read(tmp_path / "t.csv", cells)
    assert (inference.type, inference.reason) == ("string", "mostly-dates")
    assert inference.params["format"] == format_
    (warning,) = findings
    assert (warning.code, warning.value, warning.severity) == ("odd-values", odd, "warning")
    assert warning.row == cells.index(odd) + 2
    assert warning.params["count"] == 1


def test_warning_says_what_keeps_the_column_from_being_dates(tmp_path: Path) -> None:
    _, (warning,) = read(tmp_path / "t.csv", [*DAYS, "31/02/2026"])
    assert tablecheck.message(warning, "en") == (
        "Column “v”, row 42: “31/02/2026” is not a date of the form DD/MM/YYYY, though nearly all"
        " cells are. It is the only one; because of it the column stays text."
    )


def test_leap_day_is_no_odd_one(tmp_path: Path) -> None:
    inference, findings = read(tmp_path / "t.csv", [*DAYS, "29/02/2024"])
    assert inference.type == "date"
    assert findings == ()


def test_rows_that_hold_an_odd_value_are_counted(tmp_path: Path) -> None:
    cells = [str(number) for number in range(100)]
    inference, (warning,) = read(tmp_path / "t.csv", [*cells, "n.c.", "12a", "n.c.", ""])
    assert inference.reason == "mixed-numbers"
    assert (warning.code, warning.value, warning.params["count"]) == ("odd-values", "n.c.", 3)
    assert "3 cellules sont dans ce cas" in tablecheck.message(warning, "fr")
    assert tablecheck.hint(warning, "nl") == "Verbeter deze cellen, of laat ze leeg."


@pytest.mark.parametrize(("cells", "odd"), [
    ([*(f"{n},5" for n in range(40)), "1.25"], "1.25"),
    (["1.25", *(f"{n},5" for n in range(40))], "1.25"),
    ([*DAYS, "2026-03-01"], "2026-03-01"),
    (["2026-03-01", *DAYS], "2026-03-01"),
])  # fmt: skip
def test_cell_that_is_written_otherwise_than_the_others_is_told(
    tmp_path: Path, cells: list[str], odd: str
) -> None:
    inference, (warning,) = read(tmp_path / "t.csv", cells)
    assert inference.reason in ("mixed-marks", "mixed-dates")
    assert (warning.value, warning.row) == (odd, cells.index(odd) + 2)
    said = tablecheck.message(warning, "en")
    assert f"“{odd}” is not written as nearly all cells are. It is the only one;" in said


@pytest.mark.parametrize("cells", [
    ["1", "2", "3", "x"],  # too few to say
    [*map(str, range(50)), *"abcdefghij"],  # too many others
    [*map(str, range(10, 50)), "007"],  # codes
    ["Rue A", *DAYS[:8], *("Rue " + day for day in DAYS)],
])  # fmt: skip
def test_column_of_another_kind_is_not_warned_of(tmp_path: Path, cells: list[str]) -> None:
    assert read(tmp_path / "t.csv", cells)[1] == ()


@pytest.mark.parametrize(("cells", "odd"), [
    ([*range(40), "douze"], "douze"),
    ([0.5, *range(40), "n.c."], "n.c."),
])  # fmt: skip
def test_text_among_the_numbers_of_a_workbook_is_told_with_its_row(
    tmp_path: Path, cells: list[Any], odd: str
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["n", "v"])
    for cell in cells:
        sheet.append(["a", cell])
        sheet.append([])  # a blank row between does not move the place
    book.save(tmp_path / "t.xlsx")
    (extract,) = tablecheck.read(tmp_path / "t.xlsx")
    (warning,) = [found for found in extract.report.findings if found.code == "odd-values"]
    assert (warning.column, warning.value) == ("v", odd)
    assert warning.row == 2 + 2 * cells.index(odd)


@pytest.mark.parametrize(("text", "is_told"), [
    ("Bonjour,\nceci est une lettre.\nMerci.\n", True),
    ("openapi: 3.0.1\ninfo:\n  title: x\n", True),
    ("Nom de la commune\nLille\nRoubaix\n", False),
    ("a,b\n1,2\n", False),
])  # fmt: skip
def test_text_that_may_be_no_table_is_doubted(tmp_path: Path, text: str, is_told: bool) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    (extract,) = tablecheck.read(tmp_path / "t.csv")
    codes = [finding.code for finding in extract.report.findings]
    assert ("one-column" in codes) is is_told
