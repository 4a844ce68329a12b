"""The other tables of a package, which foreign keys of the table name.

The caller gives them as frictionless resource descriptors, by name. A descriptor may come from a
stranger: only what says how to read rows is taken from it, and only rows that it holds itself or
that stand in one plain text inside the folder. Nothing is fetched, and no file outside is opened.
A key to a table that is not at hand is left out, and said.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tablecheck.limits import Limits
from tablecheck.source import Source, warning

# Texts whose rows are read one after the other: a compressed file may be larger than it looks.
_FORMATS = frozenset({"csv", "tsv"})
_OF_READING = ("path", "data", "format", "encoding", "dialect", "schema")
_OF_SCHEMA = ("fields", "missingValues", "fieldsMatch", "primaryKey")
_MAX_SCHEMA_BYTES = 16 << 20


class Others(msgspec.Struct, frozen=True):
    """Hold the tables that foreign keys may name."""

    resources: Mapping[str, dict[str, Any]]
    """frictionless resource descriptors, by the name that keys use."""
    folder: Path
    """What their paths are relative to."""


def at_hand(references: Mapping[str, dict[str, Any]] | None, folder: Path) -> Others | None:
    """Take those of the references that can be read without going anywhere."""
    near: dict[str, dict[str, Any]] = {}
    for name, descriptor in (references or {}).items():
        taken = _taken(descriptor, folder) if isinstance(descriptor, dict) else None
        if taken is not None:
            near[name] = {"name": name, "type": "table", **taken}
    return Others(near, folder) if near else None


def _taken(descriptor: dict[str, Any], folder: Path) -> dict[str, Any] | None:
    """Take from a descriptor what is needed to read its rows; None where they are elsewhere."""
    found = {key: descriptor[key] for key in _OF_READING if key in descriptor}
    for key in ("schema", "dialect"):
        if key in found:
            found[key] = _written_out(found[key], folder)
            if found[key] is None:
                return None
    if "schema" in found:
        found["schema"] = {k: v for k, v in found["schema"].items() if k in _OF_SCHEMA}
    if "path" not in found:
        is_inline = isinstance(found.get("data"), list) and found.get("format") in (None, "inline")
        return found if is_inline else None
    path = found["path"]
    file = _inside(path[0] if isinstance(path, list) and len(path) == 1 else path, folder)
    if file is None or "data" in found or file.stat().st_size > Limits().max_bytes:
        return None
    format_ = str(found.get("format", file.suffix[1:])).lower()
    near = str(file.relative_to(folder.resolve()))
    told = {**found, "path": near, "scheme": "file", "format": format_}
    return told if format_ in _FORMATS else None


def _written_out(value: Any, folder: Path) -> dict[str, Any] | None:
    """Give a part of a descriptor that may be named by the path of its file."""
    if isinstance(value, str):
        file = _inside(value, folder)
        if file is None or file.stat().st_size > _MAX_SCHEMA_BYTES:
            return None
        try:
            value = json.loads(file.read_bytes())
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) and "$ref" not in value else None


def _inside(path: Any, folder: Path) -> Path | None:
    """Give the plain file of this path, if it stands inside the folder, links followed."""
    if not isinstance(path, str) or not path or set(path) & set(":\0"):  # `http:` is a folder too
        return None
    try:
        file = (folder / path).resolve()
        is_near = file.is_relative_to(folder.resolve()) and file.is_file()
    except OSError:  # a name too long, a loop of links
        return None
    return file if is_near else None


def without_far_keys(source: Source) -> Source:
    """Leave out the foreign keys to tables that are not at hand, and say so."""
    schema = source.schema or {}
    keys = schema.get("foreignKeys", [])
    near = {"", *(source.others.resources if source.others else ())}
    far = [key for key in keys if _target(key) not in near]
    if not far:
        return source
    found = [
        warning("foreign-key-unchecked", column=_columns(key), reference=_target(key))
        for key in far
    ]
    kept = {**schema, "foreignKeys": [key for key in keys if key not in far]}
    return msgspec.structs.replace(source, schema=kept, findings=(*source.findings, *found))


def _target(key: dict[str, Any]) -> str:
    """Name the table of a key; what is no name is left to frictionless, as its own table."""
    name = key.get("reference", {}).get("resource", "")
    return name if isinstance(name, str) else ""


def _columns(key: dict[str, Any]) -> str:
    names = key.get("fields", [])
    return names if isinstance(names, str) else ", ".join(map(str, names))
