"""Every starter dataset is whole: who published it, from where, when, under which licence."""

import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from frictionless import Package

from tests.starter.folder import (
    LANGUAGES,
    PACKAGES,
    SCHEMAS,
    STARTER,
    TABLES,
    Table,
    findings,
    load,
    rows,
)

SIDES = {"FR", "VLG", "WAL"}
THEMES = {theme["id"] for theme in load(SCHEMAS / "themes.toml")["themes"]}
PUBLISHERS = [package["publisher"] for package in PACKAGES.values()]

each_package = pytest.mark.parametrize("path", PACKAGES)
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def is_url(text: str) -> bool:
    parts = urlsplit(text)
    is_package = parts.scheme == "pkg" and "/" in parts.path  # how it reached us
    is_page = parts.scheme in {"http", "https"} and "." in parts.netloc
    return (is_page or is_package) and " " not in text


def test_there_are_enough_datasets_of_enough_publishers_on_all_sides() -> None:
    assert len(PACKAGES) >= 10
    assert len({publisher["id"] for publisher in PUBLISHERS}) >= 6
    assert {publisher.get("side") for publisher in PUBLISHERS} >= SIDES | {"EU"}
    assert {language for p in PACKAGES.values() for language in p["languages"]} >= {"fr", "nl"}


def test_names_of_datasets_and_of_sql_tables_are_unique() -> None:
    assert len({package["name"] for package in PACKAGES.values()}) == len(PACKAGES)
    assert [name for name, n in Counter(t.name for t in TABLES).items() if n > 1] == []


def test_a_publisher_is_described_in_one_way() -> None:
    known: dict[str, Any] = {}
    for publisher in PUBLISHERS:
        assert known.setdefault(publisher["id"], publisher) == publisher


@each_package
def test_frictionless_takes_it_for_a_data_package(path: str) -> None:
    descriptor = {
        key: value if key != "resources" else [{**r, "schema": {"fields": []}} for r in value]
        for key, value in PACKAGES[path].items()
    }
    assert list(Package.metadata_validate(descriptor)) == []


@each_package
def test_it_says_what_it_is_in_three_languages(path: str) -> None:
    package = PACKAGES[path]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", package["name"])
    assert set(package["translations"]) == LANGUAGES
    for text in package["translations"].values():
        assert text["title"].strip()
        assert len(text["description"]) > 40
        assert text["keywords"]
    main = package["translations"][package["languages"][0]]
    assert [package[key] for key in main] == list(main.values())


@each_package
def test_it_has_licence_publisher_origin_and_date(path: str) -> None:
    package = PACKAGES[path]
    for entry in package["licenses"]:
        assert entry["name"]
        assert entry["title"]
        assert is_url(entry["path"])
    assert package["licenses"]
    assert package["sources"]
    assert all(source["title"] and is_url(source["path"]) for source in package["sources"])
    publisher = package["publisher"]
    assert publisher["id"] == path.split("/")[0]
    assert set(publisher["title"]) == LANGUAGES
    assert is_url(publisher["url"])
    assert publisher.get("side") in {*SIDES, "EU", None}
    assert [c["role"] for c in package["contributors"]] == ["publisher"]
    created = datetime.fromisoformat(package["created"])
    modified = datetime.fromisoformat(package["modified"])
    assert created.tzinfo is not None
    assert modified.tzinfo is not None
    assert date.fromisoformat(package["version_date"]) == modified.date()


@each_package
def test_it_says_which_themes_and_places_it_is_about(path: str) -> None:
    package = PACKAGES[path]
    codes = {row["code"] for row in rows("municipalities")}
    assert package["themes"]
    assert set(package["themes"]) <= THEMES
    assert package["spatial"]
    assert set(package["spatial"]) <= codes
    assert package["sides"]
    assert set(package["sides"]) <= SIDES


@each_package
def test_its_resources_are_tables_in_known_formats(path: str) -> None:
    types = {"csv": "text/csv", "geojson": "application/geo+json"}
    for resource in PACKAGES[path]["resources"]:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", resource["name"])
        assert resource["mediatype"] == types[resource["format"]]
        assert resource["encoding"] == "utf-8"
        assert set(resource["translations"]) == LANGUAGES
        assert all(text["title"] for text in resource["translations"].values())


@each_table
def test_a_table_passes_its_schema(table: Table) -> None:
    assert findings(table.file, table.schema_file) == []


@each_table
def test_a_table_is_never_empty(table: Table) -> None:
    assert rows(table.name)


@each_table
def test_the_codes_of_a_table_exist_where_its_schema_says(table: Table) -> None:
    for reference in load(table.schema_file).get("references", []):
        (own,), (other,) = reference["fields"], reference["tableFields"]
        known = {row[other] for row in rows(reference["table"])}
        assert {row[own] for row in rows(table.name) if row[own]} - known == set()


@each_table
def test_a_date_is_an_iso_date(table: Table) -> None:
    names = [f["name"] for f in load(table.schema_file)["fields"] if f["type"] == "date"]
    for row in rows(table.name):
        assert all(date.fromisoformat(row[name]) for name in names if row[name])


def files() -> list[Path]:
    return [file for file in STARTER.rglob("*") if file.is_file()]


@pytest.mark.parametrize("file", files(), ids=lambda f: f.relative_to(STARTER).as_posix())
def test_a_file_is_small_utf8_with_lf_and_without_personal_data(file: Path) -> None:
    content = file.read_bytes()
    assert len(content) < 300_000
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\n")
    text = content.decode("utf-8")
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w{2,}", text), "an e-mail address"
    assert not re.search(r"(?:\+|\b00)(?:32|33)[ .\d]{8,}", text), "a telephone number"


def test_all_files_belong_to_a_package_and_are_small_together() -> None:
    described = {table.file for table in TABLES} | {
        STARTER / path / "datapackage.json" for path in PACKAGES
    }
    general = {STARTER / "README.md", STARTER / "gaps.toml"}
    assert set(files()) - general == described
    assert sum(file.stat().st_size for file in files()) < 3_000_000


def test_the_readme_names_every_dataset_and_every_licence() -> None:
    readme = (STARTER / "README.md").read_text(encoding="utf-8")
    for package in PACKAGES.values():
        assert package["name"] in readme
    assert load(STARTER / "gaps.toml")["gaps"]
