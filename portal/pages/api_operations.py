"""The operations of the OpenAPI document as the page for developers shows them."""

from collections.abc import Iterator
from typing import Any

import msgspec
from flask_babel import gettext

from portal.i18n import number
from portal.pages.api_examples import address_of, curl_of
from portal.pages.api_shapes import shape_of

# Beside what is required, what makes a first call worth while.
_SHOWN = {"datasets_search_get": ("q",), "tables_page_get": ("limit",)}
_STATUS_OF_ERRORS = "default"


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parameter: what it is, what it takes; `field` and `value` are of the form to try it."""

    name: str
    field: str
    place: str
    kind: str
    words: str
    is_required: bool
    is_number: bool
    default: str | None
    limits: str | None
    choices: list[str]
    value: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer by its status, with its media types and the shape of its JSON."""

    status: str
    words: str
    media_types: list[str]
    shape: str


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to call; `address` is an example, None where a browser cannot just go there."""

    id: str
    method: str
    path: str
    summary: str
    note: str
    lines: list[Line]
    answers: list[Answer]
    body: str
    curl: str
    address: str | None


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The calls of one tag."""

    id: str
    title: str
    calls: list[Call]


def sections(
    told: dict[str, Any], examples: dict[str, str], host: str, statement: str
) -> list[Section]:
    """Return what the OpenAPI document `told` offers, by tag, with examples filled in."""
    calls: dict[str, list[Call]] = {}
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            made = _call(path, method.upper(), one, told, examples, host, statement)
            calls.setdefault(one["tags"][0], []).append(made)
    return [
        Section(id=tag["name"], title=tag["description"], calls=calls[tag["name"]])
        for tag in told["tags"]
    ]


def _call(
    path: str,
    method: str,
    one: dict[str, Any],
    told: dict[str, Any],
    examples: dict[str, str],
    host: str,
    statement: str,
) -> Call:
    lines = [_line(parameter, examples) for parameter in one["parameters"]]
    shown = _SHOWN.get(one["operationId"], ())
    values = {line.name: line.value for line in lines if line.place == "path"}
    pairs = [
        (line.name, examples[line.name])
        for line in lines
        if line.place == "query" and (line.is_required or line.name in shown)
    ]
    address = address_of(path, values, pairs)
    body = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = body.get("example")
    if example and "sql" in example:
        example = {"sql": statement}
    schemas = told["components"]["schemas"]
    needs = [next(iter(way)) for way in one.get("security", [])]
    return Call(
        id=one["operationId"],
        method=method,
        path=path,
        summary=one["summary"],
        note=one.get("description", ""),
        lines=lines,
        answers=list(_answers(one, schemas)),
        body=shape_of(body["schema"], schemas) if body else "",
        curl=curl_of(
            method,
            f"{host}{address}",
            example,
            token="token" in needs,
            is_file_sent="multipart/form-data" in one.get("requestBody", {}).get("content", {}),
        ),
        address=address if method == "GET" else None,
    )


def _line(parameter: dict[str, Any], examples: dict[str, str]) -> Line:
    name, place, schema = parameter["name"], parameter["in"], parameter["schema"]
    items = schema.get("items", schema)
    choices = list(items.get("enum", []))
    is_required = parameter.get("required", False)
    value = choices[0] if choices and name not in examples else examples.get(name, "")
    return Line(
        name=name,
        field=f"path.{name}" if place == "path" else name,
        place=place,
        kind=_kind(schema, choices),
        words=parameter["description"],
        is_required=is_required,
        is_number=schema["type"] == "integer",
        default=str(schema["default"]) if "default" in schema else None,
        limits=_limits(schema),
        choices=choices,
        value=value if is_required else "",
    )


def _kind(schema: dict[str, Any], choices: list[str]) -> str:
    if schema["type"] == "array":
        return str(gettext("several values"))
    if schema["type"] == "object":
        return str(gettext("several parameters"))
    if choices:
        return str(gettext("one of"))
    return str(gettext("whole number") if schema["type"] == "integer" else gettext("text"))


def _limits(schema: dict[str, Any]) -> str | None:
    if "minimum" not in schema:
        return None
    least, most = number(schema["minimum"]), number(schema["maximum"])
    return str(gettext("%(least)s to %(most)s", least=least, most=most))


def _answers(one: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Answer]:
    for status, answer in one["responses"].items():
        content = answer.get("content", {})
        is_error = status == _STATUS_OF_ERRORS
        json = content.get("application/json", {}).get("schema", {})
        yield Answer(
            status=str(gettext("error")) if is_error else status,
            words=answer["description"],
            media_types=list(content),
            shape="" if is_error else shape_of(json, schemas),
        )
