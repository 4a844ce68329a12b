"""From a user's text to a statement that may run: the rules around the gate.

Two kinds of text cannot be serialised by DuckDB and have rules of their own: EXPLAIN (the word is
blanked out, what it explains is judged as a statement of its own) and PIVOT (see `pivot.py`).
"""

import json
import re
from typing import Any

from sandbox import pivot
from sandbox.carried import wrapped
from sandbox.errors import InvalidQuery, Refused, SandboxError, SyntaxFault
from sandbox.faults import scrub, syntax_code, syntax_place
from sandbox.gate import Gate, Node, Reading
from sandbox.instance import Cursor, Error
from sandbox.parameters import Parameter, parameters_of
from sandbox.places import place_of

EXPLAIN = "EXPLAIN "
PLAIN_FORMAT = re.compile(r"^format (text|json|yaml|html|graphviz|mermaid|tree)$")


class Plan:
    """A statement that passed the gate, and what it needs before it runs."""

    def __init__(
        self, sql: str, cursor: Cursor, functions: frozenset[str], is_gated: bool = True
    ) -> None:
        self.sql = sql
        self._cursor = cursor
        self._functions = functions
        self._tree: Node = {}
        self._marker: str | None = None
        self.explain = ""
        self.reading = Reading()
        if is_gated:
            self._judge()

    def parameters(self, columns: dict[str, set[str]], results: dict[str, str]) -> list[Parameter]:
        """List its parameters with their types; see `parameters.py`."""
        return parameters_of(self._tree, columns, results)

    @property
    def is_judged(self) -> bool:
        """Whether the gate has read it."""
        return bool(self._tree)

    @property
    def names(self) -> list[str]:
        """The tables that it reads, as written, in lower case."""
        return list(self.reading.tables)

    @property
    def wants_list(self) -> bool:
        """Whether it asks which tables there are."""
        return bool(self.reading.shows)

    def statement(self, tables: list[str], params: dict[str, Any]) -> str:
        """Give the text to run, once the views are there; `tables` answers SHOW TABLES."""
        if not self.is_rewritten:
            return self.sql
        for node in self.reading.shows:
            self._answer_show(node, tables)
        if self._marker:
            pivot.fill(
                self.reading.pivots,
                self._marker,
                self._parse,
                lambda tree: self._values(tree, params),
                self._cursor.empty_enum,
            )
        return self.explain + self._cursor.deserialise(json.dumps(self._tree))

    @property
    def is_repeatable(self) -> bool:
        """Whether it gives the same answer again on the same versions of the tables it names."""
        if not self._tree or self.explain:  # not judged, or with times
            return False
        return self.reading.is_repeatable and not self.wants_list

    @property
    def is_ordered(self) -> bool:
        """Whether it says in which order its rows come."""
        node = self._tree["statements"][0]["node"] if self._tree else {}
        return any(each["type"] == "ORDER_MODIFIER" for each in node.get("modifiers", []))

    def wrapped(self, statement: str, casts: list[str | None]) -> str:
        """Write the statement with its columns cast; empty where it cannot be wrapped."""
        if not self._tree or self.explain:
            return ""
        if not self.is_rewritten:
            statement = self._cursor.deserialise(json.dumps(self._tree))
        return wrapped(statement.rstrip().removesuffix(";"), casts)

    def _judge(self) -> None:
        data = self.sql.encode("utf-8", "replace")
        if b"\x00" in data:
            line, column = place_of(self.sql, data.index(b"\x00"))
            raise SyntaxFault("bad_character", line=line, column=column)
        tokens = pivot.tokens_of(data, self._cursor.token_starts(self.sql))
        kinds = self._kinds(tokens)
        if not kinds:
            raise Refused("empty")
        starts = pivot.statement_starts(tokens)
        if len(starts) > 1:
            raise self._refused("several_statements", tokens[starts[1] :], count=len(starts))
        if "EXPLAIN" in kinds and tokens[0][1] == "explain":
            data, tokens = self._without_explain(data, tokens)
        elif len(kinds) > 1 and not any(word.startswith("pivot") for _, word in tokens):
            raise self._refused("several_statements", tokens, count=len(kinds))
        elif kinds[-1] != "SELECT":
            raise self._refused("statement_refused", tokens, kind=kinds[-1])
        tree = self._parse(data.decode("utf-8", "replace"))
        if tree["error"] and any(word.startswith("pivot") for _, word in tokens):
            self._marker = pivot.new_marker()
            marked = pivot.with_markers(data, tokens, self._marker)
            tree = self._parse(marked.decode("utf-8", "replace"))
        if tree["error"]:
            raise self._unreadable(tree, tokens)
        if len(tree["statements"]) != 1 or (len(kinds) != 1 and not self._marker):
            raise self._refused("several_statements", tokens, count=len(tree["statements"]))
        gate = Gate(self.sql, self._functions, self._marker)
        self.reading = gate.read(tree)
        self._tree = tree

    def _kinds(self, tokens: list[pivot.Token]) -> list[str]:
        try:
            return self._cursor.kinds(self.sql)
        except Error as error:  # we do what DuckDB's parser does not: see `pivot.py`
            if "PIVOT statements with pivot elements" not in str(error):
                raise
        return ["CREATE", "EXPLAIN" if tokens[0][1] == "explain" else "SELECT"]

    def _parse(self, text: str) -> Node:
        tree: Node = json.loads(self._cursor.serialise(text))
        return tree

    def _without_explain(
        self, data: bytes, tokens: list[pivot.Token]
    ) -> tuple[bytes, list[pivot.Token]]:
        index = 1
        self.explain = EXPLAIN
        if len(tokens) > 1 and tokens[1][1] in ("analyze", "analyse"):
            self.explain += "ANALYZE "
            index = 2
        elif len(tokens) > 1 and tokens[1][1].startswith("("):
            close = next((i for i, token in enumerate(tokens) if token[1] == ")"), 0)
            options = " ".join(word for _, word in tokens[2:close])
            if not PLAIN_FORMAT.match(options):
                raise self._refused("explain_options", tokens)
            self.explain += f"({options}) "
            index = close + 1
        if index >= len(tokens):
            raise self._refused("statement_refused", tokens, kind="EXPLAIN")
        start = tokens[index][0]
        blank = re.sub(rb"[^\n]", b" ", data[:start])
        return blank + data[start:], tokens[index:]

    def _refused(self, code: str, tokens: list[pivot.Token], **params: Any) -> Refused:
        line, column = place_of(self.sql, tokens[0][0] if tokens else None)
        if tokens and "kind" in params:
            params["kind"] = tokens[0][1].upper()[:30]
        return Refused(code, params, line=line, column=column)

    def _unreadable(self, tree: Node, tokens: list[pivot.Token]) -> SandboxError:
        if tree.get("error_type") == "parser":
            message = scrub(tree["error_message"])
            line, column = syntax_place(self.sql, message)
            if line is None and "position" in tree:
                line, column = place_of(self.sql, int(tree["position"]))
            return SyntaxFault(syntax_code(message), detail=message, line=line, column=column)
        if self._marker:
            return Refused("pivot_refused")
        if "Mixing named and positional" in str(tree.get("error_message")):
            return InvalidQuery("parameters_mixed")
        return self._refused("statement_refused", tokens, kind="")

    def _answer_show(self, node: Node, tables: list[str]) -> None:
        rows = ", ".join(f"('{name}')" for name in tables)
        text = f"SELECT * FROM (VALUES {rows}) AS t(name)"  # noqa: S608 - names of our own form
        if not tables:
            text = "SELECT * FROM (SELECT '' AS name WHERE false)"
        source = self._parse(text)["statements"][0]["node"]["from_table"]
        node.clear()
        node.update(source)

    def _values(self, tree: Node, params: dict[str, Any]) -> list[str]:
        text = json.dumps(tree)
        used = {name: params[name] for name in params if f'"identifier": "{name}"' in text}
        return self._cursor.values(self._cursor.deserialise(text), used)

    @property
    def is_rewritten(self) -> bool:
        """Whether the text that runs is not the user's own."""
        return bool(self.reading.shows or self.reading.pivots)
