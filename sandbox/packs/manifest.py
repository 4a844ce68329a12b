"""What a pack says of itself in `manifest.json`, and the version of that form."""

from typing import Any

import msgspec

EDITION = 1
MANIFEST = "manifest.json"
RECIPE = "pack.toml"
SUMS = "data.sha256"


class PackFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the pack."""

    path: str
    size_bytes: int
    sha256: str


class PackedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the pack. `content_sha256` is of the version it was drawn from, whatever the order
    of its rows; of `rows`, `sampled` were drawn and the others came by keys; `left_out` counts rows
    that were drawn and not taken, because a key of theirs leads nowhere. `narrowed_by` tells what
    narrowed the choice: `where`, `area`, `period`.
    """

    table: str
    version: int
    content_sha256: str
    dataset: str
    rows_of_version: int
    rows: int
    sampled: int
    left_out: int
    narrowed_by: list[str]
    csv: str
    parquet: str


class PackedKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A foreign key; `is_closed` tells that each of its values has its row in the pack."""

    table: str
    fields: list[str]
    to: str
    to_fields: list[str]
    said_by: str
    is_closed: bool


class PackedSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset that rows come from, with what its licence is and how to name it, by language."""

    dataset: str
    title: dict[str, str]
    publisher: dict[str, str]
    licence: str | None
    licence_title: dict[str, str]
    licence_url: str | None
    data_date: str | None
    origin: str | None
    landing_page: str | None
    attribution: dict[str, str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack: what is in it, what it was made of, and the sha256 of every other file."""

    edition: int
    id: str
    title: dict[str, str]
    description: dict[str, str]
    seed: int | str
    tables: list[PackedTable]
    keys: list[PackedKey]
    sources: list[PackedSource]
    made_with: dict[str, str]
    files: list[PackFile]


def encoded(value: Any) -> bytes:
    """Write a record as JSON for people to read, its keys in the order of the record."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
