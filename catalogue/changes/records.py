"""What a comparison of two versions finds, as records."""

from enum import StrEnum

import msgspec


class KeyOrigin(StrEnum):
    """Where the key comes from by which rows are told apart; `WHOLE` is no key."""

    SCHEMA = "schema"
    UNIQUE = "unique"
    WHOLE = "whole"


class CellChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell before and after, as text; None is empty."""

    column: str
    old: str | None
    new: str | None


class ChangedRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that both versions have, with the cells that differ."""

    key: list[str]
    old_row: int
    new_row: int
    cells: list[CellChange]


class WholeRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that one version has: its number there, its values as text, how often more it is."""

    row: int
    values: list[str | None]
    count: int = 1


class Changes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows of two versions compared by the `columns` that both have; at most SHOWN of each."""

    origin: KeyOrigin
    key: list[str]
    columns: list[str]
    added: int
    removed: int
    changed: int
    unchanged: int
    by_column: dict[str, int] = {}
    changed_rows: list[ChangedRow] = []
    added_rows: list[WholeRow] = []
    removed_rows: list[WholeRow] = []
