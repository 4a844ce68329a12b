"""Foreign keys: those that Table Schemas declare and those that a recipe names, and the rows that
must come along so that none of them leads nowhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from catalogue.records import Version
from sandbox.packs.errors import PackError
from sandbox.packs.frames import Frame
from sandbox.packs.recipe import PackKey

Place = tuple[str, int]


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A foreign key of a pack, and who said so."""

    table: str
    fields: tuple[str, ...]
    to: str
    to_fields: tuple[str, ...]
    said_by: Literal["schema", "recipe"]


def declared(version: Version) -> list[Key]:
    """Return the keys that the Table Schema of a version declares: `foreignKeys`, and our own
    `references`, which name a table of the platform.
    """
    found = []
    for item in _items(version.schema, "foreignKeys"):
        reference = item.get("reference")
        if isinstance(reference, dict):
            to = reference.get("resource") or version.table
            found.append((item.get("fields"), to, reference.get("fields")))
    for item in _items(version.schema, "references"):
        found.append((item.get("fields"), item.get("table"), item.get("tableFields")))
    return [
        Key(table=version.table, fields=_names(fields), to=str(to), to_fields=_names(to_fields),
            said_by="schema")
        for fields, to, to_fields in found
        if _names(fields) and len(_names(fields)) == len(_names(to_fields))
    ]  # fmt: skip


def named(key: PackKey) -> Key:
    """Return a key that a recipe names."""
    return Key(
        table=key.table,
        fields=tuple(key.fields),
        to=key.to,
        to_fields=tuple(key.to_fields),
        said_by="recipe",
    )


def check(key: Key, frames: Mapping[str, Frame]) -> None:
    """Raise PackError where a key names columns that are not there."""
    for table, fields in ((key.table, key.fields), (key.to, key.to_fields)):
        for column in fields:
            if not frames[table].has((column,)):
                raise PackError("pack-column-unknown", table=table, column=column)


class Closure:
    """The rows of a pack; whatever is added brings along all that it refers to, in circles too."""

    def __init__(
        self, frames: Mapping[str, Frame], keys: list[Key], *, is_dangling_kept: bool
    ) -> None:
        self._frames = frames
        self._keys: dict[str, list[Key]] = {name: [] for name in frames}
        for key in keys:
            self._keys[key.table].append(key)
        self._is_dangling_kept = is_dangling_kept
        self._refused: set[Place] = set()
        self.rows: dict[str, set[int]] = {name: set() for name in frames}
        self.open_keys: set[Key] = set()

    def add(self, table: str, row: int) -> bool:
        """Add a row with all that it leads to; False where some key on the way leads nowhere."""
        start = (table, row)
        if row in self.rows[table]:
            return True
        reached, waiting = {start}, [start]
        while waiting:
            place = waiting.pop()
            if place in self._refused:
                return self._refuse(start)
            for key, others in self._leads(place):
                if not others:
                    if not self._is_dangling_kept:
                        return self._refuse(start)
                    self.open_keys.add(key)
                fresh = [o for o in others if o not in reached and o[1] not in self.rows[o[0]]]
                reached.update(fresh)
                waiting += fresh
        for name, number in reached:
            self.rows[name].add(number)
        return True

    def _leads(self, place: Place) -> Iterator[tuple[Key, list[Place]]]:
        table, row = place
        for key in self._keys[table]:
            values = self._frames[table].values(key.fields, row)
            if None not in values:
                found = self._frames[key.to].rows_with(key.to_fields, values)
                yield key, [(key.to, other) for other in found]

    def _refuse(self, start: Place) -> bool:
        self._refused.add(start)
        return False


def _items(schema: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = schema.get(name)
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def _names(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())
