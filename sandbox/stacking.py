"""Versions of a table put one below the other, by the names of their columns.

A column that came later is empty before. Where its type changed, DuckDB takes the wider one; what
it would only do with loss, or fail at in the middle of the answer, is refused before.
"""

from collections.abc import Iterable

VERSION_COLUMN = "_version"
TEXT = "text"
# What is written the same as a text whatever was meant, and so may become one.
_SCALARS = {
    **dict.fromkeys(
        (
            *("tinyint", "smallint", "integer", "bigint", "hugeint"),
            *("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint", "bignum"),
            *("float", "double", "decimal"),
        ),
        "number",
    ),
    **dict.fromkeys(("date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "day"),
    **dict.fromkeys(("varchar", "enum"), TEXT),
    "boolean": "boolean",
    "time": "time",
    "timestamp with time zone": "moment",
    "uuid": "uuid",
}

Columns = Iterable[tuple[str, str]]  # name, kind of type as DuckDB calls it: `varchar`, `list`


def has_own_number(versions: Iterable[Columns]) -> bool:
    """Tell whether a version has a column of the name that we give to its number."""
    return any(name.lower() == VERSION_COLUMN for columns in versions for name, _ in columns)


def unlike_column(versions: Iterable[Columns]) -> str | None:
    """Name the first column whose types in several versions have nothing in common."""
    families: dict[str, set[str]] = {}
    for columns in versions:
        for name, kind in columns:
            found = families.setdefault(name.lower(), set())
            found.add(_SCALARS.get(kind, f"other {kind}"))
            if not _is_one(found):
                return name
    return None


def _is_one(families: set[str]) -> bool:
    own = families - {TEXT}
    return len(own) <= 1 and (len(families) == 1 or not any(f.startswith("other") for f in own))
