"""Foreign keys to the other tables of a package: frictionless's verdict on the whole package."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from frictionless import Package

import tablecheck

COMMA = {
    "headerRows": [1],
    "csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False},
}
TOWNS = {"fields": [{"name": "code"}, {"name": "year", "type": "integer"}, {"name": "name"}]}
STOPS = {"fields": [
    {"name": "id", "type": "integer"}, {"name": "town"}, {"name": "since", "type": "integer"},
]}  # fmt: skip


def key(fields: Any, resource: str, names: Any) -> dict[str, Any]:
    return {"fields": fields, "reference": {"resource": resource, "fields": names}}


def towns(**more: Any) -> dict[str, Any]:
    return {"path": "towns.csv", "encoding": "utf-8", "dialect": COMMA, "schema": TOWNS, **more}


def of_frictionless(
    folder: Path, path: str, schema: dict[str, Any], references: dict[str, Any], limit: int = 1_000
) -> list[dict[str, Any]]:
    own = {"name": "stops", "path": path, "encoding": "utf-8", "dialect": COMMA, "schema": schema}
    others = [{"name": name, **told} for name, told in references.items()]
    package = Package.from_descriptor(
        copy.deepcopy({"resources": [own, *others]}), basepath=str(folder)
    )
    report = package.validate(name="stops", limit_errors=limit).to_descriptor()
    return list(report["errors"] or report["tasks"][0]["errors"])


def assert_same(
    folder: Path, rows: str, schema: dict[str, Any], references: dict[str, Any], **options: Any
) -> tablecheck.Report:
    (folder / "stops.csv").write_text(rows, encoding="utf-8")
    theirs = of_frictionless(folder, "stops.csv", schema, references, **options)
    report = tablecheck.validate(
        folder / "stops.csv", copy.deepcopy(schema), dialect=COMMA, encoding="utf-8",
        references=copy.deepcopy(references), limit_errors=options.get("limit", 1_000),
    )  # fmt: skip
    assert report.to_frictionless()["tasks"][0]["errors"] == theirs
    assert not report.warnings
    return report


def with_keys(*keys: dict[str, Any], schema: dict[str, Any] = STOPS) -> dict[str, Any]:
    return {**schema, "foreignKeys": list(keys)}


def rows_of(texts: list[tuple[str, str]]) -> str:
    return "id,town,since\n" + "".join(
        f"{n},{town},{since}\n" for n, (town, since) in enumerate(texts, start=1)
    )


TEXTS = [
    ("59350", "2019"), ("", ""), ("59350", "02019"), ("01001", "x"), ("1001", "2020"),
    ("59350", ""), ("", "2019"), ("nowhere", "2019"), ("é", "2020"), ("34022", "+2020"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "towns.csv").write_text(
        "code,year,name\n59350,2019,Lille\n34022,2020,Kortrijk\n01001,02019,x\né,bad,y\n,,\n",
        encoding="utf-8",
    )
    return tmp_path


KEYS = {
    "one text": key("town", "towns", "code"),
    "one number": key("since", "towns", "year"),
    "two together": key(["town", "since"], "towns", ["code", "year"]),
    "a text to a number": key("town", "towns", "year"),
    "a number to a text": key("since", "towns", "code"),
    "a column that is not there": key("town", "towns", "nothing"),
    "one there and one not": key(["town", "since"], "towns", ["code", "nothing"]),
    "itself": key("town", "", "town"),
    "itself, by number": key("since", "", "id"),
    "itself, two": key(["town", "since"], "", ["since", "town"]),
}


@pytest.mark.parametrize("wanted", KEYS)
def test_keys_to_a_table_at_hand_break_where_frictionless_says(folder: Path, wanted: str) -> None:
    report = assert_same(folder, rows_of(TEXTS), with_keys(KEYS[wanted]), {"towns": towns()})
    assert report.fast_share is not None


def test_several_keys_of_one_table_keep_their_order(folder: Path) -> None:
    schema = with_keys(*KEYS.values())
    schema["primaryKey"] = ["town"]
    assert assert_same(folder, rows_of(TEXTS), schema, {"towns": towns()}).error_count > 10
    assert_same(folder, rows_of(TEXTS), schema, {"towns": towns()}, limit=3)


@pytest.mark.parametrize("told", [
    {"data": [["code", "year"], ["59350", 2019], [None, None], ["34022", "2020"]]},
    {"data": [{"code": "59350", "year": 2019}, {"code": "34022", "year": None}]},
    {"data": [["code", "year"], ["59350", 2019]], "schema": TOWNS},
    {"path": "towns.csv"},  # frictionless guesses its layout and its schema
    {"path": "towns.csv", "dialect": {"header": False}},
    {"path": "towns.csv", "dialect": {"headerRows": [2]}},
    {"path": "towns.csv", "dialect": {"commentChar": "5"}},
    {"path": "towns.csv", "schema": {**TOWNS, "missingValues": ["", "59350"]}},
    {"path": "towns.csv", "schema": {**TOWNS, "missingValues": ["-"]}},
    {"path": "towns.csv", "schema": {"fields": [{"name": "code"}]}},
    {"path": "towns.csv", "schema": {"fields": [{"name": "year"}, {"name": "code"}]}},
    {"path": "towns.csv", "schema": {**TOWNS, "fieldsMatch": "partial", "primaryKey": ["code"]}},
    {"path": "towns.csv", "encoding": "cp1252"},
    {"path": "towns.csv", "encoding": "utf-16"},
    {"path": "towns.tsv", "format": "tsv"},
])  # fmt: skip
def test_other_tables_may_be_told_of_in_any_way(folder: Path, told: dict[str, Any]) -> None:
    (folder / "towns.tsv").write_text("code\tyear\n59350\t2019\n")
    schema = with_keys(KEYS["one text"], KEYS["two together"])
    assert_same(folder, rows_of(TEXTS), schema, {"towns": told})


@pytest.mark.parametrize("text", [
    "", "code\n", "code,year\n", "code,year\n59350\n59350,2019,more\n\n,\n34022,2020\n",
    'code,year\n"59350",2019\n"34\n022",2020\n"é""x",1\n', "code,year\n59350,2019",
    '\ufeffcode,year\n59350,2019\n', 'code,year\n"59350,2019\n', "code,code\n59350,59350\n",
    'code,year\n593"50,2019,"a"\n"34022",2020,\r\n',
])  # fmt: skip
def test_other_tables_may_be_dirty(folder: Path, text: str) -> None:
    (folder / "towns.csv").write_text(text, encoding="utf-8", newline="")
    told = towns(schema={"fields": TOWNS["fields"][:2]})
    for missing in ([""], ["-"]):
        own = {**STOPS, "missingValues": missing}
        schema = with_keys(KEYS["one text"], KEYS["two together"], schema=own)
        assert_same(folder, rows_of(TEXTS), schema, {"towns": told})


@pytest.mark.parametrize("seed", range(40))
def test_keys_agree_over_every_type(folder: Path, seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    texts = [
        "1", "01", "+1", " 1", "1.0", "2019", "2019-01-01", "true", "True", "", "-", "NaN", "0",
        "é", "a", "A", "1e3", "10:00:00", "2019-01-01T10:00:00Z", "2019-01-01T11:00:00+01:00",
    ]  # fmt: skip
    types = ["string", "integer", "number", "year", "date", "datetime", "boolean", "any"]

    def field(name: str) -> dict[str, Any]:
        found: dict[str, Any] = {"name": name, "type": pick.choice(types)}
        if pick.random() < 0.2:
            found["constraints"] = pick.choice([{"required": True}, {"enum": ["1", "2019"]}])
        return found

    def table(count: int) -> str:
        lines = [",".join(pick.choice(texts) for _ in range(2)) for _ in range(count)]
        return "a,b\n" + "".join(f"{line}\n" for line in lines)

    (folder / "towns.csv").write_text(table(12), encoding="utf-8")
    fields = [field("a"), field("b")]
    if pick.random() < 0.5:
        other = [{k: v for k, v in f.items() if k != "constraints"} for f in fields]
    else:
        other = [field("a"), field("b")]
    schema = {"fields": fields, "foreignKeys": [
        key("a", "towns", "a"), key(["a", "b"], "towns", ["a", "b"]), key("b", "", "a"),
    ]}  # fmt: skip
    if pick.random() < 0.3:
        schema["missingValues"] = pick.choice([["", "-"], ["1"], ["a", "2019"]])
    assert_same(folder, table(30), schema, {"towns": towns(schema={"fields": other})})


def test_many_rows_agree_and_are_proven(folder: Path) -> None:
    codes = [f"{n:05}" for n in range(3_000)]
    (folder / "towns.csv").write_text(
        "code,year,name\n" + "".join(f"{code},{n},x\n" for n, code in enumerate(codes))
    )
    texts = [(codes[n * 7 % 3_000], str(n * 7 % 3_000)) for n in range(4_000)]
    texts[2_500] = ("99999", "3000")
    schema = with_keys(KEYS["one text"], KEYS["one number"], KEYS["two together"])
    report = assert_same(folder, rows_of(texts), schema, {"towns": towns()})
    assert report.error_count == 3
    assert not report.slow_reasons
    assert report.fast_share is not None
    assert report.fast_share > 0.99


def test_errors_of_keys_beyond_the_limit_are_counted(folder: Path) -> None:
    (folder / "stops.csv").write_text(rows_of([("nowhere", "1")] * 50))
    report = tablecheck.validate(
        folder / "stops.csv", with_keys(KEYS["one text"]), dialect=COMMA, limit_errors=10,
        references={"towns": towns()},
    )  # fmt: skip
    assert (len(report.errors), report.error_count) == (10, 50)


def test_table_called_as_another_keeps_its_own_key(folder: Path) -> None:
    """The file is called like the table that its key names; the key means the other one."""
    stops = {"path": "old/stops.csv", "dialect": COMMA, "schema": STOPS}
    (folder / "old").mkdir()
    (folder / "old" / "stops.csv").write_text("id,town,since\n7,x,1\n")
    (folder / "stops.csv").write_text("id,town,since\n1,x,7\n2,x,1\n")
    schema = with_keys(key("since", "stops", "id"), key("since", "", "id"))
    report = tablecheck.validate(
        folder / "stops.csv", schema, dialect=COMMA, references={"stops": stops}
    )
    assert [(f.row, f.params["note"].split(' lookup table "')[1][:5]) for f in report.errors] == [
        (2, '" as '), (3, "stops"),
    ]  # fmt: skip


def test_key_to_a_table_not_at_hand_is_a_warning_and_the_others_are_judged(folder: Path) -> None:
    (folder / "stops.csv").write_text(rows_of(TEXTS))
    schema = with_keys(KEYS["one text"], key(["id", "since"], "lines", ["id", "year"]))
    for dialect in (COMMA, None):
        for references, wanted in (
            ({"towns": towns()}, ["id, since"]),
            ({}, ["town", "id, since"]),
        ):
            report = tablecheck.validate(
                folder / "stops.csv", schema, dialect=dialect, references=references
            )
            told = [f.column for f in report.warnings if f.code == "foreign-key-unchecked"]
            assert told == wanted
            assert ("foreign-key" in {f.code for f in report.errors}) == bool(references)


@pytest.mark.parametrize("told", [
    {"path": "http://127.0.0.1:9/towns.csv"},
    {"path": "https://example.org/towns.csv", "schema": TOWNS},
    {"path": "//example.org/towns.csv"},
    {"path": "s3://bucket/towns.csv"},
    {"path": "file:///etc/passwd", "format": "csv"},
    {"path": "/etc/passwd", "format": "csv"},
    {"path": "../secret.csv"},
    {"path": "sub/../../secret.csv"},
    {"path": "link.csv"},
    {"path": "towns.csv\0"},
    {"path": "http:/towns.csv"},
    {"path": ["towns.csv", "http://127.0.0.1:9/more.csv"]},
    {"path": "towns.csv", "schema": "http://127.0.0.1:9/schema.json"},
    {"path": "towns.csv", "schema": "../schema.json"},
    {"path": "towns.csv", "schema": {"$ref": "http://127.0.0.1:9/schema.json"}},
    {"path": "towns.csv", "dialect": "https://example.org/dialect.json"},
    {"path": "towns.csv", "format": "sql"},
    {"path": "towns.csv.gz"},
    {"path": "towns.json"},
    {"path": "missing.csv"},
    {"path": "."},
    {"path": 7},
    {"data": "http://127.0.0.1:9/towns.csv"},
    {"data": {"a": 1}},
    {"data": [["code"], ["59350"]], "format": "csv"},
    {"url": "http://127.0.0.1:9/towns.csv"},
    {"path": "towns.csv", "data": [["code"], ["59350"]]},
    {},
])  # fmt: skip
def test_hostile_descriptions_are_refused_and_nothing_is_fetched(
    folder: Path, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = folder / "inner"
    (inner / "http:").mkdir(parents=True)
    for name in ("towns.csv", "towns.csv.gz", "towns.json", "http:/towns.csv"):
        (inner / name).write_text("code\n59350\n")
    (folder / "secret.csv").write_text("code\n59350\n")
    (folder / "schema.json").write_text(json.dumps(TOWNS))
    (inner / "link.csv").symlink_to(folder / "secret.csv")
    (inner / "stops.csv").write_text("id,town,since\n1,59350,2\n")

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("requests.Session.send", refuse)
    for dialect in (COMMA, None):
        report = tablecheck.validate(
            inner / "stops.csv", with_keys(KEYS["one text"]), dialect=dialect,
            references={"towns": told},
        )  # fmt: skip
        assert report.valid
        assert [f.code for f in report.warnings] == ["foreign-key-unchecked"]


def test_what_leads_away_is_not_taken_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr("requests.Session.send", refuse)
    far = "http://127.0.0.1:9/x.json"
    told = towns(
        profile=far, profiles=[far], extrapaths=[far], compression="zip", scheme="http",
        schema={**TOWNS, "$schema": far, "profile": far}, **{"$schema": far},
    )  # fmt: skip
    (folder / "stops.csv").write_text(rows_of(TEXTS[:2]))
    report = tablecheck.validate(
        folder / "stops.csv", with_keys(KEYS["one text"]), dialect=COMMA, references={"towns": told}
    )
    assert report.valid
    assert not report.warnings


def test_parts_may_stand_in_files_of_the_folder(folder: Path) -> None:
    (folder / "towns.schema.json").write_text(json.dumps(TOWNS))
    (folder / "dialect.json").write_text(json.dumps(COMMA))
    told = towns(schema="towns.schema.json", dialect="dialect.json")
    schema = with_keys(KEYS["one number"])
    assert assert_same(folder, rows_of(TEXTS), schema, {"towns": told}).error_count


def test_paths_are_below_the_folder_that_is_given(folder: Path, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("elsewhere") / "stops.csv"
    path.write_text(rows_of(TEXTS))
    schema = with_keys(KEYS["one text"])
    for dialect in (COMMA, None):
        report = tablecheck.validate(
            path, schema, dialect=dialect, references={"towns": towns()}, basepath=folder
        )
        assert not report.warnings
        assert {f.value for f in report.errors if f.code == "foreign-key"} == {"1001", "nowhere"}


def test_workbooks_and_records_have_keys_too(folder: Path) -> None:
    rows = [["id", "town", "since"], [1, "59350", 2019], [2, "x", 1], [3, None, None]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "stops.xlsx")
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    (folder / "stops.json").write_text(json.dumps(records))
    (folder / "stops.ndjson").write_text("".join(json.dumps(r) + "\n" for r in records))
    schema = with_keys(KEYS["one text"], KEYS["two together"])
    for name in ("stops.xlsx", "stops.json", "stops.ndjson"):
        (extract,) = tablecheck.read(folder / name, schema=schema, references={"towns": towns()})
        found = [(f.code, f.column) for f in extract.report.errors]
        assert found == [("foreign-key", "town"), ("foreign-key", "town, since")], name
