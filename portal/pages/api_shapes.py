"""Tells in short what an answer looks like, from the JSON Schema of its record."""

from typing import Any

_NAMES_SHOWN = 12
_DEEPEST = 2
_NULL = {"type": "null"}

Schema = dict[str, Any]


def shape_of(schema: Schema, components: dict[str, Schema]) -> str:
    """Return the shape of a JSON answer: a line for each field of its object."""
    found = _resolved(schema, components)
    fields = found.get("properties")
    if not fields:
        return ""
    lines = [f'  "{name}": {_type(one, components, 1)}' for name, one in fields.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _type(schema: Schema, components: dict[str, Schema], depth: int) -> str:
    found = _resolved(schema, components)
    if "anyOf" in found:
        kinds = [_type(one, components, depth) for one in found["anyOf"] if one != _NULL]
        return " | ".join([*kinds, *(["null"] if _NULL in found["anyOf"] else [])])
    if "enum" in found:
        return " | ".join(f'"{value}"' for value in found["enum"])
    if found.get("type") == "array":
        return f"[{_type(found.get('items') or {}, components, depth)}, …]"
    if found.get("type") == "object":
        return _object(found, components, depth)
    return str(found.get("type", "any"))


def _object(schema: Schema, components: dict[str, Schema], depth: int) -> str:
    if fields := schema.get("properties"):
        names = [f'"{name}"' for name in fields][:_NAMES_SHOWN]
        return "{" + ", ".join([*names, *(["…"] if len(fields) > len(names) else [])]) + "}"
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and values and depth < _DEEPEST + 1:
        return "{…: " + _type(values, components, depth + 1) + "}"
    return "{…}"


def _resolved(schema: Schema, components: dict[str, Schema]) -> Schema:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return components[name] if name else schema
