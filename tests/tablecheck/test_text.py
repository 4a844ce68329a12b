"""Delimited texts as they come: encodings, layouts, numbers, dates, codes."""

import codecs
import datetime as dt
from pathlib import Path

import pytest

import tablecheck
from tablecheck import Extract


def read(tmp_path: Path, data: bytes | str, **options: object) -> Extract:
    path = tmp_path / "fichier.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (extract,) = tablecheck.read(path, **options)  # type: ignore[arg-type]  # options of a test
    return extract


def columns(extract: Extract) -> dict[str, list[object]]:
    assert extract.report.valid, extract.report.errors
    assert extract.table is not None
    return extract.table.to_pydict()


def codes(extract: Extract) -> set[str]:
    return {finding.code for finding in extract.report.findings}


def types(extract: Extract) -> dict[str, str]:
    return {field["name"]: field["type"] for field in extract.schema["fields"]}


def reasons(extract: Extract) -> dict[str, str]:
    return {inference.column: inference.reason for inference in extract.inferred}


TEXT = "nom;lieu\nThéâtre;Baroeul\nCafé;Ypres\n"


@pytest.mark.parametrize(("data", "encoding"), [
    (TEXT.encode("utf-8"), "utf-8"),
    (TEXT.encode("utf-8-sig"), "utf-8-sig"),
    (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
    (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
    (TEXT.encode("utf-16-le"), "utf-16-le"),
    (TEXT.encode("utf-16-be"), "utf-16-be"),
    (TEXT.encode("cp1252"), "cp1252"),
])  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_is_decided_and_stated(
    tmp_path: Path, data: bytes, encoding: str, newline: str
) -> None:
    plain = {"utf-8-sig": "utf-8-sig"}.get(encoding, encoding)
    text = data.decode(plain).replace("\n", newline)
    mark = {"utf-16": codecs.BOM_UTF16_LE}.get(encoding, b"")
    name = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    extract = read(tmp_path, mark + text.encode(name))
    assert columns(extract) == {"nom": ["Théâtre", "Café"], "lieu": ["Baroeul", "Ypres"]}
    assert extract.recipe.encoding == encoding
    assert ("encoding-assumed" in codes(extract)) == (encoding == "cp1252")


def test_one_latin_byte_at_the_end_of_a_large_file_decides(tmp_path: Path) -> None:
    data = b"nom;n\n" + b"abc;1\n" * 60_000 + "été;2\n".encode("cp1252")
    extract = read(tmp_path, data)
    assert columns(extract)["nom"][-1] == "été"
    (finding,) = extract.report.warnings
    assert (finding.code, finding.params["line"]) == ("encoding-assumed", 60_002)


def test_bytes_undefined_in_cp1252_are_kept_and_counted(tmp_path: Path) -> None:
    extract = read(tmp_path, b"nom,n\n\xe9t\xe9 \x81 \x80,1\n")
    assert columns(extract)["nom"] == ["été \x81 €"]
    finding = next(f for f in extract.report.warnings if f.code == "undecodable-bytes")
    assert finding.params["count"] == 1


def test_file_of_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    rows = "".join(f"été {n},{n}\n" for n in range(20)).encode() + "hôtel,99\n".encode("cp1252")
    extract = read(tmp_path, b"nom,n\n" + rows)
    assert columns(extract)["nom"][0] == "été 0"
    assert columns(extract)["nom"][-1] == "hôtel"
    assert codes(extract) == {"encoding-mixed"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "a;b;c\n1;x;y\n2;z;w\n".replace(";", delimiter)
    extract = read(tmp_path, text)
    assert columns(extract) == {"a": [1, 2], "b": ["x", "z"], "c": ["y", "w"]}
    assert extract.recipe.delimiter == delimiter


@pytest.mark.parametrize(("text", "wanted"), [
    ("sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
    ("id;prix\n1;2,5\n2;3,75\n", {"id": [1, 2], "prix": [2.5, 3.75]}),
    ("Population de la ville\n\nnom;habitants;an\nLille;5;2020\n",
     {"nom": ["Lille"], "habitants": [5], "an": [2020]}),
    ("Titre;;\n;;\nnom;b;c\nx;1;2\n", {"nom": ["x"], "b": [1], "c": [2]}),
    ('a,b\n"ligne 1\nligne 2",2\n', {"a": ["ligne 1\nligne 2"], "b": [2]}),
    ('a,b\n"dit ""oui""",2\n', {"a": ['dit "oui"'], "b": [2]}),
    ("a, b\n1, 2\n", {"a": [1], " b": [2]}),
    ('a; b\n"x; y"; "z"\n', {"a": ["x; y"], "b": ["z"]}),
    ("nom\nLille, Nord\nKortrijk\n", {"nom": ["Lille, Nord", "Kortrijk"]}),
    ("a,b\n1,2\n\n3,4\n\n\n", {"a": [1, 3], "b": [2, 4]}),
    ("a,b\n1,2", {"a": [1], "b": [2]}),
    ("2019;2020;2021\n5;6;7\n", {"2019": [5], "2020": [6], "2021": [7]}),
])  # fmt: skip
def test_layout_is_understood(tmp_path: Path, text: str, wanted: dict[str, list[object]]) -> None:
    assert columns(read(tmp_path, text)) == wanted


def test_lines_above_the_header_are_stated(tmp_path: Path) -> None:
    extract = read(tmp_path, "Source : INSEE\na;b;c\n1;2;3\n")
    assert extract.recipe.skipped_lines == ("Source : INSEE",)
    assert extract.recipe.header_row == 2
    assert "preamble-skipped" in codes(extract)


def test_file_without_header_is_named_and_said(tmp_path: Path) -> None:
    extract = read(tmp_path, "43;LILLE;50.62,3.05;10\n44;RONCHIN;50.60,3.08;12\n")
    assert extract.recipe.header_row is None
    assert columns(extract)["field2"] == ["LILLE", "RONCHIN"]
    assert codes(extract) == {"no-header"}


def test_schema_proposed_for_a_file_without_header_holds_for_the_next_one(tmp_path: Path) -> None:
    schema = read(tmp_path, "43;LILLE;50.62,3.05;10\n44;RONCHIN;50.60,3.08;12\n").schema
    extract = read(tmp_path, "45;LILLE;50.62,3.05;11\n46;LILLE;50.60,3.08;x\n", schema=schema)
    assert [(f.code, f.row, f.column) for f in extract.report.errors] == [
        ("type-error", 2, "field4")
    ]
    extract = read(tmp_path, "45;LILLE;50.62,3.05;11\n46;LILLE;50.60,3.08;9\n", schema=schema)
    assert columns(extract)["field4"] == [11, 9]


def test_blank_and_duplicate_headers_are_named_with_a_warning(tmp_path: Path) -> None:
    extract = read(tmp_path, "nom,,nom\na,b,c\n")
    assert columns(extract) == {"nom": ["a"], "field2": ["b"], "nom2": ["c"]}
    assert codes(extract) == {"blank-label-named", "duplicate-label-renamed"}


def test_ragged_rows_are_findings_and_the_table_waits(tmp_path: Path) -> None:
    extract = read(tmp_path, "a,b\n1,2\n3\n4,5,6\n")
    assert extract.table is None
    assert [(f.code, f.row) for f in extract.report.errors] == [
        ("missing-cell", 3),
        ("extra-cell", 4),
    ]
    assert extract.report.row_count == 3


@pytest.mark.parametrize(("cells", "type_", "wanted"), [
    (["1", "-2", "0"], "integer", [1, -2, 0]),
    (["1.5", "2"], "number", [1.5, 2.0]),
    (["1,5", "2"], "number", [1.5, 2.0]),
    (["1 234,5", "12"], "number", [1234.5, 12.0]),
    (["1\u00a0234,5", "12"], "number", [1234.5, 12.0]),
    (["1\u202f234", "12"], "number", [1234.0, 12.0]),
    (["1.234,5", "12"], "number", [1234.5, 12.0]),
    (["1.234.567", "12"], "number", [1234567.0, 12.0]),
    (["1'234.5", "12"], "number", [1234.5, 12.0]),
    (["1\u2019234.5", "12"], "number", [1234.5, 12.0]),
    (["1,234.5", "12"], "number", [1234.5, 12.0]),
    (["1e3", "2.5E-1"], "number", [1000.0, 0.25]),
    (["29/02/2024", "1/3/2024"], "date", [dt.date(2024, 2, 29), dt.date(2024, 3, 1)]),
    (["29-02-2024"], "date", [dt.date(2024, 2, 29)]),
    (["2024-02-29"], "date", [dt.date(2024, 2, 29)]),
    (["12/25/2024", "01/02/2024"], "date", [dt.date(2024, 12, 25), dt.date(2024, 1, 2)]),
    (["2024-02-29T10:00:00"], "datetime", [dt.datetime(2024, 2, 29, 10)]),  # noqa: DTZ001 - the file has no zone
    (["2024-02-29 10:00"], "datetime", [dt.datetime(2024, 2, 29, 10)]),  # noqa: DTZ001 - the file has no zone
    (["29/02/2024 9:05"], "datetime", [dt.datetime(2024, 2, 29, 9, 5)]),  # noqa: DTZ001 - the file has no zone
    (["2024-02-29T10:00:00+01:00"], "datetime", [dt.datetime(2024, 2, 29, 9, tzinfo=dt.UTC)]),
    (["oui", "non", "Oui"], "boolean", [True, False, True]),
    (["ja", "nee"], "boolean", [True, False]),
    (["vrai", "faux"], "boolean", [True, False]),
    (["true", "false"], "boolean", [True, False]),
    (["0", "1"], "integer", [0, 1]),
    (["10:30", "23:59"], "time", ["10:30", "23:59"]),
])  # fmt: skip
def test_type_is_proposed_and_cells_are_cast(
    tmp_path: Path, cells: list[str], type_: str, wanted: list[object]
) -> None:
    text = "".join(f'x;"{cell}"\n' for cell in cells)
    extract = read(tmp_path, "k;valeur\n" + text)
    assert types(extract)["valeur"] == type_
    assert columns(extract)["valeur"] == wanted


@pytest.mark.parametrize(("name", "cells", "reason"), [
    ("commune", ["59350", "01004"], "leading-zero"),
    ("commune", ["59350", "2A004", "01004"], "leading-zero"),
    ("siret", ["12345678901234"], "code-name"),
    ("code_postal", ["7700", "59000"], "code-name"),
    ("codeInsee", ["59350", "59512"], "code-name"),
    ("id_station", ["1001", "1002"], "code-name"),
    ("ondernemingsnummer", ["0200.065.765"], "leading-zero"),
    ("téléphone", ["+3256277000"], "plus-sign"),
    ("tel", ["056 277 000"], "leading-zero"),
    ("valeur", ["123456789012345678901"], "too-many-digits"),
    ("valeur", ["12", "13", "n.d."], "mixed-numbers"),
    ("valeur", ["1 234,5", "1\u00a0234,5"], "mixed-marks"),
    ("jour", ["31/02/2024"], "text"),
    ("quand", ["2024-01-01T10:00:00", "2024-01-01T10:00:00Z"], "mixed-offsets"),
    ("taux", ["12%", "13%"], "text"),
    ("vide", ["", ""], "no-values"),
])  # fmt: skip
def test_text_stays_text_with_its_reason(
    tmp_path: Path, name: str, cells: list[str], reason: str
) -> None:
    text = "".join(f'x;"{cell}"\n' for cell in cells)
    extract = read(tmp_path, f"k;{name}\n" + text)
    assert types(extract)[name] == "string"
    assert reasons(extract)[name] == reason
    assert columns(extract)[name] == [cell if cell else None for cell in cells]


def test_numbers_in_two_ways_name_the_one_that_is_written_as_few_are(tmp_path: Path) -> None:
    (place,) = read(tmp_path, "cp\n7700\n7711\n7712.7730.7740\n").inferred
    assert place.reason == "mixed-marks"
    assert (place.params["row"], place.params["value"]) == (4, "7712.7730.7740")


def test_leading_zero_at_the_end_of_a_long_column_is_seen(tmp_path: Path) -> None:
    text = "c\n" + "\n".join(str(59_000 + n % 600) for n in range(40_000)) + "\n01004\n"
    extract = read(tmp_path, text)
    (inference,) = extract.inferred
    assert (inference.type, inference.params["row"], inference.params["value"]) == (
        "string", 40_002, "01004",
    )  # fmt: skip
    assert tablecheck.message(inference, "en") == (
        "leading zero in row 40,002: 01004; a code stays text"
    )


def test_schema_rules_over_inference_and_chosen_types(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "number"}]}
    extract = read(tmp_path, "a,b\n1,2\n", schema=schema, types={"a": "integer"})
    assert columns(extract) == {"a": ["1"], "b": [2.0]}
    assert extract.schema == schema


def test_chosen_type_that_the_cells_refuse_is_reported(tmp_path: Path) -> None:
    extract = read(tmp_path, "a,b\nx,2\n", types={"a": "integer"})
    assert extract.table is None
    assert [(f.code, f.row, f.column) for f in extract.report.errors] == [("type-error", 2, "a")]


def test_wkt_column_becomes_the_geometry(tmp_path: Path) -> None:
    extract = read(tmp_path, "nom;wkt\na;POINT (704000 7059000)\nb;\n")
    assert extract.table is not None
    assert extract.table.column_names == ["nom", "geometry"]
    assert extract.recipe.source_crs == "EPSG:2154"
    assert codes(extract) == {"crs-guessed"}


def test_longitude_and_latitude_stay_columns(tmp_path: Path) -> None:
    extract = read(tmp_path, "nom,lon,lat\na,3.06,50.63\n")
    assert columns(extract) == {"nom": ["a"], "lon": [3.06], "lat": [50.63]}


def test_missing_values_of_the_schema_become_nothing(tmp_path: Path) -> None:
    schema = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}],
        "missingValues": ["", "n.d."],
    }
    extract = read(tmp_path, "a,b\nn.d.,z\n1,n.d.\n", schema=schema)
    assert columns(extract) == {"a": [None, 1], "b": ["z", None]}


def test_near_label_is_named_in_the_hint(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "code_insee"}, {"name": "nom"}]}
    extract = read(tmp_path, "Code INSEE,nom\n1,2\n", schema=schema)
    assert extract.table is None
    (finding,) = extract.report.errors
    assert finding.code == "incorrect-label"
    assert "Code INSEE" in str(tablecheck.hint(finding, "fr"))


def test_foreign_key_to_another_table_is_left_out_and_said(tmp_path: Path) -> None:
    schema = {
        "fields": [{"name": "nom"}, {"name": "insee"}],
        "foreignKeys": [
            {"fields": "insee", "reference": {"resource": "communes", "fields": "code"}}
        ],
    }
    extract = read(tmp_path, "nom,insee\nLille,59350\n", schema=schema)
    assert columns(extract)["insee"] == ["59350"]
    assert extract.schema == schema
    (finding,) = extract.report.warnings
    assert (finding.code, finding.column) == ("foreign-key-unchecked", "insee")
    assert "communes" in tablecheck.message(finding, "fr")


def test_one_and_many_are_said_rightly(tmp_path: Path) -> None:
    extract = read(tmp_path, "Titre\na;b;c\n1;2;x\n")
    (finding,) = extract.report.warnings
    assert tablecheck.message(finding, "fr") == "Une ligne au-dessus de l’en-tête a été passée."
    assert tablecheck.message(extract.inferred[0], "en") == "the only value is a whole number"
    many = read(tmp_path, "Titre\nSource\na;b;c\n1;2;x\n3;4;y\n")
    assert tablecheck.message(many.report.warnings[0], "nl").startswith("2 regels boven de kop")
    assert tablecheck.message(many.inferred[0], "en") == "all 2 values are whole numbers"


def test_times_with_and_without_offset_under_a_schema_stay_text(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "datetime"}]}
    text = "a,b\nx,2024-01-01T10:00:00\ny,2024-01-01T10:00:00Z\n"
    extract = read(tmp_path, text, schema=schema)
    assert columns(extract)["b"] == ["2024-01-01T10:00:00", "2024-01-01T10:00:00+00:00"]
    assert codes(extract) == {"mixed-offsets-kept"}


def test_whole_number_too_large_to_store_is_an_error(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}
    extract = read(tmp_path, f"a,b\n{2**63},x\n", schema=schema)
    assert extract.table is None
    assert codes(extract) == {"value-too-large"}
