"""DuckDB's exceptions as errors of ours: what kind, where, and without any path."""

import re
from typing import NamedTuple

import pyarrow as pa

from sandbox.errors import (
    InvalidQuery,
    QueryError,
    Refused,
    SandboxError,
    SyntaxFault,
    TooLarge,
    UnknownName,
    WorkerFault,
)
from sandbox.instance import Error
from sandbox.places import NOWHERE, Place, named_offset, place_of, split_caret, word_offset

MAX_DETAIL = 1_500
MAX_VALUE = 100
KIND = re.compile(r"([A-Za-z][A-Za-z ]*?) Error: ")


class Rule(NamedTuple):
    """What a text of DuckDB means; its groups are the parameters of the code.

    Where DuckDB draws no caret, the place is that of the parameter `name` or `value`, if it stands
    once in the statement, or else of the first of `words`.
    """

    pattern: re.Pattern[str]
    kind: type[QueryError]
    code: str
    words: tuple[str, ...] = ()


def _rule(pattern: str, kind: type[QueryError], code: str, *words: str) -> Rule:
    return Rule(re.compile(pattern, re.DOTALL), kind, code, words)


SETS = ("union", "intersect", "except")
RULES = (
    _rule(r"Table with name (?P<name>\S+) does not exist", UnknownName, "unknown_table"),
    _rule(r"Referenced table \"(?P<name>[^\"]+)\" not found", UnknownName, "unknown_table"),
    _rule(
        r"Referenced column \"(?P<name>[^\"]+)\" (?:not found|was not found)",
        UnknownName,
        "unknown_column",
    ),
    _rule(r"does not have a column named \"(?P<name>[^\"]+)\"", UnknownName, "unknown_column"),
    _rule(
        r"Column \"(?P<name>[^\"]+)\" does not exist on (?:left|right) side of join",
        UnknownName,
        "unknown_column",
        "using",
    ),
    _rule(r"Function with name (?P<name>\S+) does not exist", UnknownName, "unknown_function"),
    _rule(r"Type with name (?P<name>\S+) does not exist", UnknownName, "unknown_type"),
    _rule(
        r"Values were not provided for the following prepared .* parameters: (?P<names>.*)",
        InvalidQuery,
        "parameter_missing",
    ),
    _rule(r"excess parameters: (?P<names>.*)", InvalidQuery, "parameter_unused"),
    _rule(
        r"Ambiguous reference to column name \"(?P<name>[^\"]+)\"", InvalidQuery, "ambiguous_column"
    ),
    _rule(
        r"column \"?(?P<name>[^\"\n]+?)\"? must appear in the GROUP BY",
        InvalidQuery,
        "not_grouped",
        "having",
    ),
    _rule(
        r"(?:cannot contain|calls cannot be nested|not allowed in)[^\n]*(?:aggregate|window)"
        r"|(?:aggregate|window) function calls cannot",
        InvalidQuery,
        "aggregate_misplaced",
    ),
    _rule(
        r"No function matches the given name and argument types '(?P<call>[^\n]*?)'\.",
        InvalidQuery,
        "function_arguments",
    ),
    _rule(
        r"Could not convert string '(?P<value>.*?)' to (?P<type>\w+)",
        InvalidQuery,
        "value_conversion",
    ),
    _rule(
        r"Could not parse string \"(?P<value>.*?)\" according to format specifier"
        r" \"(?P<format>.*?)\"",
        InvalidQuery,
        "value_format",
    ),
    _rule(
        r"Cannot (?:mix|combine|compare) (?:values of )?types? (?P<first>[\w ()]+?) and"
        r" (?:values of type |type )?(?P<second>[\w()]+)",
        InvalidQuery,
        "mixed_types",
    ),
    _rule(r"the same number of result columns", InvalidQuery, "column_counts", *SETS),
    _rule(r"More than one row returned by a subquery", InvalidQuery, "subquery_rows"),
    _rule(
        r"Subquery returns (?P<count>\d+) columns - expected (?P<expected>\d+)",
        InvalidQuery,
        "subquery_columns",
    ),
    _rule(
        r"(?P<clause>GROUP BY|ORDER) term out of range - should be between 1 and (?P<count>\d+)",
        InvalidQuery,
        "place_out_of_range",
        "group by",
    ),
    _rule(
        r"Could not create projection: (?P<source>.*?) -> (?P<target>[^\n]*)",
        InvalidQuery,
        "unknown_projection",
        "st_transform",
    ),
    _rule(r"[Dd]ivision by zero|[Dd]ivide by zero", InvalidQuery, "division_by_zero"),
    _rule(r"^Out of Range Error: ", InvalidQuery, "out_of_range"),
    _rule(r"^Conversion Error: ", InvalidQuery, "conversion"),
)
# DuckDB's names of its own storage, as SQL names the types
SQL_TYPES = {
    "BOOL": "BOOLEAN", "INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INTEGER",
    "INT64": "BIGINT", "INT128": "HUGEINT", "UINT8": "UTINYINT", "UINT16": "USMALLINT",
    "UINT32": "UINTEGER", "UINT64": "UBIGINT", "UINT128": "UHUGEINT",
}  # fmt: skip
# Signs that others use for what is written otherwise here: stations@3, :name
SIGN = re.compile(r"syntax error at or near \"([@:])")
SIGN_CODES = {"@": "syntax_version", ":": "syntax_parameter"}
QUOTED_COLUMN = "unknown_column_quoted"
CANDIDATES = re.compile(r"(?:Candidate (?:bindings|tables)|Did you mean|\(use)\s*:?\s*([^\n]+)")
QUOTED = re.compile(r"\"([^\"]+)\"")
OWN_SCHEMA = re.compile(r"(?:main|memory|system|temp)\.")
PATH = re.compile(
    r"(?:[A-Za-z]:\\|(?<![\w.)\]])/)(?:[\w.@+-]+[/\\])+[\w.@+-]*"  # /a/b.c
    r"|\b[\w./-]*[0-9a-f]{64}[\w.]*"  # a file named by its sha256
    r"|(?<![\w.)\]])/(?:tmp|root|home|proc|etc|var|usr|work|srv|opt|dev)\b[\w.@+/-]*"
)
ADVICE = re.compile(
    r"\n*(?:Database is launched in in-memory mode|Possible solutions|See also http"
    r"|\*? ?(?:Use \")?SET |Use \"SET |Unused blocks|Or set SET)[\s\S]*"
)


def is_engine_error(error: BaseException) -> bool:
    """Tell DuckDB's errors, also those that come through Arrow, from our own faults."""
    return isinstance(error, Error | MemoryError) or (
        isinstance(error, OSError | pa.ArrowException) and KIND.match(str(error)) is not None
    )


def scrub(text: str) -> str:
    """Take every path out of a text."""
    return PATH.sub("…", text)


def fault_of(sql: str, error: BaseException) -> SandboxError:
    """Say what an exception of DuckDB means for the client."""
    text, (line, column) = split_caret(sql, str(error))
    detail = scrub(ADVICE.sub("", text).strip())[:MAX_DETAIL]
    match = KIND.match(text)
    kind = match[1].lower() if match else ""
    if kind == "out of memory" or isinstance(error, MemoryError):
        return TooLarge("memory", detail=detail)
    if kind in ("internal", "fatal"):
        return WorkerFault("engine_fault", detail=detail)
    if kind == "parser":
        if line is None:
            line, column = syntax_place(sql, text)
        return SyntaxFault(syntax_code(text), detail=detail, line=line, column=column)
    if kind == "permission":
        return Refused("access_refused", detail=None, line=line, column=column)
    for rule in RULES:
        if found := rule.pattern.search(text):
            if line is None:
                line, column = _place(sql, rule, found)
            return rule.kind(
                _code(sql, rule, found),
                _params(found),
                detail=detail,
                line=line,
                column=column,
                candidates=_candidates(text),
            )
    return InvalidQuery("query_failed", detail=detail, line=line, column=column)


def _code(sql: str, rule: Rule, found: re.Match[str]) -> str:
    """Tell a column in double quotes apart: more often than not a text was meant."""
    if rule.code == "unknown_column" and f'"{found["name"]}"' in sql:
        return QUOTED_COLUMN
    return rule.code


def syntax_code(text: str) -> str:
    """Say which fault of syntax it is, where the sign tells what was meant."""
    sign = SIGN.search(text)
    return SIGN_CODES.get(sign[1], "syntax") if sign else "syntax"


def syntax_place(sql: str, text: str) -> Place:
    """Point at the end of a statement that ends too soon; nowhere for any other fault."""
    if "end of input" not in text:
        return NOWHERE
    return place_of(sql, len(sql.rstrip().encode("utf-8", "replace")))


def _place(sql: str, rule: Rule, found: re.Match[str]) -> Place:
    names = found.groupdict()
    offset = named_offset(sql, names.get("name") or names.get("value") or "")
    if offset is None and rule.code in ("conversion", "out_of_range"):
        quoted = QUOTED.search(found.string)
        offset = named_offset(sql, quoted[1]) if quoted else None
    if offset is None and rule.words:
        offset = word_offset(sql, *rule.words)
    return place_of(sql, offset)


def _params(found: re.Match[str]) -> dict[str, str]:
    params = {key: scrub(value)[:MAX_VALUE] for key, value in found.groupdict("").items()}
    if "type" in params:
        params["type"] = SQL_TYPES.get(params["type"], params["type"])
    if params.get("clause") == "ORDER":
        params["clause"] = "ORDER BY"
    return params


def _candidates(text: str) -> tuple[str, ...]:
    if match := CANDIDATES.search(text):
        return tuple(name for name in QUOTED.findall(match[1]) if not OWN_SCHEMA.match(name))
    return ()
