"""Describes the API in OpenAPI 3.1: the routes by a table, the shapes from the records that are
really sent.
"""

import inspect
import re
from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Response

from portal.api.answers import json_answer
from portal.api.errors import ErrorAnswer, install
from portal.api.routes import LANG, ROUTES, VIEW, Route
from portal.conversions import FORMATS
from portal.version import version

blueprint = Blueprint("api_openapi", __name__, url_prefix="/api/v1")
install(blueprint)

_INTRODUCTION = (
    "Reading needs no account. `Authorization: Bearer …` carries a token. Every error has the "
    "shape of ErrorAnswer, its message in French, Dutch or English. What SQL may take is in the "
    "headers of each answer: X-Deadline-Seconds, X-Max-Rows, X-Max-Bytes; a larger answer is "
    "refused with 413, a busy server answers 429 with Retry-After."
)


@blueprint.get("/openapi.json")
def show() -> Response:
    """Describe the API."""
    return json_answer(document())


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document; it refers to nothing outside itself."""
    kinds = {kind for route in ROUTES for kind in (*route.answers.values(), route.body) if kind}
    ordered = sorted((*kinds, ErrorAnswer), key=lambda kind: str(kind.__name__))
    refs, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    schemas = dict(zip(ordered, refs, strict=True))
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, schemas)
    paths["/api/v1/openapi.json"] = {"get": _this_document()}
    paths["/data/{file}"] = {"get": _download()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Eurometropolis open data",
            "version": version(),
            "description": _INTRODUCTION,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _operation(route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    summary = inspect.getdoc(route.view) if route.view else "Tell whether the process can serve."
    content = {
        media: {"schema": schemas[kind] if kind else {"type": "string", "format": "binary"}}
        for media, kind in route.answers.items()
    }
    name = route.view.__name__ if route.view else "health"
    operation: dict[str, Any] = {
        "operationId": f"{route.tag}_{name}_{route.method}",
        "tags": [route.tag],
        "summary": " ".join((summary or "").split("\n\n")[0].split()),
        "parameters": [*_path_parameters(route.path), *route.query, LANG],
        "responses": {
            str(route.status): {
                "description": "Done.",
                **({"content": content} if content else {}),
            },
            "default": _error(),
        },
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[route.body]}},
        }
    if route.needs is not None:
        operation["description"] = f"Needs: {route.needs}."
        operation["security"] = [{"token": []}, {"session": []}]
    return operation


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if name in ("run_id", "token_id") else "string"},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _error() -> dict[str, Any]:
    return {
        "description": "What went wrong, and what to do.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}},
    }


def _this_document() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "tags": ["health"],
        "summary": "Describe the API.",
        "parameters": [LANG],
        "responses": {
            "200": {
                "description": "This document.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "default": _error(),
        },
    }


def _download() -> dict[str, Any]:
    return {
        "operationId": "download",
        "tags": ["downloads"],
        "summary": "Give a version of a table in a format.",
        "description": (
            "`<table>.<format>` is the current version, `<table>@<n>.<format>` one for ever. "
            f"Formats: {', '.join(FORMATS)}. Ranges, If-None-Match and If-Range are honoured."
        ),
        "parameters": [
            *_path_parameters("/data/{file}"),
            {
                "name": "excel",
                "in": "query",
                "description": "A CSV that opens right in this Excel.",
                "schema": {"type": "string", "enum": ["fr", "nl"]},
            },
            *VIEW,
            LANG,
        ],
        "responses": {
            "200": {"description": "The whole file."},
            "206": {"description": "The range asked for."},
            "304": {"description": "The caller holds it already."},
            "default": _error(),
        },
    }
