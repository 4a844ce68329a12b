"""The fixed catalogue: records in French, Dutch and English, and the starter data."""

import csv
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from catalogue.records import LANGUAGES, Entry, Publisher, Side, Source
from catalogue.search.documents import MAX_VALUES, Values
from catalogue.values import MAX_LENGTH
from harvesters import datapackage
from harvesters.contract import Raw
from tests.catalogue.search.entries import entry, table

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "catalogue"
FILES = ("france.toml", "wallonia.toml", "flanders.toml", "europe.toml")


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as the files of the catalogue have it, in its publisher's language."""

    title: str
    about: str
    keywords: list[str] = []
    columns: list[str] = []


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publisher: its language, its side of the border, and what its data cover."""

    title: str
    language: str
    side: Side | None = None
    spatial: list[str] = []


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The entries by id, and the values of the columns of some."""

    entries: dict[str, Entry]
    values: dict[str, Values]

    def languages(self, identifier: str) -> set[str]:
        """Return the languages that an entry speaks."""
        return set(LANGUAGES) & set(self.entries[identifier].dataset.title)


@cache
def catalogue() -> Catalogue:
    """Read the whole catalogue."""
    offices = msgspec.convert(_toml("publishers.toml"), dict[str, Office])
    entries: dict[str, Entry] = {}
    for file in FILES:
        for office_id, records in msgspec.convert(
            _toml(file), dict[str, dict[str, Record]]
        ).items():
            for name, record in records.items():
                made = _entry(f"{office_id}.{name}", record, office_id, offices[office_id])
                entries[made.id] = made
    values: dict[str, Values] = {}
    for package in _toml("starter.toml")["packages"]:
        made, held = _starter(package)
        entries[made.id] = made
        values[made.id] = held
    return Catalogue(entries=entries, values=values)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _entry(identifier: str, record: Record, office_id: str, office: Office) -> Entry:
    spoken = office.language
    columns: dict[str, dict[str, Any]] = {column: {} for column in record.columns}
    return entry(
        identifier,
        {spoken: record.title},
        description={spoken: record.about},
        keywords={spoken: record.keywords} if record.keywords else {},
        publisher=Publisher(id=office_id, title={spoken: office.title}, side=office.side),
        spatial=office.spatial,
        tables=[table(identifier, columns)] if columns else [],
    )


def _starter(package: str) -> tuple[Entry, dict[str, list[str]]]:
    """Make the entry of a starter package: columns by their schemas, values from its files."""
    folder = ROOT / "data" / "starter" / package
    body = json.loads((folder / "datapackage.json").read_bytes())
    source = Source(id="starter", protocol="datapackage", url="starter:")
    parsed = datapackage.parse(Raw(remote_id=package, body=body, origin=f"file:{package}/"), source)
    assert parsed.dataset is not None
    columns: dict[str, dict[str, Any]] = {}
    values: dict[str, list[str]] = {}
    for resource in body["resources"]:
        newest = max((ROOT / "schemas" / resource["schema"]).glob("*/schema.json"))
        fields = json.loads(newest.read_bytes())["fields"]
        columns |= {field["name"]: field for field in fields}
        if resource["format"] == "csv":
            texts = {field["name"] for field in fields if field["type"] == "string"}
            for name, found in _distinct(folder / resource["path"], texts).items():
                values.setdefault(name, []).extend(found)
    identifier = "starter." + package.rpartition("/")[2]
    plain = {name: getattr(parsed.dataset, name) for name in _DESCRIBED}
    made = entry(identifier, parsed.dataset.title, tables=[table(identifier, columns)], **plain)
    return made, values


_DESCRIBED = (
    "description", "publisher", "keywords", "themes", "languages", "spatial", "sides",
    "distributions",
)  # fmt: skip


def _distinct(file: Path, columns: set[str]) -> dict[str, list[str]]:
    """Return the distinct short texts of columns, as the store does for the search index."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    found: dict[str, list[str]] = {}
    for name in columns:
        distinct = list(dict.fromkeys(row[name] for row in rows if row.get(name)))
        if len(distinct) <= MAX_VALUES:
            found[name] = [text for text in distinct if len(text) <= MAX_LENGTH]
    return found
