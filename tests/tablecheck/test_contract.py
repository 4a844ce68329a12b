"""Every format goes through the same suite: the same rows come out, typed, with their report."""

import json
from pathlib import Path

import pytest
import shapely  # type: ignore[import-untyped]  # publishes no types

import tablecheck
from tests.tablecheck.writing import HAS_GEOMETRY, LABELS, POINTS, ROWS, WRITERS


@pytest.fixture(params=list(WRITERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(kind: str, tmp_path: Path) -> Path:
    name, write = WRITERS[kind]
    target = tmp_path / name
    write(target)
    return target


def test_rows_come_out_whole_and_in_order(path: Path) -> None:
    (extract,) = tablecheck.read(path)
    assert extract.report.valid, extract.report.errors
    assert extract.table is not None
    for index, label in enumerate(LABELS[:1] + LABELS[3:]):
        wanted = [row[(0, 3)[index]] for row in ROWS]
        assert extract.table.column(label).to_pylist() == wanted


def test_codes_stay_text_and_numbers_are_numbers(path: Path) -> None:
    (extract,) = tablecheck.read(path)
    assert extract.table is not None
    assert str(extract.table.schema.field("insee").type) == "string"
    assert extract.table.column("places").to_pylist() == [12, 40, 7]
    assert extract.table.column("prix").to_pylist() == [1.5, 2.25, 3.75]


def test_geometry_is_wgs84_with_metadata(path: Path, kind: str) -> None:
    (extract,) = tablecheck.read(path)
    assert extract.table is not None
    if kind not in HAS_GEOMETRY:
        assert "geometry" not in extract.table.column_names
        return
    shapes = shapely.from_wkb(extract.table.column("geometry").to_pylist())
    assert [(round(p.x, 6), round(p.y, 6)) for p in shapes] == list(POINTS)
    geo = json.loads(extract.table.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["bbox"] == pytest.approx([3.07, 50.60, 3.39, 50.82])
    assert extract.recipe.source_crs in ("OGC:CRS84", "EPSG:4326")


def test_every_proposed_column_has_a_reason_in_three_languages(path: Path) -> None:
    (extract,) = tablecheck.read(path)
    assert extract.table is not None
    assert [i.column for i in extract.inferred] == [f["name"] for f in extract.schema["fields"]]
    assert {i.column for i in extract.inferred} == set(extract.table.column_names)
    for inference in extract.inferred:
        for lang in tablecheck.LANGUAGES:
            said = tablecheck.message(inference, lang)
            assert said
            assert "{" not in said
            assert "?" not in said


def test_proposed_schema_is_accepted_when_given_back(path: Path) -> None:
    (first,) = tablecheck.read(path)
    (again,) = tablecheck.read(path, schema=first.schema)
    assert again.report.valid, again.report.errors
    assert again.table is not None
    assert first.table is not None
    assert again.table.schema == first.table.schema
    assert again.table.equals(first.table)


def test_schema_that_does_not_fit_leaves_a_report_and_no_table(path: Path) -> None:
    schema = tablecheck.read(path)[0].schema
    name = next(field for field in schema["fields"] if field["name"] == "nom")
    name["constraints"] = {"maxLength": 20}
    (extract,) = tablecheck.read(path, schema=schema)
    assert not extract.report.valid
    assert extract.table is None
    (finding,) = extract.report.errors
    assert (finding.code, finding.row, finding.column) == ("constraint-error", 2, "nom")
    assert finding.params["constraint"] == "maxLength"


def test_chosen_type_overrules_the_proposal(path: Path) -> None:
    (extract,) = tablecheck.read(path, types={"places": "string"})
    assert extract.table is not None
    assert extract.table.column("places").to_pylist() == ["12", "40", "7"]
    chosen = next(i for i in extract.inferred if i.column == "places")
    assert (chosen.type, chosen.reason) == ("string", "chosen")


def test_unknown_column_is_refused_with_the_list_of_columns(path: Path) -> None:
    with pytest.raises(tablecheck.UnknownColumnError) as raised:
        tablecheck.read(path, types={"inse": "string"})
    assert raised.value.name == "inse"
    assert "insee" in raised.value.columns


def test_report_survives_json(path: Path) -> None:
    (extract,) = tablecheck.read(path)
    text = json.dumps(extract.report.to_dict())
    assert tablecheck.Report.from_dict(json.loads(text)) == extract.report


def test_file_cut_in_half_gives_a_finding_or_a_table(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    for extract in tablecheck.read(path):
        assert (extract.table is not None) == extract.report.valid
