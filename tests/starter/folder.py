"""Reads the starter data and the schemas as they lie in the repository, for the tests."""

import csv
import functools
import json
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from frictionless import Schema
from frictionless.resources import TableResource

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "data" / "starter"
SCHEMAS = ROOT / "schemas"
LANGUAGES = {"fr", "nl", "en"}

Finding = tuple[int | None, str | None, str]
Row = dict[str, str]


class Table(NamedTuple):
    """One resource of a package, with the file and the schema it points at."""

    package: str
    name: str
    file: Path
    schema_file: Path


def load(file: Path) -> Any:
    """Read JSON or TOML."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix != ".toml" else tomllib.loads(text)


PACKAGE_FILES = sorted(STARTER.glob("*/*/datapackage.json"))
SCHEMA_FILES = sorted(SCHEMAS.glob("*/*/schema.json"))
PACKAGES: dict[str, dict[str, Any]] = {
    file.parent.relative_to(STARTER).as_posix(): load(file) for file in PACKAGE_FILES
}


def tables() -> list[Table]:
    """All resources of all packages, each with the newest version of its schema."""
    return [
        Table(
            package=package,
            name=resource["name"],
            file=STARTER / package / resource["path"],
            schema_file=max((SCHEMAS / resource["schema"]).glob("*/schema.json")),
        )
        for package, descriptor in PACKAGES.items()
        for resource in descriptor["resources"]
    ]


TABLES = tables()


@functools.cache
def rows(name: str) -> list[Row]:
    """The rows of a table, all values as text; of GeoJSON the properties."""
    file = next(table.file for table in TABLES if table.name == name)
    if file.suffix == ".geojson":
        return [feature["properties"] for feature in load(file)["features"]]
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def findings(file: Path, schema_file: Path) -> list[Finding]:
    """What frictionless finds in a file: row (the header is row 1), column, code."""
    schema = Schema.from_descriptor(load(schema_file))
    if file.suffix == ".geojson":
        properties = [feature["properties"] for feature in load(file)["features"]]
        resource = TableResource(data=properties, schema=schema)
    else:
        resource = TableResource(
            path=file.name, basepath=str(file.parent), format="csv", schema=schema
        )
    report = resource.validate()
    assert not report.errors, report.errors
    return [
        (getattr(error, "row_number", None), getattr(error, "field_name", None), error.type)
        for task in report.tasks
        for error in task.errors
    ]
