"""The schema that a file was made for is found, and one that it looks like is offered."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tablecheck
from catalogue import schemas
from catalogue.resources import folder
from portal.cli import main
from portal.known_schemas import known_schemas, offered, taken

# The first rows of files as the French standard names their columns.
CARPOOLING = (
    "id_lieu,nom_lieu,ad_lieu,com_lieu,insee,type,date_maj,ouvert,source,Xlong,Ylat,nbre_pl\n"
    "59350-C-001,Gare,Boulevard,Lille,59350,Parking,2019-06-25,true,217602176,3.08,50.62,20\n"
)
COLOURS = "colour,weight\nred,3\n"


def check(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(file), *options])


def written(where: Path, text: str) -> Path:
    where.write_text(text, encoding="utf-8")
    return where


@pytest.mark.parametrize("name", schemas.names())
def test_the_header_of_each_schema_is_known_again(name: str) -> None:
    labels = [field["name"] for field in schemas.load(name)["fields"]]
    found = taken(tablecheck.match(labels, known_schemas()))
    assert found is not None
    assert found.schema == name
    assert found.score == 1


@pytest.mark.parametrize(
    ("name", "column", "value", "code"),
    [
        ("car-parking", "siret", "21590350100018", "french-siret-value"),
        ("car-parking", "enterprise_number", "0207494679", "belgian-enterprise-number"),
        ("carpooling-place", "siren", "200093202", "french-siren-value"),
        ("carpooling-place", "opening_hours", "toujours", "opening-hours-value"),
        ("charging-point", "operator_phone", "+32 56", "cross-border-phone-number"),
        ("green-blue-space", "opening_hours", "8h-20h", "opening-hours-value"),
    ],
)
def test_the_checks_of_the_territory_are_asked_for(
    name: str, column: str, value: str, code: str, tmp_path: Path
) -> None:
    rows = schemas.example(name)
    rows[0][column] = value
    with (tmp_path / "file.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (found,) = tablecheck.validate(tmp_path / "file.csv", schemas.load(name)).findings
    assert (found.code, found.row, found.column) == (code, 2, column)


def test_a_file_made_for_a_schema_is_checked_against_it_unasked() -> None:
    file = folder("schemas") / "charging-point" / "1.0.0" / "examples" / "invalid.csv"
    done = check(file, "--lang", "nl")
    assert done.exit_code == 1
    assert "Gecontroleerd met het schema charging-point (Laadpunten)" in done.output
    (table,) = json.loads(check(file, "--json").stdout)["tables"]
    assert table["schema"]["name"] == "charging-point"
    assert table["matches"][0]["schema"] == "charging-point"


def test_none_takes_the_file_as_it_is() -> None:
    file = folder("schemas") / "charging-point" / "1.0.0" / "examples" / "invalid.csv"
    done = check(file, "--schema", "none", "--lang", "en")
    assert done.exit_code == 0
    assert "charging-point (" not in done.output


def test_a_file_of_the_french_standard_looks_like_ours(tmp_path: Path) -> None:
    done = check(written(tmp_path / "lieux.csv", CARPOOLING), "--lang", "fr")
    assert done.exit_code == 0
    assert "ressemble au schéma carpooling-place" in done.output
    assert "insee → municipality_code" in done.output


def test_what_looks_like_none_is_told_nothing_of_schemas(tmp_path: Path) -> None:
    done = check(written(tmp_path / "colours.csv", COLOURS), "--lang", "en")
    assert "schema" not in done.output
    assert offered(tablecheck.match(["colour", "weight"], known_schemas())) is None


def test_publishing_offers_the_schema_that_a_file_looks_like(tmp_path: Path) -> None:
    file = written(tmp_path / "lieux.csv", CARPOOLING)
    options = ["--title", "Lieux", "--lang", "en", "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(main, ["publish", str(file), *options])
    assert done.exit_code == 0
    assert "looks like the schema carpooling-place" in done.output
