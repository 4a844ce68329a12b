"""Every schema explains itself in three languages, and its examples say what it refuses."""

from pathlib import Path

import pytest
from frictionless import Schema

from tests.starter.folder import (
    LANGUAGES,
    SCHEMA_FILES,
    SCHEMAS,
    STARTER,
    TABLES,
    findings,
    load,
)

each_schema = pytest.mark.parametrize(
    "file", SCHEMA_FILES, ids=lambda file: file.parent.parent.name
)


def test_every_schema_is_used_by_a_table_or_aligned_with_a_standard() -> None:
    used = {table.schema_file for table in TABLES}
    assert used <= set(SCHEMA_FILES)
    for file in set(SCHEMA_FILES) - used:
        assert load(file.parent / "source.toml")["standards"]


@each_schema
def test_it_is_a_table_schema(file: Path) -> None:
    assert list(Schema.metadata_validate(load(file))) == []


@each_schema
def test_every_field_is_labelled_in_three_languages(file: Path) -> None:
    schema = load(file)
    names = [field["name"] for field in schema["fields"]]
    assert len(set(names)) == len(names)
    for field in schema["fields"]:
        assert field["type"]
        assert field["title"]
        assert field["description"]
        assert set(field["labels"]) == LANGUAGES
        assert all(field["labels"].values())
        assert all(field["descriptions"][language] for language in LANGUAGES)


@each_schema
def test_codes_stay_text(file: Path) -> None:
    for field in load(file)["fields"]:
        if field["name"].endswith("code") or field["name"].endswith("_id"):
            assert field["type"] == "string"


@each_schema
def test_it_says_who_wrote_it_when_and_under_which_licence(file: Path) -> None:
    source = load(file.parent / "source.toml")
    assert (source["name"], source["version"]) == file.parts[-3:-1]
    assert set(source["title"]) == LANGUAGES
    assert all(source["title"].values())
    assert source["author"]
    assert source["licence"]
    assert source["date"].year >= 2020
    assert source["reference"].startswith("http")


@each_schema
def test_its_standards_are_named_and_mapped_field_by_field(file: Path) -> None:
    names = {field["name"] for field in load(file)["fields"]}
    for standard in load(file.parent / "source.toml").get("standards", []):
        assert standard["name"]
        assert standard["publisher"]
        assert standard["side"] in {"FR", "WAL", "VLG", "BE", "EU", "world"}
        assert standard["url"].startswith("https://")
        assert set(standard["fields"]) <= names
        assert all(standard["fields"].values())


@each_schema
def test_values_of_a_list_are_said_in_three_languages(file: Path) -> None:
    for field in load(file)["fields"]:
        said = field.get("valueLabels", {})
        if said:
            assert list(said) == [str(value) for value in field["constraints"]["enum"]]
            assert all(set(label) == LANGUAGES and all(label.values()) for label in said.values())


@each_schema
def test_its_valid_example_is_valid(file: Path) -> None:
    assert findings(file.parent / "examples" / "valid.csv", file) == []


@each_schema
def test_its_invalid_example_gives_exactly_the_expected_findings(file: Path) -> None:
    examples = file.parent / "examples"
    expected = load(examples / "invalid.expected.json")
    assert expected
    assert findings(examples / "invalid.csv", file) == [
        (finding["row"], finding["column"], finding["code"]) for finding in expected
    ]


def test_the_themes_are_named_in_three_languages() -> None:
    themes = load(SCHEMAS / "themes.toml")["themes"]
    assert {theme["id"] for theme in themes} == {
        "TRAN", "ENVI", "ECON", "REGI", "GOVE", "SOCI", "EDUC", "TECH", "ENER", "AGRI", "HEAL",
        "JUST", "INTR",
    }  # fmt: skip
    for theme in themes:
        assert theme["uri"].endswith("/data-theme/" + theme["id"])
        assert theme["icon"]
        assert all(theme[language] for language in LANGUAGES)


def test_the_gaps_cover_every_theme_on_every_side_in_three_languages() -> None:
    gaps = load(STARTER / "gaps.toml")["gaps"]
    themes = [theme["id"] for theme in load(SCHEMAS / "themes.toml")["themes"]]
    places = [(gap["theme"], gap["side"]) for gap in gaps]
    assert set(places) == {(theme, side) for theme in themes for side in ("FR", "VLG", "WAL")}
    for gap in gaps:
        texts = [gap[language] for language in sorted(LANGUAGES)]
        assert len(set(texts)) == len(texts)
        assert all(text.endswith(".") for text in texts)
