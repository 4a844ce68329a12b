"""The verdict is frictionless's: the same errors, the same facts, the same order."""

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pyarrow as pa
import pytest
from frictionless import Dialect, Field, Schema
from frictionless.resources import TableResource
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tablecheck
from tablecheck.accept import acceptor
from tablecheck.accept.texts import Texts
from tablecheck.distinct import Distinct
from tablecheck.readers import reader_of
from tablecheck.typed import CannotTypeError, cast_column
from tests.tablecheck.parity import assert_same

SEMICOLON = {"csv": {"delimiter": ";", "quoteChar": '"', "skipInitialSpace": False}}
COMMA = {"csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}}

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "constraints": {"required": True, "minimum": 1}},
    {"name": "code", "type": "string", "constraints": {"pattern": "[A-Z]{2}[0-9]{2}"}},
    {"name": "nom", "type": "string", "constraints": {"minLength": 2, "maxLength": 8}},
    {"name": "genre", "type": "string", "constraints": {"enum": ["velo", "bus"]}},
    {"name": "prix", "type": "number", "decimalChar": ",", "groupChar": " "},
    {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
    {"name": "moment", "type": "datetime"},
    {"name": "ouvert", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    {"name": "an", "type": "year", "constraints": {"minimum": "1990"}},
    {"name": "lieu", "type": "geopoint"},
]
GOOD = [
    "1", "AB12", "Lille", "velo", "1 250,50", "29/02/2024", "2024-01-05T10:00:00Z", "oui",
    "2024", "3.06,50.63",
]  # fmt: skip
ODD = [
    "", " ", "0", "-1", "+5", "01", "1_000", "٣", "1,5", "1.5", "NaN", "nan", "INF", "1e3", "x",
    "AB1", "AB12\n", "oui ", "OUI", "vrai", "31/02/2024", "5/1/2024", "2024-01-05", "24/01/01",
    "2024-01-05T10:00:00", "2024-01-05 10:00:00+01:00", "2024-01-05T25:00:00", "20 24", "1989",
    "250,1", "50,3", "a;b", 'dit "oui"', "été", "\u00a012", "9" * 25, "٢٠٢٤", "velo", "🚲🚲",
]  # fmt: skip


def write(path: Path, rows: list[list[str]], labels: list[str], *, quote: bool = True) -> None:
    def cell(text: str) -> str:
        if quote and any(c in text for c in ';"\n\r'):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [";".join(map(cell, row)) for row in [labels, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def random_rows(seed: int, count: int = 60) -> list[list[str]]:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    rows: list[list[str]] = []
    for number in range(count):
        row = [str(number + 1), *GOOD[1:]]
        for _ in range(pick.choice((0, 0, 0, 1, 2))):
            row[pick.randrange(len(row))] = pick.choice(ODD)
        shape = pick.random()
        if shape < 0.04:
            row = row[: pick.randrange(len(row))]
        elif shape < 0.08:
            row = [*row, pick.choice(ODD)]
        elif shape < 0.10:
            row = [""] * len(row)
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_dirty_tables_give_the_same_errors(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "t.csv"
    write(path, random_rows(seed), [field["name"] for field in FIELDS], quote=seed % 3 != 0)
    assert assert_same(path, {"fields": FIELDS}, SEMICOLON) > 5


@pytest.mark.parametrize("seed", range(100, 130))
def test_mutated_schemas_and_layouts_give_the_same_errors(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    fields = [{**field, "constraints": {**field.get("constraints", {})}} for field in FIELDS]
    schema: dict[str, Any] = {"fields": fields}
    if seed % 2:
        fields[pick.randrange(3)]["constraints"]["unique"] = True
    if seed % 3 == 0:
        schema["primaryKey"] = pick.sample([f["name"] for f in fields], pick.choice([1, 2]))
    if seed % 4 == 0:
        schema["missingValues"] = pick.sample(["", "-", "x", "0", " ", "oui"], 2)
    if seed % 5 == 0:
        schema["fieldsMatch"] = pick.choice(["equal", "subset", "superset", "partial"])
    rows = random_rows(seed, pick.choice([0, 1, 5, 40]))
    if seed % 7 == 0:
        rows = [row for row in rows if len(row) == len(FIELDS)]
    labels = [field["name"] for field in fields]
    if seed % 6 == 0:
        pick.shuffle(labels)
    dialect: dict[str, Any] = {**SEMICOLON}
    if seed % 3 == 1:
        dialect |= {"skipBlankRows": True, "headerRows": [pick.choice([1, 2])]}
    path = tmp_path / "t.csv"
    write(path, rows, labels, quote=seed % 2 == 0)
    assert_same(path, schema, dialect, limit=pick.choice([3, 1_000]))


@pytest.mark.parametrize("mode", ["exact", "equal", "subset", "superset", "partial"])
@pytest.mark.parametrize("labels", [
    ["id", "code", "nom"], ["code", "id", "nom"], ["id", "nom"], ["id", "code", "nom", "plus"],
    ["ID", "code", "nom"], ["id", "", "nom"], ["id", "id", "nom"], ["a", "b", "c"],
])  # fmt: skip
def test_header_is_matched_as_frictionless_does(
    tmp_path: Path, mode: str, labels: list[str]
) -> None:
    path = tmp_path / "t.csv"
    write(path, [["1", "AB12", "Lille"][: len(labels)], ["x", "y"]], labels)
    schema = {"fields": FIELDS[:3], "fieldsMatch": mode, "primaryKey": ["id"]}
    assert_same(path, schema, SEMICOLON)


@pytest.mark.parametrize("keys", [
    {"primaryKey": ["id"]},
    {"primaryKey": ["id", "nom"]},
    {"unique": "nom"},
    {"unique": "id", "primaryKey": ["id"]},
    {"foreignKeys": [{"fields": ["nom"], "reference": {"resource": "", "fields": ["genre"]}}]},
])  # fmt: skip
@pytest.mark.parametrize("ids", [
    ["1", "2", "3"], ["1", "1", "3"], ["1", "+1", "01"], ["", "2", "2"], ["x", "1", "x"],
    ["1", "2", " 2"],
])  # fmt: skip
def test_keys_name_the_same_rows(tmp_path: Path, keys: dict[str, Any], ids: list[str]) -> None:
    fields = [{**field} for field in FIELDS[:4]]
    for field in fields:
        field["constraints"] = {"unique": True} if field["name"] == keys.get("unique") else {}
    schema = {"fields": fields, **{k: v for k, v in keys.items() if k != "unique"}}
    path = tmp_path / "t.csv"
    write(path, [[i, "AB12", f"n{i}", f"n{i}"] for i in ids], ["id", "code", "nom", "genre"])
    assert_same(path, schema, SEMICOLON)


@pytest.mark.parametrize("check", [
    {"type": "duplicate-row"},
    {"type": "sequential-value", "fieldName": "id"},
    {"type": "forbidden-value", "fieldName": "nom", "values": ["Lille"]},
    {"type": "row-constraint", "formula": "id > 2"},
    {"type": "table-dimensions", "minRows": 50},
    {"type": "ascii-value"},
    {"type": "truncated-value"},
    {"type": "required-value", "fieldName": "nom", "values": ["Gand"]},
    {"type": "deviated-cell", "interval": 1},
])  # fmt: skip
def test_checks_give_the_same_errors(tmp_path: Path, check: dict[str, Any]) -> None:
    path = tmp_path / "t.csv"
    rows = [["1", "AB12", "Lille"], ["1", "AB12", "Lille"], ["4", "AB12", "Mœuvres"]]
    write(path, rows, ["id", "code", "nom"])
    assert_same(path, {"fields": FIELDS[:3]}, SEMICOLON, checks=[check])


@pytest.mark.parametrize("schema", [
    {"fields": [{"name": "id", "type": "strange"}]},
    {"fields": [{"name": "id", "type": "integer", "constraints": {"pattern": "1"}}]},
    {"fields": [{"name": "id", "type": "string", "format": "nothing"}]},
    {"fields": [{"name": "id"}, {"name": "id"}]},
    {"fields": [{"name": "id"}], "primaryKey": ["no"]},
])  # fmt: skip
def test_wrong_schema_is_reported_and_nothing_is_read(
    tmp_path: Path, schema: dict[str, Any]
) -> None:
    path = tmp_path / "t.csv"
    write(path, [["1"]], ["id"])
    (extract,) = tablecheck.read(path, schema=schema)
    assert not extract.report.valid
    assert extract.table is None
    assert extract.report.errors[0].code in ("schema-error", "field-error", "metadata-error")


@pytest.mark.parametrize(("field", "text", "cause"), [
    ({"type": "number", "constraints": {"minimum": 0}}, "sNaN", "nan"),
    ({"type": "array", "constraints": {"unique": True}}, "[1]", "unique"),
    ({"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "2020-01-01"}},
     "01/02/2024", "bound"),
    ({"type": "datetime", "constraints": {"minimum": "2020-01-01T00:00:00"}},
     "2024-01-01T00:00:00Z", "bound"),
    ({"type": "string", "constraints": {"pattern": "["}}, "a", "pattern"),
])  # fmt: skip
def test_schema_that_makes_frictionless_crash_is_one_finding(
    tmp_path: Path, field: dict[str, Any], text: str, cause: str
) -> None:
    path = tmp_path / "t.csv"
    write(path, [[text], [text]], ["a"])
    (extract,) = tablecheck.read(path, schema={"fields": [{"name": "a", **field}]})
    (finding,) = extract.report.errors
    assert (finding.code, finding.params["cause"]) == ("schema-not-applicable", cause)
    assert extract.report.error_count == 1


def test_email_format_works_beside_a_folder_called_validators(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write(path, [["a@ville.fr"], ["pas une adresse"]], ["mail"])
    schema = {"fields": [{"name": "mail", "type": "string", "format": "email"}]}
    assert assert_same(path, schema, SEMICOLON) == 1


def test_errors_beyond_the_limit_are_counted_exactly(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write(path, [["x", "AB12", "Lille"]] * 30 + [["1", "AB12", "L"]] * 5, ["id", "code", "nom"])
    schema = {"fields": FIELDS[:3]}
    report = tablecheck.validate(path, schema, dialect=SEMICOLON, limit_errors=10)
    assert len(report.errors) == 10
    assert report.error_count == 35
    assert {(c.column, c.code): c.count for c in report.counts} == {
        ("id", "type-error"): 30,
        ("nom", "constraint-error"): 5,
    }
    assert assert_same(path, schema, SEMICOLON, limit=10) == 10
    assert report.to_frictionless()["tasks"][0]["warnings"] == ["reached error limit: 10"]


NASTY = st.text(alphabet='ab1,"\n\r\x00 é', max_size=60)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=NASTY)
def test_any_text_at_all_is_cut_as_frictionless_cuts_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + text, encoding="utf-8", newline="")
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]
    assert_same(path, {"fields": fields}, COMMA)


CELLS = st.one_of(
    st.sampled_from([*ODD, *GOOD]),
    st.text(alphabet="0123456789+-., eE_/:TZ\u00a0\u202f٣x", max_size=22),
    st.dates().map(lambda d: d.strftime("%d/%m/%Y")),
    st.datetimes().map(lambda d: d.isoformat()),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)
ACCEPTED: list[dict[str, Any]] = [
    {"name": "f", "type": "integer"},
    {"name": "f", "type": "number"},
    {"name": "f", "type": "number", "decimalChar": ","},
    {"name": "f", "type": "number", "decimalChar": ",", "groupChar": " "},
    {"name": "f", "type": "number", "decimalChar": ",", "groupChar": "."},
    {"name": "f", "type": "date"},
    {"name": "f", "type": "date", "format": "%d/%m/%Y"},
    {"name": "f", "type": "datetime"},
    {"name": "f", "type": "datetime", "format": "%d/%m/%Y %H:%M"},
    {"name": "f", "type": "string", "constraints": {"minLength": 2, "maxLength": 6}},
]


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(ACCEPTED), text=CELLS)
def test_fast_path_accepts_only_what_frictionless_accepts(field: dict[str, Any], text: str) -> None:
    made = Field.from_descriptor(field)
    accept, _ = acceptor(made)
    assert accept is not None
    if accept(Texts(pa.array([text], type=pa.string())))[0]:
        cell, notes = made.read_cell(text)
        assert not notes
        assert text == "" or cell is not None


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(ACCEPTED), texts=st.lists(CELLS, min_size=1, max_size=4))
def test_cells_are_typed_to_the_value_that_frictionless_reads(
    field: dict[str, Any], texts: list[str]
) -> None:
    made = Field.from_descriptor({**field, "constraints": {}})
    right = [text for text in texts if not made.read_cell(text)[1]]
    column = Distinct("f", pa.chunked_array([right], type=pa.string()), np.arange(len(right)))
    wanted = [made.read_cell(text)[0] for text in right]
    try:
        typed = cast_column(column, field, [""], lambda: reader_of(field)).to_pylist()
    except CannotTypeError:
        assert any(isinstance(value, int) and abs(value) >= 2**63 for value in wanted)
        return
    for value, cell in zip(typed, wanted, strict=True):
        if isinstance(cell, Decimal):
            assert value == float(cell) or (cell != cell and value != value)
        elif field["type"] == "datetime" and isinstance(value, str):
            assert value == cell.isoformat()  # with and without offset in one column
        else:
            assert value == cell


def test_workbook_gives_the_errors_that_frictionless_gives(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    rows: list[list[Any]] = [
        ["a", "b", "c", "d"],
        [1, 2.5, "x", dt.date(2024, 1, 2)],
        [2.0, "2,5", 12, dt.datetime(2024, 1, 2, 10, 30)],  # noqa: DTZ001 - no zone in Excel
        ["x", None, True, "2024-01-02"],
        [None, None, None, None],
        [1.5, 3, "y", 45000],
        [True, "4", None, None],
    ]
    for row in rows:
        sheet.append(row)
    book.save(path)
    schema = {"fields": [
        {"name": "a", "type": "integer"}, {"name": "b", "type": "number"},
        {"name": "c", "type": "string", "constraints": {"required": True}},
        {"name": "d", "type": "date"},
    ]}  # fmt: skip
    resource = TableResource(
        path=path.name, basepath=str(tmp_path), format="xlsx",
        schema=Schema.from_descriptor(schema),
        dialect=Dialect.from_descriptor({"headerRows": [1]}),
    )  # fmt: skip
    theirs = resource.validate().to_descriptor()["tasks"][0]["errors"]
    ours = tablecheck.validate(path, schema).to_frictionless()["tasks"][0]["errors"]
    assert ours == theirs
    assert len(ours) > 5


def test_json_records_give_the_errors_that_frictionless_gives(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    records = [{"a": 1, "b": "x"}, {"a": 1.5, "b": 2}, {"a": "3", "b": None}, {"a": None}]
    path.write_text(json.dumps(records))
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]
    schema = {"fields": fields, "primaryKey": ["a"]}
    resource = TableResource(data=records, format="inline", schema=Schema.from_descriptor(schema))
    theirs = resource.validate().to_descriptor()["tasks"][0]["errors"]
    ours = tablecheck.validate(path, schema).to_frictionless()["tasks"][0]["errors"]
    assert ours == theirs
    assert len(ours) == 5
