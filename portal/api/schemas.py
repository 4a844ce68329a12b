"""The schemas as data: their list, each with where it comes from, its Table Schema and template."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from catalogue import schemas
from catalogue.records import Text
from catalogue.schemas import Origin
from catalogue.store import datasets
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.shapes import DatasetBrief, dataset_brief
from portal.context import language, services
from portal.schema_template import template

COLUMNS = ("name", "version", "title", "description", "fields", "standards", "template")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("api_schemas", __name__)
install(blueprint)


class SchemaBrief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A schema of the list."""

    name: str
    version: str
    title: Text
    description: Text
    fields: list[str]
    standards: list[str]


class SchemaList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every schema, by name."""

    count: int
    results: list[SchemaBrief]


class SchemaDetail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Table Schema, where it comes from, its standards, and the datasets that use it."""

    origin: Origin
    schema: dict[str, Any]
    datasets: list[DatasetBrief]


@blueprint.get("/schemas.json")
def listed() -> Response:
    """List the schemas."""
    Parameters()
    found = _briefs()
    return json_answer(SchemaList(count=len(found), results=found))


@blueprint.get("/schemas.csv")
def listed_as_csv() -> Response:
    """List the schemas as CSV."""
    Parameters()
    lang = language()
    rows = [
        [b.name, b.version, b.title[lang], b.description[lang], b.fields, b.standards,
         f"/schemas/{b.name}.xlsx"]
        for b in _briefs()
    ]  # fmt: skip
    return csv_answer(COLUMNS, rows, "schemas")


@blueprint.get("/schemas/<name>.json")
def show(name: str) -> Response:
    """Read a schema with where it comes from and the datasets that use it."""
    Parameters()
    schema = schemas.load(name)
    users = datasets.using_schema(services().store, name)
    return json_answer(
        SchemaDetail(
            origin=schemas.origin(name),
            schema=schema,
            datasets=[dataset_brief(entry, language()) for entry in users],
        )
    )


@blueprint.get("/schemas/<name>/schema.json")
def table_schema(name: str) -> Response:
    """Download the Table Schema alone, as checkers take it."""
    Parameters()
    return json_answer(schemas.load(name))


@blueprint.get("/schemas/<name>/example.csv")
def example(name: str) -> Response:
    """Download rows that the schema accepts."""
    Parameters()
    rows = schemas.example(name)
    return csv_answer(list(rows[0]), (row.values() for row in rows), f"{name}-example")


@blueprint.get("/schemas/<name>.xlsx")
def workbook(name: str) -> Response:
    """Download the empty Excel template of a schema."""
    Parameters()
    body = template(schemas.load(name), schemas.example(name))
    response = Response(body, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _briefs() -> list[SchemaBrief]:
    return [
        SchemaBrief(
            name=name,
            version=schema["version"],
            title=schema["labels"],
            description=schema["descriptions"],
            fields=[field["name"] for field in schema["fields"]],
            standards=[standard.name for standard in schemas.origin(name).standards],
        )
        for name, schema in schemas.everything().items()
    ]
