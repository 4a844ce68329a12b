"""Real files of the territory: all of them are read, and what is known of them holds."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import tablecheck
from tests.tablecheck.differential.cases import Case, csv_bytes
from tests.tablecheck.differential.verdicts import difference
from tests.tablecheck.parity import assert_same

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared" / "real"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
SUFFIXES = {".csv", ".tsv", ".json", ".geojson", ".xlsx", ".xls", ".parquet", ".xml", ".kml"}
FILES = sorted(p for p in REAL.rglob("*") if p.suffix in SUFFIXES) if REAL.is_dir() else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REAL)))
def test_real_file_is_read_without_a_crash(path: Path) -> None:
    for extract in tablecheck.read(path):
        assert (extract.table is not None) == extract.report.valid
        for finding in extract.report.findings:
            for lang in tablecheck.LANGUAGES:
                assert "?" not in tablecheck.message(finding, lang).replace(str(finding.value), "")


@pytest.mark.parametrize(("name", "rows", "column", "type_"), [
    ("vlille_ods_2022/vlille-realtime.csv", 252, "field12", "datetime"),
    ("be_boundaries/bevolking_per_gemeente.csv", 638, None, None),
    ("fr_boundaries/communes-hauts-de-france.geojson", 3808, "code", "string"),
    ("kortrijk_telraam_2025/df_model.parquet", 3489, None, None),
    ("pypi_francedata/sample_communes.xlsx", 12, None, None),
])  # fmt: skip
def test_real_table_is_whole(name: str, rows: int, column: str | None, type_: str | None) -> None:
    (extract,) = tablecheck.read(REAL / name)
    assert extract.table is not None
    assert extract.table.num_rows == rows
    if column is not None:
        assert {f["name"]: f["type"] for f in extract.schema["fields"]}[column] == type_


def test_belgian_lambert_is_converted() -> None:
    (extract,) = tablecheck.read(REAL / "irceline_fixtures" / "rio_wfs.json")
    assert extract.recipe.source_crs == "EPSG:31370"
    assert extract.table is not None


@pytest.mark.parametrize(("schema", "data"), [
    ("irve-statique.schema.json", "exemple-valide-statique.csv"),
    ("irve-dynamique.schema.json", "exemple-valide-dynamique.csv"),
    ("lieux-covoiturage.schema.json", "covoiturage-exemple-valide.csv"),
    ("stationnement.schema.json", "stationnement-exemple-valide.csv"),
    ("stationnement-cyclable.schema.json", "stationnement-cyclable-exemple-valide.csv"),
])  # fmt: skip
def test_french_standard_gives_the_verdict_of_frictionless(schema: str, data: str) -> None:
    descriptor = json.loads((REAL / "fr_schemas" / schema).read_text(encoding="utf-8"))
    path = REAL / "fr_schemas" / data
    (extract,) = tablecheck.read(path, schema=descriptor)
    dialect = {
        "headerRows": [extract.recipe.header_row],
        "csv": {"delimiter": extract.recipe.delimiter, "quoteChar": '"'},
    }
    count = assert_same(path, descriptor, dialect)
    assert extract.report.error_count == count


def french_schemas() -> list[Path]:
    """List the Table Schemas among the French standards; others are JSON Schemas."""
    found = sorted((REAL / "fr_schemas").glob("*.schema.json")) if REAL.is_dir() else []
    return [path for path in found if json.loads(path.read_text(encoding="utf-8")).get("fields")]


def rows_of(fields: list[dict[str, Any]]) -> list[list[str]]:
    """Give a row of the examples that the schema tells, then rows with one cell changed."""

    def text(value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    right = [text(field.get("example", "")) for field in fields]
    odd = ("", "x", "-1", "31/02/2024", "2024-02-29", "1,5", "é" * 300)
    changed = [[*right[:n], cell, *right[n + 1 :]] for n in range(len(fields)) for cell in odd]
    return [right, *changed, right, right[:-1], [*right, "de trop"], [""] * len(fields)]


@pytest.mark.parametrize("path", french_schemas(), ids=lambda path: path.name)
def test_every_french_standard_gives_the_verdict_of_frictionless_on_its_own_examples(
    path: Path,
) -> None:
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    rows = [[field["name"] for field in descriptor["fields"]], *rows_of(descriptor["fields"])]
    found = difference(Case(name=path.name, data=csv_bytes(rows), schema=descriptor))
    assert found is None, str(found)
