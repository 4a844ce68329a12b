"""Finds the Table Schemas of the platform: `schemas/<name>/<version>/schema.json`, newest version
first, each with where it comes from and its examples.
"""

import csv
import json
import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from catalogue.errors import NotFound
from catalogue.records import Text
from catalogue.resources import folder

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class Standard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standard that a schema is aligned with; `fields` are ours -> what it calls them.

    `side` is FR, VLG, WAL, BE, EU or world.
    """

    name: str
    publisher: str
    side: str
    url: str
    version: str | None = None
    fields: dict[str, str]


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wrote a schema, when, under which licence, and what it is aligned with."""

    name: str
    version: str
    author: str
    licence: str
    date: date
    reference: str
    title: Text
    standards: list[Standard] = []


def names() -> list[str]:
    """Return the names of every schema."""
    return sorted(path.parent.parent.name for path in folder("schemas").glob("*/*/schema.json"))


def load(name: str) -> dict[str, Any]:
    """Return the newest version of a schema, or `name@version`. Raises NotFound with the names
    there are.
    """
    return _read(_file(name))


def origin(name: str) -> Origin:
    """Return where a schema comes from. Raises NotFound."""
    text = (_file(name).parent / "source.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Origin)


def example(name: str) -> list[dict[str, str]]:
    """Return the rows of a schema's valid example, as text. Raises NotFound."""
    file = _file(name).parent / "examples" / "valid.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def everything() -> dict[str, dict[str, Any]]:
    """Return the newest version of every schema by name; to be read, not changed."""
    return {name: load(name) for name in names()}


def _file(name: str) -> Path:
    stem, _, version = name.partition("@")
    if _NAME.fullmatch(stem):
        versions = sorted((folder("schemas") / stem).glob("*/schema.json"), key=_version_key)
        for file in reversed(versions):
            if not version or file.parent.name == version:
                return file
    raise NotFound("schema-unknown", schema=name, known=names())


def _version_key(file: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", file.parent.name))


def _read(file: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
