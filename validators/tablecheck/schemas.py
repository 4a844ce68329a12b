"""Whether a schema has the shape of a schema; what stands in it is for frictionless to judge."""

from collections.abc import Iterator
from typing import Any

from tablecheck.errors import NotASchemaError
from tablecheck.report import Finding
from tablecheck.source import warning

# Where frictionless and our own reading crash rather than complain.
_OF_SCHEMA: dict[str, tuple[type, ...]] = {
    "fields": (list,),
    "missingValues": (list,),
    "primaryKey": (str, list),
    "foreignKeys": (list,),
}
_OF_FIELD: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "type": (str,),
    "format": (str,),
    "constraints": (dict,),
    "missingValues": (list,),
}
# What means nothing to other types may have any shape there.
_OF_TYPE: dict[str, dict[str, tuple[type, ...]]] = {
    "boolean": {"trueValues": (list,), "falseValues": (list,)},
    "number": {"decimalChar": (str,), "groupChar": (str,)},
}
_CAUSES: dict[type, str] = {list: "list", dict: "object", str: "text"}


def shape_findings(schema: Any) -> list[Finding]:
    """Give the first fault of a schema's shape, or nothing; raises NotASchemaError."""
    if schema is None:
        return []
    if not isinstance(schema, dict):
        raise NotASchemaError(type(schema).__name__)
    for place, wanted in _faults(schema):
        found = warning("schema-not-applicable", cause=_CAUSES[wanted], place=place)
        return [found]
    return []


def _faults(schema: dict[str, Any]) -> Iterator[tuple[str, type]]:
    yield from _members(schema, _OF_SCHEMA, "")
    fields = schema.get("fields", [])
    for number, field in enumerate(fields if isinstance(fields, list) else [], start=1):
        place = f"fields[{number}]"
        if not isinstance(field, dict):
            yield place, dict
            continue
        yield from _members(field, _OF_FIELD, f"{place}.")
        yield from _members(field, _OF_TYPE.get(str(field.get("type")), {}), f"{place}.")
        constraints = field.get("constraints")
        if isinstance(constraints, dict) and not isinstance(constraints.get("enum", []), list):
            yield f"{place}.constraints.enum", list
    keys = schema.get("primaryKey", [])
    if isinstance(keys, list) and not all(isinstance(key, str) for key in keys):
        yield "primaryKey", str
    foreign = schema.get("foreignKeys", [])
    for number, key in enumerate(foreign if isinstance(foreign, list) else [], start=1):
        place = f"foreignKeys[{number}]"
        if not isinstance(key, dict):
            yield place, dict
        else:
            yield from _members(key, {"fields": (str, list), "reference": (dict,)}, f"{place}.")


def _members(
    holder: dict[str, Any], wanted: dict[str, tuple[type, ...]], place: str
) -> Iterator[tuple[str, type]]:
    for name, types in wanted.items():
        if name in holder and not isinstance(holder[name], types):
            yield place + name, types[0]
