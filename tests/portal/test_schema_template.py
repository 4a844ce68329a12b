"""The Excel template of each schema: filled in, it checks clean; codes stay codes."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

import tablecheck
from catalogue import schemas
from portal.schema_template import EXAMPLE_SHEET, HELP_SHEET, template
from tablecheck.formats.sheets import NOTES_SHEETS

each_schema = pytest.mark.parametrize("name", schemas.names())


def _book(name: str) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(schemas.load(name), schemas.example(name))))


@each_schema
def test_a_template_filled_in_with_the_valid_example_checks_clean(
    name: str, tmp_path: Path
) -> None:
    book = _book(name)
    data, example = book[name], book[EXAMPLE_SHEET]
    for row in example.iter_rows(min_row=2):
        for cell in row:
            data.cell(cell.row, cell.column).value = cell.value
    file = tmp_path / "filled.xlsx"
    book.save(file)
    (extract,) = tablecheck.read(file, schema=schemas.load(name))
    assert extract.report.findings == ()
    assert extract.report.row_count == len(schemas.example(name))
    assert extract.table is not None


def test_the_reader_and_the_writer_agree_on_the_sheets_of_notes() -> None:
    assert {HELP_SHEET, EXAMPLE_SHEET} == NOTES_SHEETS


def test_codes_are_cells_of_text_and_lists_can_be_chosen_from() -> None:
    book = _book("charging-point")
    data = book["charging-point"]
    columns = {cell.value: cell.column_letter for cell in data[1]}
    assert data.column_dimensions[columns["municipality_code"]].number_format == "@"
    assert data.column_dimensions[columns["service_date"]].number_format == "yyyy-mm-dd"
    assert data.freeze_panes == "A2"
    lists = {
        str(rule.sqref).split(":")[0].rstrip("2") for rule in data.data_validations.dataValidation
    }
    assert {columns["access"], columns["has_type_2"]} <= lists
    comment = data[f"{columns['power_kw']}1"].comment.text
    assert all(title in comment for title in ("Puissance nominale", "Nominaal", "Rated power"))


def test_an_empty_template_says_that_it_holds_no_rows(tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    file.write_bytes(template(schemas.load("bike-parking"), schemas.example("bike-parking")))
    (extract,) = tablecheck.read(file)
    assert [finding.code for finding in extract.report.findings] == ["no-rows"]


def test_the_same_schema_gives_the_same_bytes() -> None:
    schema, rows = schemas.load("bike-parking"), schemas.example("bike-parking")
    assert template(schema, rows) == template(schema, rows)
