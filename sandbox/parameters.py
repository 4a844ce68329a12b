"""Parameters of a statement, `$name`: what type each is, and the value that is bound to it.

DuckDB 1.5.5 types them only once they have values (`duckdb_prepared_statements()` says UNKNOWN), so
the type is read from the syntax tree: the cast around it, or what it is compared or reckoned with.
A value is never part of the statement: it is read by that type here and bound.
"""

import datetime
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.errors import InvalidQuery, SandboxError
from sandbox.places import ASIDE, offset_of, place_of

Node = dict[str, Any]
Params = dict[str, Any]

# The kinds that a value can be read as; any other type is left to DuckDB.
INTEGER, NUMBER, TEXT, BOOLEAN = "integer", "number", "text", "boolean"
DATE, TIME, MOMENT = "date", "time", "moment"
KINDS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), INTEGER),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), NUMBER),
    **dict.fromkeys(("VARCHAR",), TEXT),
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    "TIME": TIME,
    **dict.fromkeys(
        (
            *("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
            "TIMESTAMP WITH TIME ZONE",
        ),
        MOMENT,
    ),
}
CODES = {
    INTEGER: "parameter_integer",
    NUMBER: "parameter_number",
    TEXT: "parameter_text",
    BOOLEAN: "parameter_boolean",
    DATE: "parameter_date",
    TIME: "parameter_time",
    MOMENT: "parameter_moment",
}
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_WHOLE = re.compile(r"[+-]?[0-9]{1,39}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,38}([.,][0-9]{0,38})?|[.,][0-9]{1,38})([eE][+-]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONVERSIONS = frozenset(("conversion", "value_conversion", "value_format"))
_QUOTED = re.compile("\"([^\"]+)\"|'([^']+)'")
_LIMITS = ("limit", "offset")
_NUMERIC = frozenset(("+", "-", "*", "/", "//", "%"))
_TEXTUAL = frozenset(("~~", "!~~", "~~*", "!~~*", "||", "contains", "starts_with", "ends_with"))
MAX_SHOWN = 100
MAX_DIGITS = 38  # of a DECIMAL


class Parameter(NamedTuple):
    """A parameter as written, and its type; None where the statement does not tell."""

    name: str
    type: str | None

    @property
    def kind(self) -> str | None:
        """Name the kind that its values are read as."""
        return KINDS.get((self.type or "").partition("(")[0])

    def as_frame(self) -> dict[str, Any]:
        """Write it down for the way to the supervisor."""
        return {"name": self.name, "type": self.type, "kind": self.kind}


def parameters_of(
    tree: Node, columns: dict[str, set[str]], results: dict[str, str]
) -> list[Parameter]:
    """List the parameters in the order of the statement.

    `columns` are the types of the columns that it can read, by name in lower case; `results` the
    type that a function gives, where it always gives the same.
    """
    statement = tree["statements"][0]
    ordered = sorted(statement.get("named_param_map", []), key=lambda entry: entry["value"])
    found = _Types(columns, results, _aliases(statement))
    found.walk(statement)
    return [Parameter(entry["key"], found.type_of(entry["key"])) for entry in ordered]


def bound(
    sql: str, parameters: list[Parameter], params: Params, texts: dict[str, str]
) -> dict[str, Any]:
    """Give each parameter its value; raise InvalidQuery that names the one at fault.

    `params` are values with types of JSON; `texts` are values as somebody typed them.
    """
    known = {parameter.name.lower(): parameter for parameter in parameters}
    given: dict[str, Any] = {}
    unused = []
    for name, value in [*params.items(), *((name, _Text(text)) for name, text in texts.items())]:
        parameter = known.get(name.lower())
        if parameter is None or parameter.name in given:
            unused.append(name)
            continue
        given[parameter.name] = _value(sql, parameter, value)
    missing = [each.name for each in parameters if given.get(each.name, ...) is ...]
    if missing:
        names = ", ".join(missing)
        raise _at(sql, missing[0], InvalidQuery("parameter_missing", {"names": names[:1000]}))
    if unused:
        raise InvalidQuery("parameter_unused", {"names": ", ".join(unused)[:1000]})
    return given


def used_only(parameters: list[Parameter], texts: dict[str, str]) -> dict[str, str]:
    """Leave out the texts that no parameter asks for."""
    names = {parameter.name.lower() for parameter in parameters}
    return {name: text for name, text in texts.items() if name.lower() in names}


def named(sql: str, error: SandboxError, values: Params) -> SandboxError:
    """Name the parameter whose value DuckDB could not read, where there is one."""
    if error.code not in _CONVERSIONS:
        return error
    quoted = {first or second for first, second in _QUOTED.findall(error.detail or "")}
    names = [name for name, value in values.items() if isinstance(value, str) and value in quoted]
    if len(names) != 1:
        return error
    params = {"name": names[0], "value": values[names[0]][:MAX_SHOWN]}
    told = InvalidQuery("parameter_value", params, detail=error.detail)
    return _at(sql, names[0], told)


class _Text(str):
    """A value as somebody typed it."""

    __slots__ = ()


def _value(sql: str, parameter: Parameter, value: Any) -> Any:
    """Read a value by the type of its parameter; an ellipsis where it is missing."""
    kind = parameter.kind
    if isinstance(value, _Text) and kind is None:
        value = _json_or_text(value)
    if isinstance(value, int) and not -(1 << 127) <= value < 1 << 127:
        raise _at(sql, parameter.name, InvalidQuery("parameter_type", {"name": parameter.name}))
    if value is None or kind is None:
        return value
    if isinstance(value, _Text) and kind != TEXT and not value.strip():
        return ...
    try:
        read = _READERS[kind](value)
    except (ValueError, OverflowError):
        read = ...
    if read is ...:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        params = {"name": parameter.name, "value": str(shown)[:MAX_SHOWN]}
        raise _at(sql, parameter.name, InvalidQuery(CODES[kind], params))
    return read


def _json_or_text(text: str) -> Any:
    """Read a text for which no type is known: a number or another value of JSON, or itself."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return str(text)


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _integer(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        return int(text) if _WHOLE.fullmatch(text) else ...
    is_whole = isinstance(value, float) and value.is_integer()
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number or is_whole else ...


def _number(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        if not _DECIMAL.fullmatch(text):
            return ...
        number = text.replace(",", ".")
        is_exact = "e" not in number.lower() and len(number) <= MAX_DIGITS
        return Decimal(number) if is_exact else float(number)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else ...


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, str) else ...


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    return True if text in _TRUE else False if text in _FALSE else ...


def _date(value: Any) -> Any:
    is_day = isinstance(value, str) and _DAY.fullmatch(value.strip())
    return datetime.date.fromisoformat(value.strip()) if is_day else ...


def _time(value: Any) -> Any:
    return datetime.time.fromisoformat(value.strip()) if isinstance(value, str) else ...


def _moment(value: Any) -> Any:
    """Check a moment; DuckDB reads it, who knows the time zone of the session."""
    if not isinstance(value, str):
        return ...
    datetime.datetime.fromisoformat(value.strip())
    return value.strip()


_READERS = {
    INTEGER: _integer,
    NUMBER: _number,
    TEXT: _text,
    BOOLEAN: _boolean,
    DATE: _date,
    TIME: _time,
    MOMENT: _moment,
}


def _at(sql: str, name: str, error: InvalidQuery) -> InvalidQuery:
    """Point an error at the first place where a parameter is written."""
    bare = ASIDE.sub(lambda match: " " * len(match[0]), sql)
    match = re.search(rf"(?i)\${re.escape(name)}(?!\w)", bare)
    if match:
        error.line, error.column = place_of(sql, offset_of(sql, match.start()))
    return error


def _aliases(node: Any) -> set[str]:
    """Give every name that the statement itself gives: such a column is not that of a table."""
    found: set[str] = set()
    for each in _nodes(node):
        if each.get("class") != "CONSTANT" and each.get("alias"):
            found.add(str(each["alias"]).lower())
        found.update(str(name).lower() for name in each.get("column_name_alias") or ())
        found.update(str(name).lower() for name in each.get("aliases") or ())
    return found


def _nodes(item: Any) -> Iterator[Node]:
    stack = [item]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            yield each
            stack.extend(each.values())
        elif isinstance(each, list):
            stack.extend(each)


class _Types:
    """Collect what a syntax tree tells of the types of its parameters."""

    def __init__(
        self, columns: dict[str, set[str]], results: dict[str, str], aliases: set[str]
    ) -> None:
        self._columns = columns
        self._results = results
        self._aliases = aliases
        self._cast: dict[str, list[str | None]] = {}
        self._beside: dict[str, list[str]] = {}

    def type_of(self, name: str) -> str | None:
        """Give the type of a parameter, if all that is told of it is one."""
        told: list[str | None] = self._cast.get(name) or [*self._beside.get(name, [])]
        kinds = {KINDS.get((each or "").partition("(")[0]) for each in told}
        return told[0] if len(kinds) == 1 else None

    def walk(self, tree: Node) -> None:
        """Look at every place where a parameter can stand."""
        for node in _nodes(tree):
            kind, name = node.get("class"), str(node.get("function_name"))
            if kind == "CAST":
                self._cast_of(node)
            elif kind == "COMPARISON":
                self._alike([node["left"], node["right"]])
            elif kind == "BETWEEN":
                self._alike([node["input"], node["lower"], node["upper"]])
            elif kind == "OPERATOR" and node["type"] in ("COMPARE_IN", "COMPARE_NOT_IN"):
                self._alike(node["children"])
            elif kind == "FUNCTION" and name in _NUMERIC:
                self._alike(node["children"], (INTEGER, NUMBER))
            elif kind == "FUNCTION" and name in _TEXTUAL:
                self._told(node["children"], "VARCHAR")
            elif node.get("type") == "LIMIT_MODIFIER":
                self._told([node[each] for each in _LIMITS if node[each]], "BIGINT")

    def _cast_of(self, node: Node) -> None:
        if node["child"].get("class") == "PARAMETER":
            name = str(node["child"]["identifier"])
            self._cast.setdefault(name, []).append(_type_name(node["cast_type"]))

    def _alike(self, nodes: list[Node], only: tuple[str, ...] = ()) -> None:
        types = [found for found in map(self._type_of, nodes) if found]
        for found in types[:1]:
            if not only or KINDS.get(found.partition("(")[0]) in only:
                self._told(nodes, found)

    def _told(self, nodes: list[Node], found: str) -> None:
        for node in nodes:
            if node.get("class") == "PARAMETER":
                self._beside.setdefault(str(node["identifier"]), []).append(found)

    def _type_of(self, node: Node) -> str | None:
        kind = node.get("class")
        if kind == "CAST":
            return _type_name(node["cast_type"])
        if kind == "CONSTANT":
            return _type_name(node["value"]["type"])
        if kind == "FUNCTION":
            return self._results.get(node["function_name"].lower())
        if kind != "COLUMN_REF":
            return None
        name = node["column_names"][-1].lower()
        types = self._columns.get(name, set())
        return next(iter(types)) if len(types) == 1 and name not in self._aliases else None


def _type_name(node: Node) -> str | None:
    name = str(node["id"])
    more = node.get("type_info") or {}
    if name == "DECIMAL" and "width" in more:
        return f"DECIMAL({more['width']},{more['scale']})"
    return name if name in KINDS else None
