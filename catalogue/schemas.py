"""Finds the Table Schemas of the platform: `schemas/<name>/<version>/schema.json`, newest version
first.
"""

import json
import re
from pathlib import Path
from typing import Any

from catalogue.errors import NotFound
from catalogue.resources import folder

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def names() -> list[str]:
    """Return the names of every schema."""
    return sorted(path.parent.parent.name for path in folder("schemas").glob("*/*/schema.json"))


def load(name: str) -> dict[str, Any]:
    """Return the newest version of a schema, or `name@version`. Raises NotFound with the names
    there are.
    """
    stem, _, version = name.partition("@")
    if _NAME.fullmatch(stem):
        versions = sorted((folder("schemas") / stem).glob("*/schema.json"), key=_version_key)
        for file in reversed(versions):
            if not version or file.parent.name == version:
                return _read(file)
    raise NotFound("schema-unknown", schema=name, known=names())


def _version_key(file: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", file.parent.name))


def _read(file: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
