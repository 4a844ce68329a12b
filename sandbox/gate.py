"""The statement gate: what a text asks for, judged on DuckDB's own syntax tree.

Deny by default: exactly one statement, every node of a known kind, every function and table
function on a list, every table a plain name. It runs in the worker, is depth and not the wall
(the wall is the operating system), and it finds the tables of the statement: only those get a view.

Facts of DuckDB 1.5.5: a PRAGMA is typed SELECT; `EXPLAIN` and a `PIVOT` without `IN` cannot be
serialised (see `pivot.py`); positions in the tree are byte offsets, 2^64-1 where there is none.
"""

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.errors import QueryError, Refused, UnknownName
from sandbox.places import place_of, word_offset

Node = dict[str, Any]
Scope = frozenset[str]

FUNCTIONS = frozenset(
    name
    for line in (Path(__file__).parent / "functions.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for name in line.split()
)
TABLE_FUNCTIONS = frozenset(
    {
        "range",
        "generate_series",
        "unnest",
        "json_each",
        "json_tree",
        "repeat",
        "repeat_row",
        "st_generatepoints",
        "icu_calendar_names",
        "pg_timezone_names",
        "generate_subscripts",
        "regexp_split_to_table",
    }
)
TABLE_NODES = frozenset(
    {
        "BASE_TABLE",
        "SUBQUERY",
        "JOIN",
        "TABLE_FUNCTION",
        "EXPRESSION_LIST",
        "EMPTY",
        "SHOW_REF",
        "PIVOT",
    }
)
QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
EXPRESSIONS = frozenset(
    {
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "DEFAULT",
        "FUNCTION",
        "LAMBDA",
        "LAMBDA_REF",
        "OPERATOR",
        "PARAMETER",
        "POSITIONAL_REFERENCE",
        "STAR",
        "SUBQUERY",
        "TYPE",
        "WINDOW",
    }
)
# Another answer at another time, or each time; `age` with one argument counts from today.
VOLATILE = frozenset(
    [
        "age",
        "ago",
        "current_date",
        "current_localtime",
        "current_localtimestamp",
        "current_time",
        "current_timestamp",
        "gen_random_uuid",
        "get_current_time",
        "get_current_timestamp",
        "localtime",
        "localtimestamp",
        "now",
        "pg_timezone_names",
        "random",
        "reservoir_quantile",
        "setseed",
        "st_generatepoints",
        "today",
        "transaction_timestamp",
        "uuid",
        "uuidv4",
        "uuidv7",
    ]
)
SHOW_TABLES = '"tables"'


@dataclass(frozen=True)
class TableName:
    """A table that the statement reads, as written in it."""

    name: str  # lower case: `stations`, `stations@3`, `stations@2026-03-01`
    location: int


@dataclass
class Reading:
    """What the walk found."""

    tables: dict[str, TableName] = field(default_factory=dict)
    shows: list[Node] = field(default_factory=list)  # nodes of SHOW TABLES, to be replaced
    pivots: list[tuple[Node, list[Node]]] = field(default_factory=list)  # with CTEs in scope
    parameters: set[str] = field(default_factory=set)
    is_repeatable: bool = True  # no clock, no chance


class Gate:
    """Walk one syntax tree."""

    def __init__(self, sql: str, engine_functions: Scope, marker: str | None = None) -> None:
        self.sql = sql
        self.marker = marker
        self.engine_functions = engine_functions  # to tell "refused" from "no such function"
        self.found = Reading()
        self._ctes: list[Node] = []
        self._place: int | None = None  # of the expression around what has no place of its own
        self._handlers: dict[str, Callable[[Node, Scope], None]] = {
            "BASE_TABLE": self._base_table,
            "TABLE_FUNCTION": self._table_function,
            "SHOW_REF": self._show,
            "PIVOT": self._pivot,
        }

    def read(self, tree: Node) -> Reading:
        """Walk the one statement of a serialised tree; raise Refused."""
        self._query(tree["statements"][0]["node"], frozenset())
        return self.found

    def _walk(self, item: Any, scope: Scope) -> None:
        if isinstance(item, list):
            for child in item:
                self._walk(child, scope)
        elif isinstance(item, dict):
            self._node(item, scope)

    def _node(self, node: Node, scope: Scope) -> None:
        kind = str(node.get("type"))
        if node.get("sample"):
            self.found.is_repeatable = False
        if kind == "UNBOUND_TYPE_INFO":
            self._named_type(node)
        if "cte_map" in node:
            self._query(node, scope)
        elif "class" in node:
            self._expression(node, scope)
        elif "sample" in node:
            if kind not in TABLE_NODES:
                raise self._refusal("source_refused", node, kind=kind)
            self._handlers.get(kind, self._children)(node, scope)
        else:
            self._children(node, scope)

    def _children(self, node: Node, scope: Scope) -> None:
        for child in node.values():
            if isinstance(child, dict | list):
                self._walk(child, scope)

    def _query(self, node: Node, scope: Scope) -> None:
        if node["type"] not in QUERY_NODES:
            raise self._refusal("statement_refused", node, kind=node["type"])
        if node.get("sample"):
            self.found.is_repeatable = False
        before = len(self._ctes)
        for entry in node["cte_map"]["map"]:
            name = entry["key"].lower()
            body = entry["value"]["query"]["node"]
            recursive = body["type"] == "RECURSIVE_CTE_NODE"
            self._query(body, scope | {name} if recursive else scope)
            self._walk(entry["value"].get("key_targets"), scope | {name})
            scope |= {name}
            self._ctes.append(entry)
        if node["type"] == "RECURSIVE_CTE_NODE":
            scope |= {node["cte_name"].lower()}
        for key, child in node.items():
            if key != "cte_map":
                self._walk(child, scope)
        del self._ctes[before:]

    def _expression(self, node: Node, scope: Scope) -> None:
        kind = node["class"]
        if kind not in EXPRESSIONS:
            raise self._refusal("expression_refused", node, kind=kind)
        if kind == "CONSTANT":
            return
        if kind == "CAST":
            self._place = node["query_location"]
        if kind == "COLUMN_REF" and node["column_names"][-1].lower() in VOLATILE:
            self.found.is_repeatable = False  # `current_date` is written without brackets
        if kind == "PARAMETER":
            self.found.parameters.add(str(node.get("identifier")))
        if kind in ("FUNCTION", "WINDOW"):
            name = node["function_name"].lower()
            if name not in FUNCTIONS:
                raise self._unknown_function(name, node)
            if name in VOLATILE:
                self.found.is_repeatable = False
        self._children(node, scope)

    def _unknown_function(self, name: str, node: Node) -> QueryError:
        if name in self.engine_functions:
            return self._refusal("function_refused", node, name=name)
        line, column = place_of(self.sql, node.get("query_location"))
        near = tuple(difflib.get_close_matches(name, FUNCTIONS, n=3, cutoff=0.7))
        return UnknownName(
            "unknown_function", {"name": name}, line=line, column=column, candidates=near
        )

    def _base_table(self, node: Node, scope: Scope) -> None:
        name = node["table_name"].lower()
        schema = node["schema_name"].lower()
        if schema == "recurring" and name in scope:
            return
        if schema or node["catalog_name"]:
            written = ".".join(
                part
                for part in (node["catalog_name"], node["schema_name"], node["table_name"])
                if part
            )
            raise self._refusal("schema_refused", node, name=written)
        if node.get("at_clause"):
            raise self._refusal("at_refused", node, name=name)
        if name not in scope:
            self.found.tables.setdefault(name, TableName(name, node["query_location"]))

    def _table_function(self, node: Node, scope: Scope) -> None:
        function = node["function"]
        name = function["function_name"].lower()
        if name not in TABLE_FUNCTIONS:
            if name not in self.engine_functions:
                raise self._unknown_function(name, function)
            raise self._refusal("table_function_refused", function, name=name)
        if name in VOLATILE:
            self.found.is_repeatable = False
        self._walk(function["children"], scope)

    def _show(self, node: Node, scope: Scope) -> None:
        if node["query"] is not None:
            self._query(node["query"], scope)
        elif node["table_name"] == SHOW_TABLES:
            self.found.shows.append(node)
        else:
            place = word_offset(self.sql, "show", "describe", "desc", "summarize")
            raise self._refusal("show_refused", {"query_location": place})

    def _named_type(self, node: Node) -> None:
        """Refuse a type with a schema: DuckDB would propose names of its own schemas."""
        if node.get("catalog") or node.get("schema"):
            parts = (node.get("catalog"), node.get("schema"), node["name"])
            name = ".".join(part for part in parts if part)
            line, column = place_of(self.sql, self._place)
            raise UnknownName("unknown_type", {"name": name[:100]}, line=line, column=column)

    def _pivot(self, node: Node, scope: Scope) -> None:
        self._children(node, scope)
        if self.marker and self.marker in json.dumps(node["pivots"]):
            self.found.pivots.append((node, list(self._ctes)))

    def _refusal(self, code: str, node: Node, **params: str) -> Refused:
        line, column = place_of(self.sql, node.get("query_location"))
        return Refused(code, params, line=line, column=column)
