"""The corrected file: what hints mend is mended, and nothing else moves."""

import csv
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tablecheck
from tablecheck import Correction, Extract
from tests.tablecheck.writing import write_ods

FIELDS: list[dict[str, Any]] = [
    {"name": "insee", "type": "string", "constraints": {"pattern": "[0-9]{5}"}},
    {"name": "prix", "type": "number", "decimalChar": ","},
    {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
    {"name": "note", "type": "string", "constraints": {"enum": ["très bien", "bien", ""]}},
]
SCHEMA: dict[str, Any] = {"fields": FIELDS}
DIRTY = (
    'insee;prix;jour;note\r\n1001;1.5;2026-03-01;"Tres bien"\r\n'
    '"59350";"1 250.5";01/03/2026;bien \r\n  57081;2,5;1 mars 2026;"très ""bien"\r\n'
)
CLEAN = (
    'insee;prix;jour;note\r\n01001;1,5;01/03/2026;"très bien"\r\n'
    '"59350";"1250,5";01/03/2026;bien\r\n57081;2,5;01/03/2026;"très bien"\r\n'
)


def correct(path: Path, schema: dict[str, Any] = SCHEMA) -> tuple[bytes, Correction, Extract]:
    extract = tablecheck.read(path, schema=schema)[0]
    out = io.BytesIO()
    done = tablecheck.corrected(path, schema, extract.recipe, extract.report.column_hints, out)
    return out.getvalue(), done, extract


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_keeps_its_encoding_and_its_layout(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(DIRTY.encode(encoding))
    data, done, _ = correct(path)
    assert data == CLEAN.encode(encoding)
    assert done == Correction(
        format="csv", cells_changed=9, cells_left=0,
        by_column={"insee": 2, "prix": 2, "jour": 2, "note": 3},
    )  # fmt: skip


def test_only_the_hints_chosen_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(DIRTY.encode())
    extract = tablecheck.read(path, schema=SCHEMA)[0]
    chosen = [hint for hint in extract.report.column_hints if hint.column == "insee"]
    out = io.BytesIO()
    done = tablecheck.corrected(path, SCHEMA, extract.recipe, chosen, out)
    assert done.by_column == {"insee": 2}
    assert out.getvalue().decode() == DIRTY.replace("1001;", "01001;").replace("  57081", "57081")
    nothing = io.BytesIO()
    tablecheck.corrected(path, SCHEMA, extract.recipe, [], nothing)
    assert nothing.getvalue() == DIRTY.encode()


def test_sign_that_the_encoding_lacks_is_left_and_counted(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string", "constraints": {"enum": ["Gdańsk", "é"]}},
                         {"name": "b", "type": "string"}]}  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_bytes("a;b\nGdansk;é\n".encode("cp1252"))
    data, done, _ = correct(path, schema)
    assert data == path.read_bytes()
    assert (done.cells_changed, done.cells_left) == (0, 1)


def test_table_inside_an_archive_is_written_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("d/b.csv", "insee;prix;jour;note\n59350;1;01/01/2026;bien\n")
        archive.writestr("d/a.csv", DIRTY)
    extract = next(e for e in tablecheck.read(tmp_path / "a.zip", schema=SCHEMA)
                   if not e.report.valid)  # fmt: skip
    out = io.BytesIO()
    tablecheck.corrected(
        tmp_path / "a.zip", SCHEMA, extract.recipe, extract.report.column_hints, out
    )
    assert out.getvalue() == CLEAN.encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(DIRTY.encode()))
    assert correct(tmp_path / "a.csv.gz")[0] == CLEAN.encode()


def test_workbook_keeps_all_but_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([None, "insee", "prix", "jour", "note"])
    sheet.append([None, 1001, "1.5", "2026-03-01", "Bien"])
    sheet.append([None, 59350, 2.5, "=TODAY()", "bien"])
    sheet["B2"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Notes")["C3"] = "=1+1"
    book.save(path)
    data, done, _ = correct(path)
    (tmp_path / "b.xlsx").write_bytes(data)
    made = openpyxl.load_workbook(tmp_path / "b.xlsx")
    rows = [[cell.value for cell in row] for row in made["Sheet"].iter_rows(min_col=2)]
    assert rows[1:] == [["01001", 1.5, "01/03/2026", "bien"], ["59350", 2.5, "=TODAY()", "bien"]]
    assert made["Sheet"]["B2"].font.bold
    assert made["Notes"]["C3"].value == "=1+1"
    assert done.cells_changed == 5


def test_other_spreadsheet_comes_back_as_a_workbook(tmp_path: Path) -> None:
    write_ods(tmp_path / "a.ods")
    schema = {"fields": [
        {"name": "nom", "type": "string"}, {"name": "places", "type": "string"},
        {"name": "prix", "type": "number"}, {"name": "insee", "type": "string"},
    ]}  # fmt: skip
    data, done, extract = correct(tmp_path / "a.ods", schema)
    assert not extract.report.valid
    assert (done.format, done.cells_changed) == ("xlsx", 3)
    (tmp_path / "b.xlsx").write_bytes(data)
    assert tablecheck.read(tmp_path / "b.xlsx", schema=schema)[0].report.valid


def test_kind_of_file_that_cannot_be_corrected_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"insee": "1001"}]')
    with pytest.raises(tablecheck.NotCorrectableError):
        correct(tmp_path / "a.json")


CELLS = st.one_of(
    st.sampled_from([
        "1001", "59350", "1.5", "1,5", "1 250", "12 km", "2026-03-01", "05/04/2026", "25/04/2026",
        "1 mars 2026", "Bien", "tres bien", "n/a", "-", " x ", 'a"b', "a;b", "a\nb", "",
    ]),
    st.text(alphabet='0123456789.,;/- "é\n', max_size=8),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=5), min_size=1, max_size=8),
       st.sampled_from(["\n", "\r\n"]), st.booleans())  # fmt: skip
def test_mended_cells_are_right_and_others_untouched(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, is_quoted: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=";", lineterminator=end, quoting=quoting)
        writer.writerows([["insee", "prix", "jour", "note"], *rows])
    data, done, before = correct(path)
    path.write_bytes(data)
    recipe = before.recipe  # decimal commas can make the next reader guess another delimiter
    layout = {
        "delimiter": recipe.delimiter,
        "quoteChar": recipe.quotechar,
        "headerRows": [recipe.header_row],
        "skipInitialSpace": recipe.is_space_skipped,
    }
    after = tablecheck.validate(path, SCHEMA, dialect=layout, encoding="utf-8")
    assert not any(hint.mends for hint in after.column_hints)
    mended = {
        (f.row, f.column) for f in before.report.errors if f.suggestion is not None
    }  # fmt: skip
    assert len(mended) == done.cells_changed
    codes = ("type-error", "constraint-error")
    left = {(f.row, f.column) for f in after.errors if f.code in codes}
    assert not mended & left
    parsed = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=";"))
    names = ["insee", "prix", "jour", "note"]
    for number, row in enumerate(rows, start=2):
        for place, cell in enumerate(row):
            if place > 3 or (number, names[place]) not in mended:
                assert parsed[number - 1][place] == cell


def test_typed_cells_and_left_out_rows_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfname;day\r\nA;31/02/2026\r\nB;01/03/2026\r\nC\r\n")
    schema = {"fields": [{"name": "name", "type": "string"}, FIELDS[2] | {"name": "day"}]}
    extract = tablecheck.read(path, schema=schema)[0]
    edits = [
        tablecheck.CellEdit(row=2, column="day", field_number=2, text="28/02/2026"),
        tablecheck.CellEdit(row=3, column="name", field_number=1, text="B; the second"),
        tablecheck.CellEdit(row=4, column="day", field_number=2, text="01/01/2026"),
    ]
    out = io.BytesIO()
    done = tablecheck.corrected(path, schema, extract.recipe, [], out, edits=edits)
    assert out.getvalue() == (
        b'\xef\xbb\xbfname;day\r\nA;28/02/2026\r\n"B; the second";01/03/2026\r\nC\r\n'
    )
    assert (done.cells_changed, done.cells_left) == (2, 1)  # the short row has no second cell
    out = io.BytesIO()
    done = tablecheck.corrected(path, schema, extract.recipe, [], out, dropped=[2, 4])
    assert out.getvalue() == b"\xef\xbb\xbfname;day\r\nB;01/03/2026\r\n"
    assert done.rows_dropped == 2


def test_typed_cells_and_left_out_rows_of_one_sheet_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["Parkings"], ["name", "places", "day"], ["A", "many", None], ["B", 3, None]):
        page.append(row)
    page.append(["C", 4, None])
    page.title = "2026"
    other = book.create_sheet("about")
    other.append(["note", "figure"])
    other.append(["kept", 1.5])
    path, mended = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book.save(path)
    fields = [
        {"name": "name", "type": "string"},
        {"name": "places", "type": "integer"},
        {"name": "day", "type": "date", "constraints": {"required": True}},
    ]
    schema = {"fields": fields}
    extract = next(e for e in tablecheck.read(path, schema=schema) if e.recipe.sheet == "2026")
    bad = {(found.row, found.column) for found in extract.report.errors}
    assert bad == {(3, "places"), (3, "day"), (4, "day"), (5, "day")}
    edits = [
        tablecheck.CellEdit(row=3, column="places", field_number=2, text="12"),
        tablecheck.CellEdit(row=3, column="day", field_number=3, text="2026-03-01"),
        tablecheck.CellEdit(row=5, column="day", field_number=3, text="2026-03-02"),
    ]
    with mended.open("wb") as out:
        done = tablecheck.corrected(path, schema, extract.recipe, [], out, edits=edits, dropped=[4])
    assert (done.cells_changed, done.rows_dropped, done.format) == (3, 1, "xlsx")
    again = {e.recipe.sheet: e for e in tablecheck.read(mended, schema=schema)}["2026"]
    assert again.report.valid, again.report.findings
    assert again.table is not None
    assert [tuple(row.values())[:2] for row in again.table.to_pylist()] == [("A", 12), ("C", 4)]
    kept = openpyxl.load_workbook(mended)["about"]
    assert [list(row) for row in kept.iter_rows(values_only=True)] == [
        ["note", "figure"],
        ["kept", 1.5],
    ]


def test_a_row_below_an_empty_one_is_told_and_mended_by_its_own_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["name", "places"], ["A", 1], [None, None], ["B", "many"], ["C", 3]):
        page.append(row)
    path, mended = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book.save(path)
    (extract,) = tablecheck.read(path, types={"places": "integer"})
    (error,) = extract.report.errors
    assert (error.row, error.column, error.value) == (4, "places", "many")
    assert error.origin is not None
    assert error.origin["cells"] == ["B", "many"]
    edit = tablecheck.CellEdit(row=4, column="places", field_number=2, text="2")
    with mended.open("wb") as out:
        tablecheck.corrected(path, extract.schema, extract.recipe, [], out, edits=[edit])
    (again,) = tablecheck.read(mended, types={"places": "integer"})
    assert again.table is not None
    assert again.table.to_pydict() == {"name": ["A", "B", "C"], "places": [1, 2, 3]}
