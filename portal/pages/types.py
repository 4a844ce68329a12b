"""Names of types in the reader's language: those of SQL, and those of the checker and its dates."""

import re

from flask_babel import gettext, lazy_gettext

_WHOLE = lazy_gettext("whole number")
_NUMBER = lazy_gettext("number")
_TEXT = lazy_gettext("text")
_MOMENT = lazy_gettext("date and time")
_TIME = lazy_gettext("time of day")
_LIST = lazy_gettext("list")
_STRUCTURE = lazy_gettext("structure")

_OF_SQL = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM"), _WHOLE),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), _WHOLE),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), _NUMBER),
    **dict.fromkeys(("VARCHAR", "ENUM", "UUID"), _TEXT),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"),
        _MOMENT,
    ),
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE"), _TIME),
    **dict.fromkeys(("STRUCT", "MAP", "UNION"), _STRUCTURE),
    "LIST": _LIST,
    "BOOLEAN": lazy_gettext("yes or no"),
    "DATE": lazy_gettext("date"),
    "INTERVAL": lazy_gettext("duration"),
    "GEOMETRY": lazy_gettext("geometry"),
    "BLOB": lazy_gettext("bytes"),
}
_OF_SCHEMA = {
    "string": _TEXT,
    "integer": _WHOLE,
    "number": _NUMBER,
    "boolean": _OF_SQL["BOOLEAN"],
    "date": _OF_SQL["DATE"],
    "datetime": _MOMENT,
    "time": _TIME,
    "year": lazy_gettext("year"),
    "yearmonth": lazy_gettext("year and month"),
    "duration": _OF_SQL["INTERVAL"],
    "geopoint": _OF_SQL["GEOMETRY"],
    "geojson": _OF_SQL["GEOMETRY"],
    "wkb": _OF_SQL["GEOMETRY"],
    "wkt": _OF_SQL["GEOMETRY"],
    "array": _LIST,
    "list": _LIST,
    "object": _STRUCTURE,
    "any": lazy_gettext("of several kinds"),
}
_DATE_SIGN = re.compile("%[YmdyHMS]")


def sql_type(code: str) -> str:
    """Return a SQL type in words; one that is not known keeps its name."""
    return str(_OF_SQL.get(_stem(code), code.lower()))


def schema_type(code: str) -> str:
    """Return a type of Table Schema in words; one that is not known keeps its name."""
    return str(_OF_SCHEMA.get(code, code))


def is_number_type(code: str) -> bool:
    """Tell whether the values of a SQL type are numbers."""
    return _OF_SQL.get(_stem(code)) in (_WHOLE, _NUMBER)


def date_form(pattern: str) -> str:
    """Return the form of dates such as `%d/%m/%Y` with the letters that the reader knows."""
    letters = {
        "%Y": gettext("yyyy"),
        "%y": gettext("yy"),
        "%m": gettext("mm"),
        "%d": gettext("dd"),
        "%H": gettext("hh"),
        "%M": gettext("min"),
        "%S": gettext("ss"),
    }
    return _DATE_SIGN.sub(lambda found: str(letters[found[0]]), pattern)


def _stem(code: str) -> str:
    return "LIST" if code.endswith("]") else code.partition("(")[0]
