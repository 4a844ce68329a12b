"""The `datapackage.json` of a pack: Table Schemas that fit its CSV files, whatever notation the
source had.

Specification: https://specs.frictionlessdata.io/data-package/ . Values are written in one notation
(ISO dates, decimal points, `true`), so what a schema says of the notation of its source goes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalogue.languages import nearest
from catalogue.records import Column, Version
from catalogue.views.kinds import Kind, kind_of
from sandbox.packs.keys import Key
from sandbox.packs.manifest import PackedSource, PackFile

_NOTATION = (
    *("decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "missingValues"),
    *("rdfType", "example"),
)
_TEMPORAL = ("date", "time", "datetime")
_TYPES = {
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.MOMENT: "datetime",
    Kind.LOCAL_MOMENT: "datetime",
    Kind.TIME: "time",
    Kind.BOOLEAN: "boolean",
}


def field_of(column: Column) -> dict[str, Any]:
    """Return the field of a column as its CSV has it."""
    if column.type == "GEOMETRY":
        return {"name": column.name, "type": "string", "description": "WKT, WGS 84"}
    field = {k: v for k, v in column.field.items() if k not in _NOTATION}
    field = {"name": column.name, "type": _type(column), **field}
    if field["type"] in _TEMPORAL and "format" in field:
        form = field.pop("format")
        if "%" in str(form) and "constraints" in field:
            field["constraints"] = _anew(field["constraints"], field["type"], form)
    return field


def schema_of(version: Version, keys: list[Key]) -> dict[str, Any]:
    """Return the Table Schema of a table of a pack, with the keys that are closed in it."""
    schema: dict[str, Any] = {
        "fields": [field_of(column) for column in version.columns],
        "missingValues": [""],
    }
    if primary := version.schema.get("primaryKey"):
        schema["primaryKey"] = [primary] if isinstance(primary, str) else primary
    if keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.fields),
                "reference": {
                    "resource": "" if key.to == key.table else key.to,
                    "fields": list(key.to_fields),
                },
            }
            for key in keys
        ]
    return schema


def package_of(
    name: str,
    title: dict[str, str],
    description: dict[str, str],
    resources: list[dict[str, Any]],
    sources: list[PackedSource],
) -> dict[str, Any]:
    """Return the descriptor of a pack."""
    licences: dict[str, dict[str, str]] = {}
    for source in sources:
        if source.licence:
            path = {"path": source.licence_url} if source.licence_url else {}
            named = {"name": source.licence, "title": nearest(source.licence_title, "en")[0] or ""}
            licences[source.licence] = named | path
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": name,
        "title": nearest(title, "en")[0] or name,
        "description": nearest(description, "en")[0] or "",
        "licenses": [licences[key] for key in sorted(licences)],
        "sources": [_source(source) for source in sources],
        "resources": resources,
    }
    return {key: value for key, value in package.items() if value or key == "resources"}


def resource_of(table: str, file: PackFile, rows: int, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resource of a CSV file."""
    return {
        "name": table,
        "path": file.path,
        "profile": "tabular-data-resource",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "bytes": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
        "rowCount": rows,
        "schema": dict(schema),
    }


def _source(source: PackedSource) -> dict[str, str]:
    path = source.landing_page or source.origin or ""
    link = {"path": path} if path.startswith(("http://", "https://")) else {}
    return {"title": source.attribution["en"], **link}


def _type(column: Column) -> str:
    kind = kind_of(column.type)
    if kind is Kind.NUMBER and "INT" in column.type:
        return "integer"
    return _TYPES.get(kind, "string")


def _anew(constraints: dict[str, Any], kind: str, form: str) -> dict[str, Any]:
    """Write the bounds of dates in ISO 8601; those that cannot be read so are left out."""
    found: dict[str, Any] = {}
    for name, value in constraints.items():
        try:
            if name in ("minimum", "maximum"):
                found[name] = _iso(value, kind, form)
            elif name == "enum":
                found[name] = [_iso(each, kind, form) for each in value]
            elif name != "pattern":
                found[name] = value
        except (TypeError, ValueError):
            continue
    return found


def _iso(value: Any, kind: str, form: str) -> str:
    moment = datetime.strptime(str(value), form)  # noqa: DTZ007  # a bound is of any zone
    if kind == "date":
        return moment.date().isoformat()
    return moment.time().isoformat() if kind == "time" else moment.isoformat()
