"""Dirty tables with their answer key: tablecheck finds what the key says, no more and no less."""

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

import tablecheck
from portal.cli import main
from sandbox.packs.faults import csv_line, dirtied

Facts = Counter[tuple[str, int | None, str | None]]
TABLES = (
    "vlille_stations",
    "municipalities",
    "rail_stations_be",
    "players",
    "hub_services",
    "public_holidays",
    "municipal_populations_fr",
    "postal_codes_be",
    "events",
    "theme_sources",
    "air_quality_stations_be",
    "judicial_cantons",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("starter") / "data"
    done = CliRunner().invoke(main, ["harvest", "starter", "--data", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module", params=[1, 3])
def pack(request: pytest.FixtureRequest, data: Path, tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp("dirty")
    recipe = folder / "all.toml"
    tables = "".join(f'[[tables]]\ntable = "{name}"\n' for name in TABLES)
    recipe.write_text(f'id = "all"\nseed = 5\nrows = "all"\n{tables}')
    target = folder / "all.zip"
    arguments = ["pack", "make", str(recipe), "-o", str(target), "--faults", str(request.param)]
    done = CliRunner().invoke(main, [*arguments, "--data", str(data)])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    return folder


def expected(key: dict[str, Any], file: str) -> Facts:
    return Counter(
        (each["code"], each["row"], each["column"])
        for fault in key["faults"]
        if fault["file"] == file
        for each in fault["expected"]
    )


def found(folder: Path, file: str, schema: dict[str, Any], others: dict[str, Any]) -> Facts:
    report = tablecheck.validate(
        folder / file,
        schema,
        dialect={"delimiter": ","},
        limit_errors=None,
        references=others,
        basepath=folder,
    )
    return Counter((each.code, each.row, each.column) for each in report.findings)


def test_the_check_finds_exactly_the_answer_key(pack: Path) -> None:
    key = json.loads((pack / "faults.json").read_text())
    resources = json.loads((pack / "datapackage.json").read_text())["resources"]
    others = {each["name"]: each for each in resources}
    files = sorted(str(file.relative_to(pack)) for file in (pack / "dirty").iterdir())
    assert len(files) > 2 * len(TABLES)
    wrong = {}
    for file in files:
        table = Path(file).name.partition(".")[0]
        wanted = expected(key, file)
        facts = found(pack, file, others[table]["schema"], others)
        if facts != wanted:
            wrong[file] = (facts - wanted, wanted - facts)
    assert wrong == {}


def test_every_kind_of_fault_is_made_as_often_as_asked_or_said_to_be_short(pack: Path) -> None:
    key = json.loads((pack / "faults.json").read_text())
    made = Counter((f["kind"], f["table"], f["column"]) for f in key["faults"])
    assert {kind for kind, _, _ in made} >= {
        *("type", "date", "required", "minimum", "maximum", "enum", "pattern"),
        *("foreign-key", "duplicate-key", "separator", "swapped-coordinates"),
        *("encoding", "missing-column"),
    }
    for fault in key["faults"]:
        assert fault["before"] != fault["after"]
    short = {(each["kind"], each["table"], each["column"]) for each in key["shortfalls"]}
    named = ("type", "date", "required", "minimum", "maximum", "enum", "pattern", "foreign-key")
    for kind, table, column in made:
        if kind in named and (kind, table, column) not in short:
            assert made[kind, table, column] == key["each"], (kind, table, column)


def test_the_clean_tables_are_found_clean(pack: Path) -> None:
    resources = json.loads((pack / "datapackage.json").read_text())["resources"]
    others = {each["name"]: each for each in resources}
    for each in resources:
        facts = found(pack, each["path"], each["schema"], others)
        assert not [code for code, _, _ in facts if code.endswith("-error")], each["name"]


FIELDS: list[dict[str, Any]] = [
    {"name": "label", "type": "string", "constraints": {"minLength": 3, "maxLength": 40}},
    {"name": "id", "type": "integer", "constraints": {"required": True, "minimum": 1}},
    {
        "name": "code",
        "type": "string",
        "constraints": {"unique": True, "pattern": "[A-Z]{2}[0-9]+"},
    },
    {"name": "mail", "type": "string", "format": "email"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["été", "hiver"]}},
    {"name": "open", "type": "boolean"},
    {"name": "moment", "type": "datetime"},
    {"name": "day", "type": "date", "constraints": {"minimum": "2020-01-01"}},
    {"name": "parent", "type": "integer"},
    {"name": "note", "type": "string"},
]
SCHEMA: dict[str, Any] = {
    "fields": FIELDS,
    "missingValues": [""],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}}],
}


@pytest.mark.parametrize("each", [1, 2, 5])
@pytest.mark.parametrize("row_count", [0, 3, 60])
def test_any_schema_is_broken_as_its_key_says(tmp_path: Path, each: int, row_count: int) -> None:
    rows = [[field["name"] for field in FIELDS]]
    for n in range(1, row_count + 1):
        rows.append(
            [
                *(f"Label {n}", str(n), f"AB{n}", f"a{n}@example.org", ("été", "hiver")[n % 2]),
                *(("true", "false")[n % 2], f"2025-01-{n % 28 + 1:02}T10:00:00+00:00"),
                *(f"2024-02-{n % 28 + 1:02}", str(1 + n % 3), "" if n % 4 else 'a, "b"'),
            ]
        )
    clean = "".join(csv_line(row) for row in rows).encode()
    files, key = dirtied({"data/t.csv": clean}, {"t": SCHEMA}, seed=1, each=each)
    plain = msgspec.to_builtins(key)
    made = {fault["kind"] for fault in plain["faults"]}
    if row_count == 60:
        assert {"unique", "minLength", "maxLength", "encoding"} <= made
        assert not any(fault.column == "id" for fault in key.faults)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
        facts = found(tmp_path, path, SCHEMA, {})
        facts.pop(("no-rows", None, None), None)
        assert facts == expected(plain, path), path
    again = dirtied({"data/t.csv": clean}, {"t": SCHEMA}, seed=1, each=each)
    assert again == (files, key)
    if row_count == 60:
        assert dirtied({"data/t.csv": clean}, {"t": SCHEMA}, seed=2, each=each)[0] != files
