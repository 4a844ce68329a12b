"""A recipe of a test pack: which rows of which versions, as a TOML file states it.

`docs/test-packs.md` tells every key. A recipe that is *resolved* names the version of every table,
those that only keys bring included: it makes the same pack again for ever.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import msgspec

from sandbox.packs.errors import PackError

MAX_RECIPE_BYTES = 100_000
MAX_TABLES = 40
MAX_ROWS = 200_000
DEFAULT_ROWS = 100
EVERY = "all"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PINNED = re.compile(r"([a-z][a-z0-9_]{0,62})(?:@([1-9][0-9]{0,8}))?")
Id = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{0,62}$")]
Rows = Annotated[int, msgspec.Meta(ge=0, le=MAX_ROWS)] | Literal["all"]


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where rows lie: within `bbox` (west, south, east, north in degrees), or in municipalities by
    their INSEE and NIS codes.
    """

    bbox: list[float] | None = None
    municipalities: list[str] | None = None


class Period(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"start": "from", "end": "to"},
):
    """From one day or moment to another, both included."""

    start: str | None = None
    end: str | None = None


class PackTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of one table: `rows` sampled ones, and those that keys lead to.

    `table` is a name, or a name with its version (`stations@3`). `where` holds conditions as the
    addresses of the platform write them (`docks__gte = 20`). `period` names the column that the
    period of the recipe is about. `area` False keeps the area of the recipe away from this table.
    """

    table: str
    rows: Rows | None = None
    where: dict[str, Any] = {}
    stratify: str | None = None
    period: str | None = None
    area: bool = True

    @property
    def name(self) -> str:
        """Return the name of the table without its version."""
        return self.table.partition("@")[0]

    @property
    def version(self) -> int | None:
        """Return the version, None for the current one."""
        number = self.table.partition("@")[2]
        return int(number) if number else None


class PackKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A foreign key: these columns of a table name rows of another, or of itself."""

    table: str
    fields: list[str]
    to: str
    to_fields: list[str]


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Dirty copies beside the clean tables: each rule of each field is broken `each` times."""

    each: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack is made of. Title and description are texts by language (`fr`, `nl`, `en`).

    `dangling` says what becomes of rows with a key that the source itself leaves open.
    """

    id: Id
    title: dict[str, str] = {}
    description: dict[str, str] = {}
    seed: int | str = 0
    rows: Rows = DEFAULT_ROWS
    dangling: Literal["leave-out", "keep"] = "leave-out"
    area: Area | None = None
    period: Period | None = None
    faults: Faults | None = None
    tables: list[PackTable]
    keys: list[PackKey] = []


def read_recipe(text: str | bytes) -> Recipe:
    """Read a recipe. Raises PackError with the path of what does not fit."""
    if len(text) > MAX_RECIPE_BYTES:
        raise PackError("pack-recipe-too-long", maximum=MAX_RECIPE_BYTES)
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        values = _plain(tomllib.loads(decoded))
    except (ValueError, RecursionError) as error:  # of TOML, or of its encoding
        raise PackError("pack-recipe-unreadable", reason=str(error)) from error
    return as_recipe(values)


def as_recipe(values: Any) -> Recipe:
    """Return the recipe that plain values state, as JSON holds them. Raises PackError."""
    try:
        recipe = msgspec.convert(values, Recipe)
    except (ValueError, RecursionError) as error:
        raise PackError("pack-recipe-unreadable", reason=str(error)) from error
    _check(recipe)
    return recipe


def pinned(recipe: Recipe, versions: Mapping[str, int]) -> Recipe:
    """Return a recipe whose tables have these versions; of a table that it does not name, only
    rows that keys lead to are taken.
    """
    left = dict(versions)
    parts = []
    for part in recipe.tables:
        n = left.pop(part.name, None)
        parts.append(part if n is None else msgspec.structs.replace(part, table=f"{part.name}@{n}"))
    parts += [PackTable(table=f"{name}@{left[name]}", rows=0) for name in sorted(left)]
    return msgspec.structs.replace(recipe, tables=parts)


def _plain(value: Any) -> Any:
    """Give days and moments of TOML as texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _check(recipe: Recipe) -> None:
    names = [each.name for each in recipe.tables]
    if not names or len(names) > MAX_TABLES:
        raise PackError("pack-table-count", count=len(names), maximum=MAX_TABLES)
    for each in recipe.tables:
        if not _PINNED.fullmatch(each.table):
            raise PackError("pack-table-name", table=each.table)
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PackError("pack-table-twice", table=twice)
    for key in recipe.keys:
        is_named = _NAME.fullmatch(key.table) and _NAME.fullmatch(key.to)
        if not is_named or not key.fields or len(key.fields) != len(key.to_fields):
            raise PackError("pack-key-unreadable", table=key.table, to=key.to)
    area = recipe.area
    if area is not None and (area.bbox is None) == (area.municipalities is None):
        raise PackError("pack-area-unclear")
    if area is not None and area.bbox is not None and len(area.bbox) != 4:
        raise PackError("pack-area-unclear")
    if recipe.period is not None and not any(each.period for each in recipe.tables):
        raise PackError("pack-period-without-column")


def written(recipe: Recipe) -> str:
    """Write a recipe as TOML; `read_recipe` gives it back.

    >>> print(written(Recipe(id="a", seed=1, tables=[PackTable(table="t@1", rows=2)])), end="")
    id = "a"
    seed = 1
    rows = 100
    dangling = "leave-out"
    <BLANKLINE>
    [[tables]]
    table = "t@1"
    rows = 2
    """
    lines = [_line(name, getattr(recipe, name)) for name in ("id", "seed", "rows", "dangling")]
    for name in ("title", "description", "area", "period", "faults"):
        if values := _said(getattr(recipe, name)):
            lines += ["", f"[{name}]", *(_line(key, value) for key, value in values.items())]
    for name, parts in (("tables", recipe.tables), ("keys", recipe.keys)):
        for part in parts:
            values = _said(part)
            where = values.pop("where", None)
            lines += ["", f"[[{name}]]", *(_line(key, value) for key, value in values.items())]
            if where:
                lines += [f"[{name}.where]", *(_line(key, where[key]) for key in sorted(where))]
    return "\n".join(lines) + "\n"


def _said(value: Any) -> dict[str, Any]:
    """Return what a part says beyond its defaults."""
    if value is None:
        return {}
    plain: dict[str, Any] = msgspec.to_builtins(value)
    if isinstance(value, PackTable):
        plain = {k: v for k, v in plain.items() if (k, v) not in (("area", True), ("where", {}))}
    return {key: item for key, item in plain.items() if item is not None}


def _line(key: str, value: Any) -> str:
    """Write a pair; a basic string of TOML is a string of JSON, DEL aside."""
    name = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
    return f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", r"\u007f")
