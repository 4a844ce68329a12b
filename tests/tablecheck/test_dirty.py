"""Bad input everywhere: a clear finding, never a crash, never more memory than the limits allow."""

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tablecheck
from tablecheck import Extract, Limits
from tests.tablecheck.writing import csv_text, write_csv, write_layer, write_xlsx


def read(path: Path, data: bytes | str, **options: object) -> Extract:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return tablecheck.read(path, **options)[0]  # type: ignore[arg-type]  # options of a test


def only_error(extract: Extract) -> str:
    (finding,) = extract.report.errors
    assert extract.table is None
    for lang in tablecheck.LANGUAGES:
        assert tablecheck.message(finding, lang)
    assert extract.report.to_frictionless()["valid"] is False
    return finding.code


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.csv", b"", "empty-file"),
    ("a.csv", b"%PDF-1.7\n%\xe2\xe3", "not-a-table"),
    ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "not-a-table"),
    ("a.csv", b"\x00\x01\x02\x03\x04\x05" * 400, "not-a-table"),
    ("a.csv", b"<!DOCTYPE html><html><body>404</body></html>", "html-page"),
    ("a.json", b"  <html>Service indisponible</html>", "html-page"),
    ("a.xml", b"<?xml version='1.0'?><catalogue/>", "unsupported-format"),
    ("a.json", b'{"a": [1, 2', "json-broken"),
    ("a.json", b'{"titre": "rien"}', "json-not-records"),
    ("a.json", b"[1, 2, 3]", "json-not-records"),
    ("a.json", b"[" * 200_000, "json-broken"),
    ("a.ndjson", b'{"a": 1}\n{"a": \n', "json-broken"),
    ("a.csv", b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8x\x00", "encoding-error"),
    ("a.zip", b"PK\x03\x04 rien", "archive-broken"),
    ("a.csv.gz", b"\x1f\x8b\x08 rien", "archive-broken"),
    ("a.parquet", b"PAR1 rien PAR1", "parquet-broken"),
    ("a.gpkg", b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(40), "vector-broken"),
    ("a.db", b"SQLite format 3\x00" + bytes(84), "not-a-table"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "spreadsheet-broken"),
    ("a.kml", b"<kml><Document>", "vector-broken"),
    ("a.shp", b"\x00\x00\x27\x0a" + bytes(96), "shapefile-incomplete"),
    ("a.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "unsafe-xml"),
])  # fmt: skip
def test_file_that_is_no_table_is_one_finding(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    assert only_error(read(tmp_path / name, data)) == code


def test_entities_in_utf16_are_refused_too(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>'
    assert only_error(read(tmp_path / "a.kml", text.encode("utf-16"))) == "unsafe-xml"


def test_line_of_a_gigabyte_is_stopped_early(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.seek(1 << 30)  # sparse: a gigabyte that takes no room
        file.write(b"\n")
    extract = tablecheck.read(path)[0]
    assert only_error(extract) in ("line-too-long", "not-a-table")


def test_long_line_of_text_is_refused_with_its_number(tmp_path: Path) -> None:
    extract = read(
        tmp_path / "a.csv", "a,b\n1,2\n" + "x" * 5_000 + "\n", limits=Limits(max_line_bytes=1_000)
    )
    assert only_error(extract) == "line-too-long"
    assert extract.report.errors[0].params["line"] == 3


def test_quote_left_open_swallows_nothing_in_silence(tmp_path: Path) -> None:
    extract = read(tmp_path / "a.csv", 'a,b\n1,2\n3,"quatre\n5,6\n')
    assert only_error(extract) == "unclosed-quote"
    assert extract.report.errors[0].row == 3
    inch = read(tmp_path / "a.csv", 'a,b\n1,tube 5"\n')
    assert inch.table is not None
    assert inch.table.column("b").to_pylist() == ['tube 5"']


def test_quote_left_open_is_named(tmp_path: Path) -> None:
    text = 'a,b\n1,2\n3,"quatre\n' + "5,6\n" * 2_000
    extract = read(tmp_path / "a.csv", text, limits=Limits(max_line_bytes=4_000))
    assert only_error(extract) == "unclosed-quote"
    assert extract.report.errors[0].row == 3


@pytest.mark.parametrize("count", [200, 1_999])
def test_wide_file_is_read(tmp_path: Path, count: int) -> None:
    text = ",".join(f"c{n}" for n in range(count)) + "\n" + ",".join("1" * count) + "\n"
    extract = read(tmp_path / "a.csv", text)
    assert extract.table is not None
    assert extract.table.num_columns == count


def test_twenty_thousand_columns_are_refused(tmp_path: Path) -> None:
    text = ",".join(f"c{n}" for n in range(20_000)) + "\n" + ",".join("1" * 20_000) + "\n"
    extract = read(tmp_path / "a.csv", text)
    assert only_error(extract) == "too-many-columns"
    assert "20,000" in tablecheck.message(extract.report.errors[0], "en")


def test_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    extract = read(tmp_path / "a.csv", "nom;prix\n")
    assert extract.table is not None
    assert extract.table.num_rows == 0
    assert [f.code for f in extract.report.warnings] == ["no-rows"]
    checked = read(tmp_path / "a.csv", "nom;prix\n", schema={"fields": [
        {"name": "nom", "type": "string"}, {"name": "prix", "type": "number"}]})  # fmt: skip
    assert checked.table is not None
    assert str(checked.table.schema.field("prix").type) == "double"


@pytest.mark.parametrize("text", ["nom\nLille\nKortrijk\n", "nom\n\nLille\nKortrijk", "n\n1\n2\n"])
def test_one_column_is_read(tmp_path: Path, text: str) -> None:
    extract = read(tmp_path / "a.csv", text)
    assert extract.table is not None
    assert extract.table.shape == (2, 1)


@pytest.mark.parametrize("text", ["\n\n\n", " ", ";;;\n;;;\n", "﻿"])
def test_file_of_nothing_does_not_crash(tmp_path: Path, text: str) -> None:
    extract = read(tmp_path / "a.csv", text)
    assert (extract.table is not None) == extract.report.valid


def test_spreadsheet_called_csv_is_read_for_what_it_is(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.csv")
    extract = tablecheck.read(tmp_path / "a.csv")[0]
    assert extract.recipe.format == "xlsx"
    assert extract.table is not None
    assert [f.code for f in extract.report.warnings] == ["extension-mismatch"]


def bomb(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"1,1\n" * (size // 4))
    return buffer.getvalue()


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    limits = Limits(ratio_from_bytes=1 << 20)
    assert only_error(read(tmp_path / "a.zip", bomb(8 << 20), limits=limits)) == "archive-bomb"


def test_zip_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path) -> None:
    data = bytearray(bomb(8 << 20))
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 100)  # the size that the directory declares
    limits = Limits(ratio_from_bytes=1 << 20)
    assert only_error(read(tmp_path / "a.zip", bytes(data), limits=limits)) in (
        "archive-bomb", "archive-broken",
    )  # fmt: skip


def test_gzip_bomb_is_stopped_while_unpacking(tmp_path: Path) -> None:
    data = gzip.compress(b"1,1\n" * (2 << 20))
    limits = Limits(ratio_from_bytes=1 << 20)
    assert only_error(read(tmp_path / "a.csv.gz", data, limits=limits)) == "archive-bomb"


def test_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zero.bin", bytes(8 << 20))
    extract = tablecheck.read(path, limits=Limits(ratio_from_bytes=1 << 20))[0]
    assert only_error(extract) == "archive-bomb"


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(("members", "code"), [
    ({"../../etc/a.csv": b"a\n1\n"}, "archive-unsafe-path"),
    ({"/etc/a.csv": b"a\n1\n"}, "archive-unsafe-path"),
    ({"C:\\a.csv": b"a\n1\n"}, "archive-unsafe-path"),
    ({"photo.jpg": b"x"}, "archive-empty"),
    ({}, "archive-empty"),
    ({"autre.zip": zipped({"a.csv": b"a\n1\n"})}, "archive-nested"),
    ({"deguise.csv": zipped({"a.csv": b"a\n1\n"})}, "archive-nested"),
    ({f"{n}.csv": b"a\n1\n" for n in range(12)}, "archive-too-many-members"),
    ({"a.shp": b"x", "a.dbf": b"x"}, "shapefile-incomplete"),
])  # fmt: skip
def test_archive_that_is_not_right_is_refused(
    tmp_path: Path, members: dict[str, bytes], code: str
) -> None:
    extract = read(tmp_path / "a.zip", zipped(members), limits=Limits(max_members=10))
    assert only_error(extract) == code
    assert not list(tmp_path.parent.rglob("etc"))


def test_encrypted_archive_is_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": b"a\n1\n"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert only_error(read(tmp_path / "a.zip", bytes(data))) == "archive-encrypted"


def test_archive_gives_a_table_for_each_member_and_one_broken_does_not_stop_the_rest(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.zip").write_bytes(
        zipped({
            "un.csv": csv_text().encode(),
            "deux.txt": csv_text(";").encode(),
            "trois.csv": b"%PDF-1.4",
            "__MACOSX/._un.csv": b"x",
            "LICENCE.txt": b"Licence Ouverte",
        })
    )  # fmt: skip
    extracts = tablecheck.read(tmp_path / "a.zip")
    assert [(e.name, e.report.valid) for e in extracts] == [
        ("un.csv", True), ("deux.txt", True), ("trois.csv", False),
    ]  # fmt: skip


def test_workbook_with_titles_merged_cells_and_several_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Gares"
    first["A1"] = "Gares de la métropole"
    first.merge_cells("A1:C1")
    nothing = [None, None, None]
    for row in (["nom", "places", "jour"], ["Lille", 3, None], nothing, ["Gand", 4, None]):
        first.append(row)
    second = book.create_sheet("Notes")
    second.append(["clé", "valeur"])
    second.append(["a", "1"])
    book.create_sheet("Vide")
    book.save(tmp_path / "a.xlsx")
    gares, notes = tablecheck.read(tmp_path / "a.xlsx")
    assert (gares.name, notes.name) == ("Gares", "Notes")
    assert gares.table is not None
    assert gares.table.to_pydict() == {
        "nom": ["Lille", "Gand"], "places": [3, 4], "jour": [None, None],
    }  # fmt: skip
    assert gares.recipe.header_row == 2
    assert {f.code for f in gares.report.warnings} == {"merged-cells", "preamble-skipped"}
    assert notes.table is not None
    assert notes.table.to_pydict() == {"clé": ["a"], "valeur": ["1"]}


def test_rows_of_a_workbook_keep_the_numbers_that_people_see(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([], ["Titre"], ["nom", "places"], ["Lille", 3], ["Gand", "beaucoup"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    schema = {"fields": [{"name": "nom"}, {"name": "places", "type": "integer"}]}
    extract = tablecheck.read(tmp_path / "a.xlsx", schema=schema)[0]
    assert [(f.code, f.row, f.value) for f in extract.report.errors] == [
        ("type-error", 5, "beaucoup")
    ]


def test_nested_json_is_kept_as_json_text(tmp_path: Path) -> None:
    data = {"results": [{"a": {"b": [1, 2.5]}, "c": [1]}, {"a": None, "c": []}]}
    extract = read(tmp_path / "a.json", json.dumps(data))
    assert extract.table is not None
    assert extract.table.to_pydict() == {"a": ['{"b":[1,2.5]}', None], "c": ["[1]", "[]"]}
    assert [f["type"] for f in extract.schema["fields"]] == ["object", "array"]


@pytest.mark.parametrize("document", [
    [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
    {"total_count": 2, "results": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
    {"nhits": 2, "records": [{"recordid": "1", "fields": {"a": 1, "b": "x"}},
                             {"recordid": "2", "fields": {"a": 2, "b": "y"}}]},
    {"data": {"stations": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}},
    {"a": [1, 2], "b": ["x", "y"]},
    [["a", "b"], [1, "x"], [2, "y"]],
    {"success": True, "result": {"records": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}},
])  # fmt: skip
def test_records_are_found_in_every_shape_of_json(tmp_path: Path, document: object) -> None:
    extract = read(tmp_path / "a.json", json.dumps(document))
    assert extract.table is not None, extract.report.errors
    assert extract.table.to_pydict() == {"a": [1, 2], "b": ["x", "y"]}


def test_shapefile_in_lambert_is_converted_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    write_layer(folder / "l.shp", "ESRI Shapefile", "EPSG:31370", ((72_000, 168_000),) * 3)
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    extract = tablecheck.read(tmp_path / "l.zip")[0]
    assert extract.recipe.source_crs == "EPSG:31370"


def test_file_that_another_program_named_with_odd_letters_is_read(tmp_path: Path) -> None:
    path = tmp_path / "données [2024] *?.csv"
    write_csv(path)
    schema = tablecheck.read(path)[0].schema
    assert tablecheck.read(path, schema=schema)[0].table is not None


def test_chosen_type_leaves_the_other_columns_of_a_parquet_as_they_are(tmp_path: Path) -> None:
    table = pa.table({"code": [1001, 2002], "jour": ["2024-01-01", "2024-01-02"], "n": [1, 2]})
    pq.write_table(table, tmp_path / "a.parquet")
    (plain,) = tablecheck.read(tmp_path / "a.parquet")
    (chosen,) = tablecheck.read(tmp_path / "a.parquet", types={"n": "string"})
    assert plain.table is not None
    assert chosen.table is not None
    assert chosen.table.drop_columns(["n"]).equals(plain.table.drop_columns(["n"]))
    assert chosen.table.column("n").to_pylist() == ["1", "2"]
