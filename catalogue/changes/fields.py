"""What changed in the columns of two versions: which came and went, types, rules and words."""

from enum import StrEnum
from typing import Any

import msgspec

from catalogue.records import Column, Version

_WORDS = ("title", "description", "labels", "descriptions", "unit", "categories")


class Word(StrEnum):
    """What happened to a column."""

    ADDED = "added"
    REMOVED = "removed"
    TYPE = "type"
    RULES = "rules"
    WORDS = "words"
    PLACE = "place"


class ColumnChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that happened to a column; `old` and `new` are its type, rules, words or place."""

    column: str
    what: Word
    old: Any = None
    new: Any = None


def columns_between(old: Version, new: Version) -> list[ColumnChange]:
    """Return what changed in the columns, those that went last."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    found = []
    for name, column in after.items():
        if name in before:
            found += _changed(before[name], column)
        else:
            found.append(ColumnChange(column=name, what=Word.ADDED, new=column.type))
    found += [
        ColumnChange(column=name, what=Word.REMOVED, old=column.type)
        for name, column in before.items()
        if name not in after
    ]
    return found + _moved(list(before), list(after))


def _changed(old: Column, new: Column) -> list[ColumnChange]:
    pairs = [
        (Word.TYPE, old.type, new.type),
        (Word.RULES, _rules(old), _rules(new)),
        (Word.WORDS, _words(old), _words(new)),
    ]
    return [
        ColumnChange(column=new.name, what=what, old=before, new=after)
        for what, before, after in pairs
        if before != after
    ]


def _moved(before: list[str], after: list[str]) -> list[ColumnChange]:
    """Return the columns that stand elsewhere among those that both versions have."""
    old = [name for name in before if name in after]
    new = [name for name in after if name in before]
    return [
        ColumnChange(column=name, what=Word.PLACE, old=old.index(name) + 1, new=place)
        for place, name in enumerate(new, 1)
        if old.index(name) + 1 != place
    ]


def _rules(column: Column) -> dict[str, Any]:
    return dict(column.field.get("constraints") or {})


def _words(column: Column) -> dict[str, Any]:
    return {key: column.field[key] for key in _WORDS if column.field.get(key)}
