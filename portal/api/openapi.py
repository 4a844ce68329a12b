"""Describes the API in OpenAPI 3.1, in the reader's language: the operations by their tables, the
shapes from the records that are really sent.
"""

from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Response

from portal.api.answers import json_answer
from portal.api.description.catalogue import DATASETS, FILES, SQL, TABLES
from portal.api.description.network import NETWORK, PUBLISHERS, SCHEMAS
from portal.api.description.operation import OPERATORS, Operation, Parameter
from portal.api.description.service import ACCOUNTS, CKAN, SERVICE, SOURCES
from portal.api.description.test_data import TEST_DATA
from portal.api.description.texts import Texts, texts_of
from portal.api.errors import ErrorAnswer, install
from portal.api.parameters import Parameters
from portal.context import language
from portal.conversions import FORMATS
from portal.version import version

OPERATIONS: tuple[Operation, ...] = (
    *DATASETS,
    *TABLES,
    *SQL,
    *TEST_DATA,
    *FILES,
    *NETWORK,
    *PUBLISHERS,
    *SCHEMAS,
    *SOURCES,
    *ACCOUNTS,
    *CKAN,
    *SERVICE,
)
_FILE = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}
_SECURITY: dict[str | None, list[dict[str, list[str]]]] = {
    "admin": [{"token": []}, {"session": []}],
    "harvest": [{"token": []}, {"session": []}],
    "publish": [{"token": []}, {"session": []}],
    "session": [{"session": []}],
    "sql": [{"token": []}, {"session": []}],
}
# Told as objects where no record says what is in them.
_OBJECTS = ("application/json", "application/geo+json")

blueprint = Blueprint("api_openapi", __name__, url_prefix="/api/v1")
install(blueprint)


@blueprint.get("/openapi.json")
def show() -> Response:
    """Describe the API."""
    Parameters()
    return json_answer(document(language()))


@cache
def document(lang: str = "en") -> dict[str, Any]:
    """Return the OpenAPI document in a language; it refers to nothing outside itself."""
    texts = texts_of(lang)
    kinds = {kind for one in OPERATIONS for kind in (*one.answers.values(), one.body) if kind}
    ordered = sorted((*kinds, ErrorAnswer), key=lambda kind: str(kind.__name__))
    refs, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    schemas = dict(zip(ordered, refs, strict=True))
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one, schemas, texts)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": texts.title,
            "version": version(),
            "description": texts.introduction,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": tag, "description": texts.tags[tag]}
            for tag in dict.fromkeys(one.tag for one in OPERATIONS)
        ],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _operation(one: Operation, schemas: dict[Any, Any], texts: Texts) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": texts.operations[one.id],
        "parameters": [_parameter(one, parameter, texts) for parameter in one.parameters],
        "responses": {
            str(one.status): _answer(one, schemas, texts),
            **{
                str(other): {"description": texts.answer(one.id, str(other))}
                for other in one.others
            },
            "default": {
                "description": texts.answers["default"],
                "content": {"application/json": {"schema": schemas[ErrorAnswer]}},
            },
        },
    }
    notes = [texts.notes[one.id]] if one.id in texts.notes else []
    if one.needs is not None:
        notes.append(texts.needs[one.needs])
        told["security"] = _SECURITY[one.needs]
    if notes:
        told["description"] = " ".join(notes).format(formats=", ".join(FORMATS))
    if one.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": schemas[one.body], "example": one.body_example}
            },
        }
    if one.is_file_sent:
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": _FILE}}
    return told


def _answer(one: Operation, schemas: dict[Any, Any], texts: Texts) -> dict[str, Any]:
    content = {}
    for media, kind in one.answers.items():
        if kind is not None:
            schema: dict[str, Any] = schemas[kind]
        elif media in _OBJECTS:
            schema = {"type": "object"}
        elif media.startswith("text/"):
            schema = {"type": "string"}
        else:
            schema = {"type": "string", "format": "binary"}
        content[media] = {"schema": schema}
    description = texts.answer(one.id, str(one.status))
    return {"description": description, **({"content": content} if content else {})}


def _parameter(one: Operation, parameter: Parameter, texts: Texts) -> Parameter:
    words = texts.parameter(one.id, parameter)
    told = {key: value for key, value in parameter.items() if key != "words"}
    return {**told, "description": words.format(comparisons=", ".join(OPERATORS))}
