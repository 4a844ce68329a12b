"""Describes a dataset as a Frictionless Data Package, its tables as CSV at their addresses.

Specification: https://specs.frictionlessdata.io/data-package/ . The schema is that of the CSV which
we write, not of the file that came: dates are ISO 8601 and decimals have a point, whatever the
publisher wrote. Texts stand in the dataset's first language, the others under `translations`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from catalogue.harmonised.records import making_of
from catalogue.licences import LICENCES
from catalogue.records import Column, Dataset, Distribution, Entry, Table, Version

_TYPES = {
    "VARCHAR": "string", "INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "number",
    "BOOLEAN": "boolean", "DATE": "date", "TIME": "time", "TIMESTAMP": "datetime",
}  # fmt: skip
_SPDX = {"odbl-1.0": "ODbL-1.0", "odc-by-1.0": "ODC-By-1.0"}
_KEPT_OF_FIELD = (
    "title", "description", "labels", "descriptions", "unit", "categories", "example", "rdfType",
)  # fmt: skip
_CONSTRAINTS = (
    "required", "unique", "minimum", "maximum", "enum", "minLength", "maxLength", "pattern",
)  # fmt: skip
_NAME = re.compile(r"[^a-z0-9._-]+")


class Bytes(NamedTuple):
    """What is known of a file: its size, and the sha256 of it."""

    size_bytes: int
    sha256: str


class Addresses(NamedTuple):
    """Where the parts of a package are: the root of the installation, the formats of a version and
    what is known of its CSV; None where it is too large to be made for this.
    """

    root: str
    formats_of: Callable[[Version], Sequence[str]]
    media_types: Mapping[str, str]
    csv_of: Callable[[Version], Bytes | None]


def descriptor(entry: Entry, addresses: Addresses) -> dict[str, Any] | None:
    """Return the `datapackage.json` of a dataset; None where it has neither table nor file."""
    dataset = entry.dataset
    tables = [table for table in entry.tables if table.current]
    resources = [_table(table, dataset, addresses) for table in tables]
    if not resources:
        resources = [_file(file) for file in dataset.distributions if _is_web(file.url)]
    if not resources:
        return None
    first = next(iter(dataset.title), "und")
    page = f"{addresses.root}/datasets/{entry.id}"
    return _without_gaps(
        {
            "profile": "data-package",
            "name": _name(entry.id),
            "id": page,
            "title": dataset.title.get(first),
            "description": dataset.description.get(first)
            or next(iter(dataset.description.values()), None),
            "homepage": page,
            "languages": dataset.languages,
            "translations": _translations(dataset),
            "keywords": list(
                dict.fromkeys(w for words in dataset.keywords.values() for w in words)
            ),
            "themes": dataset.themes,
            "spatial": dataset.spatial,
            "sides": [side.value for side in dataset.sides],
            "licenses": _licences(dataset),
            "sources": [*_sources(dataset), *_made_of(tables, addresses.root)],
            "contributors": [
                _without_gaps(
                    {
                        "title": next(iter(dataset.publisher.title.values()), dataset.publisher.id),
                        "role": "publisher",
                        "path": _web(dataset.publisher.url),
                    }
                )
            ],
            "created": entry.created_at,
            "modified": dataset.modified or entry.updated_at,
            "version_date": dataset.data_modified or entry.data_updated_at,
            "accrualPeriodicity": dataset.frequency,
            "resources": resources,
        }
    )


def table_schema(version: Version) -> dict[str, Any]:
    """Return the Table Schema of the CSV of a version as we write it."""
    names = [column.name for column in version.columns]
    key = version.schema.get("primaryKey")
    keys = [key] if isinstance(key, str) else key or []
    schema: dict[str, Any] = {"fields": [_field(column) for column in version.columns]}
    if keys and all(name in names for name in keys):
        schema["primaryKey"] = keys
    return schema


def _field(column: Column) -> dict[str, Any]:
    kind = column.type.partition("(")[0].partition(" ")[0]
    type_ = "number" if kind == "DECIMAL" else _TYPES.get(kind, "any")
    stated = column.field
    field: dict[str, Any] = {"name": column.name, "type": type_}
    field |= {key: stated[key] for key in _KEPT_OF_FIELD if stated.get(key)}
    if "title" not in field and stated.get("labels"):
        field["title"] = next(iter(stated["labels"].values()))
    constraints = stated.get("constraints") or {}
    if constraints.get("required"):
        field["constraints"] = {"required": True}
    if type_ == stated.get("type"):
        kept = {key: constraints[key] for key in _CONSTRAINTS if key in constraints}
        if kept:
            field["constraints"] = kept
        if type_ == "string" and stated.get("format") in ("email", "uri", "uuid"):
            field["format"] = stated["format"]
    return field


def _table(table: Table, dataset: Dataset, addresses: Addresses) -> dict[str, Any]:
    version = table.current
    if version is None:
        raise ValueError(table.name)
    known = addresses.csv_of(version)
    file = next((d for d in dataset.distributions if d.remote_id == table.distribution_id), None)
    address = f"{addresses.root}/data/{version.table}@{version.n}"
    return _without_gaps(
        {
            "profile": "tabular-data-resource",
            "name": version.table,
            "title": next(iter(table.title.values()), None),
            "path": f"{address}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
            "bytes": known.size_bytes if known else None,
            "hash": f"sha256:{known.sha256}" if known else None,
            "rowCount": version.row_count,
            "version": str(version.n),
            "schema": table_schema(version),
            "licenses": _licences(dataset),
            "sources": [_without_gaps({"title": file.remote_id, "path": file.url})]
            if file is not None and _is_web(file.url)
            else None,
            "alternatives": [
                _without_gaps(
                    {
                        "path": f"{address}.{form}",
                        "format": form,
                        "mediatype": addresses.media_types[form].partition(";")[0],
                        "bytes": version.size_bytes if form == "parquet" else None,
                        "hash": f"sha256:{version.sha256}" if form == "parquet" else None,
                    }
                )
                for form in addresses.formats_of(version)
                if form != "csv"
            ],
        }
    )


def _file(file: Distribution) -> dict[str, Any]:
    checksum = file.checksum if file.checksum and ":" in file.checksum else None
    return _without_gaps(
        {
            "name": _name(file.table or file.remote_id),
            "title": next(iter(file.title.values()), None),
            "path": file.url,
            "format": file.format,
            "mediatype": file.media_type,
            "bytes": file.size_bytes,
            "hash": checksum,
        }
    )


def _translations(dataset: Dataset) -> dict[str, Any]:
    tags = dict.fromkeys((*dataset.title, *dataset.description, *dataset.keywords))
    return {
        tag: _without_gaps(
            {
                "title": dataset.title.get(tag),
                "description": dataset.description.get(tag),
                "keywords": dataset.keywords.get(tag),
            }
        )
        for tag in tags
        if tag != "und"
    }


def _licences(dataset: Dataset) -> list[dict[str, Any]]:
    if dataset.licence is None:
        return []
    known = LICENCES.get(dataset.licence)
    if known is None:
        path = _web(dataset.licence_url)
        named = {"path": path} if path else {"name": "other"}
        return [{**named, "title": dataset.licence}]
    name = known.id if known.id.startswith(("etalab", "modellicentie", "licence", "public")) else (
        _SPDX.get(known.id, known.id.upper())
    )  # fmt: skip
    return [{"name": name, "title": known.title["en"], "path": known.url}]


def _sources(dataset: Dataset) -> list[dict[str, Any]]:
    found = []
    if dataset.origin:
        found.append(_without_gaps({"title": dataset.origin, "path": _web(dataset.origin)}))
    if (page := _web(dataset.landing_page)) and page != dataset.origin:
        found.append({"title": page, "path": page})
    return found


def _made_of(tables: Sequence[Table], root: str) -> list[dict[str, Any]]:
    """Return the tables that harmonised ones were made of, at the versions that were taken."""
    recipes = [table.current.recipe for table in tables if table.current]
    makings = [making for recipe in recipes if (making := making_of(recipe))]
    return [
        {"title": one.attribution, "path": f"{root}/data/{one.table}@{one.version}.csv"}
        for making in makings
        for one in making.inputs
    ]


def _name(text: str) -> str:
    return _NAME.sub("-", text.casefold()).strip("-") or "data"


def _is_web(address: str | None) -> bool:
    return address is not None and address.lower().startswith(("https://", "http://"))


def _web(address: str | None) -> str | None:
    return address if _is_web(address) else None


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
