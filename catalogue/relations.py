"""What may be read: the versions of the tables that a caller may see, at one generation of the
catalogue.
"""

import msgspec


class Relation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One immutable version of a table, as the sandbox and the downloads see it."""

    table: str
    version: int
    sha256: str
    path: str
    created_at: str
    row_count: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tables a caller may read, at one generation of the catalogue.

    `relations` holds every version of every visible table; the highest version of a table is the
    current one.
    """

    generation: int
    relations: tuple[Relation, ...]
