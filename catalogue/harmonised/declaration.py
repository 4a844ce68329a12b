"""Reads the declarations of harmonised tables: `data/harmonised/<name>.toml`, one file a table.

A mistake is refused with the file, the key and what would be right: a column that is silently left
out is not missed by anybody.
"""

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import msgspec

from catalogue import schemas
from catalogue.errors import NotFound, SettingsError
from catalogue.records import Text
from catalogue.resources import folder

ORIGIN = ("_source", "_version", "_row")
ALSO_IN, NEAR = "_also_in", "_near"
OWN = (*ORIGIN, ALSO_IN, NEAR)
Fact = Literal["dataset.id", "dataset.title", "dataset.remote_id", "publisher.title"]


class From(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the values of a column come from, and what is done to them.

    Exactly one of `column`, `first` (the first that is not empty), `sum`, `constant` and `of` (a
    fact about the dataset) says where from. `separator` and `part` take a piece of a text (from 0),
    `values` translates words (others are left empty), `factor` multiplies, `is_place` turns the
    name or a former code of a municipality into its code.
    """

    column: str | None = None
    first: list[str] = []
    sum: list[str] = []
    constant: str | int | float | bool | None = None
    of: Fact | None = None
    separator: str | None = None
    part: int = 0
    values: dict[str, str] = {}
    factor: float | None = None
    is_place: bool = False

    @property
    def columns(self) -> list[str]:
        """Return the columns of the source that are read."""
        return [*([self.column] if self.column else []), *self.first, *self.sum]


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tables a rule takes: those for which all of what is stated is true.

    `table` is its name, `schema` the name of its schema whatever the version, `format` and
    `distribution` those of its file, `columns` must all be there.
    """

    table: str | None = None
    schema: str | None = None
    format: str | None = None
    distribution: str | None = None
    columns: list[str] = []


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tables of one make: which ones, and what of them becomes which column. `only` keeps the rows
    whose columns hold one of the listed values, `without` those that hold none of them.
    """

    match: Match
    columns: dict[str, str | From]
    only: dict[str, list[str]] = {}
    without: dict[str, list[str]] = {}

    @property
    def read(self) -> set[str]:
        """Return the columns of the source that are read."""
        named = {c for name in self.columns for c in (self.origin(name) or From()).columns}
        return named | self.only.keys() | self.without.keys()

    def absent(self, columns: Collection[str]) -> list[str]:
        """Return what is named and not among the columns of a source; of several of which the first
        that is filled counts, one is enough.
        """
        missing = {*self.only, *self.without} - set(columns)
        for name in self.columns:
            origin = self.origin(name) or From()
            if origin.first:
                missing |= set() if set(origin.first) & set(columns) else {origin.first[0]}
            else:
                missing |= set(origin.columns) - set(columns)
        return sorted(missing)

    def origin(self, name: str) -> From | None:
        """Return where a column comes from; None where this rule does not fill it."""
        given = self.columns.get(name)
        return From(column=given) if isinstance(given, str) else given


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The columns of a row's point, of the code of its municipality, of how that was found, and of
    the side of the border.
    """

    longitude: str
    latitude: str
    code: str
    found_by: str
    side: str


class Same(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When rows of two sources are the same thing: equal in `key`, or within `within_m` metres and
    equal in `alike` but for capitals, accents and signs.

    The columns of `compare` are then held against each other.
    """

    key: list[str] = []
    within_m: float | None = None
    alike: list[str] = []
    compare: list[str] = []


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One harmonised table: what it is called, the schema of its rows, and its sources by rules.

    A table is taken by the first rule that it matches. `key` is what no two rows of one source
    share.
    """

    table: str
    schema: str
    title: Text
    description: Text
    key: list[str]
    sources: list[Rule]
    keywords: dict[str, list[str]] = {}
    themes: list[str] = []
    place: Place | None = None
    same: Same = Same()

    @property
    def digest(self) -> str:
        """Return a hash of all that it says, and of the schema that it names."""
        told = [msgspec.to_builtins(self), schemas.load(self.schema)]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def fields(self) -> list[dict[str, Any]]:
        """Return the fields of the schema, in their order."""
        found: list[dict[str, Any]] = schemas.load(self.schema)["fields"]
        return found


def load_all(where: Path | None = None) -> list[Declaration]:
    """Return every declaration of a folder, by the names of the files. Raises SettingsError."""
    return [load(file) for file in sorted((where or folder("harmonised")).glob("*.toml"))]


def load(file: Path) -> Declaration:
    """Return the declaration of a file. Raises SettingsError with `file` and `at`."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("file-unreadable", file=file.name) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("not-toml", file=file.name, message=str(error)) from error
    try:
        found = msgspec.convert(content, Declaration)
        _check(found)
    except msgspec.ValidationError as error:
        raise _as_told(str(error), file.name) from error
    except SettingsError as error:
        raise SettingsError(error.code, file=file.name, **error.params) from error
    return found


def _as_told(message: str, file: str) -> SettingsError:
    """Turn what msgspec says into a code with the place of the key."""
    said, _, place = message.partition(" - at `$")
    at = place.rstrip("`").lstrip(".")
    if (wrong := re.search(r"unknown field `([^`]*)`", said)) is not None:
        key, known = wrong.group(1), _keys_of(at)
        close = difflib.get_close_matches(key, known, 1)
        meant = close[0] if close else None
        return SettingsError(
            "unknown-key", file=file, at=_join(at, key), key=key, known=known, meant=meant
        )
    if (wrong := re.search(r"missing required field `([^`]*)`", said)) is not None:
        key = wrong.group(1)
        return SettingsError("missing-key", file=file, at=_join(at, key), key=key)
    return SettingsError("bad-value", file=file, at=at or file, message=said)


def _keys_of(at: str) -> list[str]:
    last = at.rpartition(".")[2].partition("[")[0]
    kinds: dict[str, type[msgspec.Struct]] = {
        "": Declaration, "sources": Rule, "match": Match, "place": Place, "same": Same,
    }  # fmt: skip
    return [field.name for field in msgspec.structs.fields(kinds.get(last, From))]


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _check(declared: Declaration) -> None:
    try:
        names = [field["name"] for field in declared.fields()]
    except NotFound as error:
        raise _wrong("schema", error) from error
    for at, listed in _mentioned(declared):
        for name in listed:
            if name not in names:
                raise _unknown(at, name, names)
    required = [f["name"] for f in declared.fields() if f.get("constraints", {}).get("required")]
    for position, rule in enumerate(declared.sources):
        _check_rule(rule, f"sources[{position}]", names, required)


def _mentioned(declared: Declaration) -> list[tuple[str, list[str]]]:
    place = msgspec.structs.asdict(declared.place) if declared.place else {}
    return [
        ("schema", [*OWN]),
        ("key", declared.key),
        *((f"place.{key}", [name]) for key, name in place.items()),
        ("same.key", declared.same.key),
        ("same.alike", declared.same.alike),
        ("same.compare", declared.same.compare),
    ]


def _check_rule(rule: Rule, at: str, names: list[str], required: list[str]) -> None:
    if rule.match == Match():
        raise SettingsError("bad-value", at=f"{at}.match", message="it would take every table")
    for name in rule.columns:
        if name not in names or name in OWN:
            raise _unknown(f"{at}.columns", name, names)
        origin = rule.origin(name) or From()
        said = [origin.column, origin.first, origin.sum, origin.of, origin.constant is not None]
        if sum(bool(each) for each in said) != 1:
            one = "one of column, first, sum, constant, of is needed"
            raise SettingsError("bad-value", at=f"{at}.columns.{name}", message=one)
    for name in required:
        if name not in rule.columns and name not in ORIGIN:
            raise SettingsError("missing-key", at=f"{at}.columns.{name}", key=name)


def _unknown(at: str, name: str, known: list[str]) -> SettingsError:
    close = difflib.get_close_matches(name, known, 1)
    meant = close[0] if close else None
    return SettingsError("unknown-key", at=_join(at, name), key=name, known=known, meant=meant)


def _wrong(at: str, error: NotFound) -> SettingsError:
    return SettingsError("bad-value", at=at, message=f"{error.params}")
