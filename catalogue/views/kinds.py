"""What the types of columns have in common, for comparing and sorting."""

from enum import Enum


class Kind(Enum):
    """A family of types; `MOMENT` knows its time zone, `LOCAL_MOMENT` is what a clock showed."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    LOCAL_MOMENT = "local moment"
    TIME = "time"
    BOOLEAN = "boolean"
    OTHER = "other"


_KINDS = {
    **dict.fromkeys(("VARCHAR",), Kind.TEXT),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), Kind.NUMBER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), Kind.NUMBER),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), Kind.NUMBER),
    "DATE": Kind.DATE,
    "TIMESTAMP WITH TIME ZONE": Kind.MOMENT,
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), Kind.LOCAL_MOMENT
    ),
    "TIME": Kind.TIME,
    "BOOLEAN": Kind.BOOLEAN,
}


def kind_of(sql_type: str) -> Kind:
    """Return the family of a type of SQL."""
    if sql_type.endswith("]"):
        return Kind.OTHER
    return _KINDS.get(sql_type.partition("(")[0], Kind.OTHER)
