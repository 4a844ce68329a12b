"""PIVOT without a list of values, which DuckDB's parser turns into two statements.

`PIVOT t ON c USING …` is CREATE TYPE + SELECT to the parser and cannot be serialised. So we write
`IN ('<marker>')` behind each element of `ON`, gate that text as any other, and then fill in the
values from a query that is built from the gated tree itself. What runs is the tree that was judged.
"""

import copy
import json
import secrets
from collections.abc import Callable
from typing import Any

from sandbox.errors import InvalidQuery

Token = tuple[int, str]
Node = dict[str, Any]
MAX_VALUES = 1_000
ENDS = frozenset({"using", "group", "order", "limit", "offset", "where", "having", "union", ";"})


def new_marker() -> str:
    """Draw a value that no text of a user contains."""
    return f"pivot-{secrets.token_hex(12)}"


def tokens_of(data: bytes, starts: list[int]) -> list[Token]:
    """Cut a text into its tokens, in lower case and without comments between them."""
    ends = [*starts[1:], len(data)][: len(starts)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        text = data[start:end].decode("utf-8", "replace").strip().lower()
        if text and not text.startswith(("--", "/*")):
            found.append((start, _word(text)))
    return found


def _word(text: str) -> str:
    for index, letter in enumerate(text):
        if letter.isspace() or text.startswith(("--", "/*"), index):
            return text[:index]
    return text


def statement_starts(tokens: list[Token]) -> list[int]:
    """Give the index of the first token of each statement."""
    is_first = True
    starts = []
    for index, (_, word) in enumerate(tokens):
        if word == ";":
            is_first = True
        elif is_first:
            starts.append(index)
            is_first = False
    return starts


def with_markers(data: bytes, tokens: list[Token], marker: str) -> bytes:
    """Write `IN ('marker')` behind each element of `PIVOT … ON` that names no values."""
    points: list[int] = []
    for index, (_, word) in enumerate(tokens):
        if word in ("pivot", "pivot_wider"):
            points.extend(_elements(tokens, index + 1, len(data)))
    text = f" IN ('{marker}') ".encode()
    for point in sorted(set(points), reverse=True):
        data = data[:point] + text + data[point:]
    return data


def _elements(tokens: list[Token], start: int, length: int) -> list[int]:
    """Find where the elements of this ON end; an ON of a join inside the source is no such ON."""
    depth = 0
    on: int | None = None
    for index in range(start, len(tokens)):
        word = tokens[index][1]
        if word == "on" and depth == 0:
            on = index
        depth += word.count("(") + word.count("[") + word.count("{")
        depth -= word.count(")") + word.count("]") + word.count("}")
        if depth < 0 or (depth == 0 and on is not None and word in ENDS):
            return [] if on is None else _ends(tokens, on + 1, index, tokens[index][0])
    return [] if on is None else _ends(tokens, on + 1, len(tokens), length)


def _ends(tokens: list[Token], start: int, stop: int, end: int) -> list[int]:
    points = []
    depth = 0
    is_listed = False
    for index in range(start, stop):
        place, word = tokens[index]
        if depth == 0 and word == "in":
            is_listed = True
        if depth == 0 and word == ",":
            if not is_listed:
                points.append(place)
            is_listed = False
        depth += word.count("(") + word.count("[") - word.count(")") - word.count("]")
    if not is_listed:
        points.append(end)
    return points


def fill(
    pivots: list[tuple[Node, list[Node]]],
    marker: str,
    serialise: Callable[[str], Node],
    values_of: Callable[[Node], list[str]],
    empty_enum: Callable[[], str],
) -> None:
    """Put the values that occur in the data in place of each marker, inner pivots first."""
    template = serialise(
        "SELECT DISTINCT CAST(x AS VARCHAR) AS v, x FROM t WHERE x IS NOT NULL ORDER BY x"
    )
    for node, ctes in pivots:
        for pivot in node["pivots"]:
            if marker not in json.dumps(pivot["entries"]):
                continue
            expression = pivot["pivot_expressions"][0]
            query = copy.deepcopy(template)
            select = query["statements"][0]["node"]
            select["cte_map"]["map"] = ctes
            select["from_table"] = node["source"]
            select["select_list"][0]["child"] = expression
            select["select_list"][1] = expression | {"alias": "x_"}
            select["where_clause"]["children"][0] = expression
            select["modifiers"][1]["orders"][0]["expression"] = expression
            values = values_of(query)
            if len(values) > MAX_VALUES:
                raise InvalidQuery("pivot_too_wide", {"count": MAX_VALUES})
            if not values:  # `IN ()` is no SQL, an enum without values is
                pivot["pivot_enum"], pivot["entries"] = empty_enum(), []
                continue
            pattern = pivot["entries"][0]
            pivot["entries"] = [_entry(pattern, value) for value in values]


def _entry(pattern: Node, value: str) -> Node:
    entry = copy.deepcopy(pattern)
    entry["values"][0]["value"] = value
    return entry
