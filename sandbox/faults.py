"""DuckDB's exceptions as errors of ours: what kind, where, and without any path."""

import re

import pyarrow as pa

from sandbox.errors import (
    InvalidQuery,
    Refused,
    SandboxError,
    SyntaxFault,
    TooLarge,
    UnknownName,
    WorkerFault,
)
from sandbox.instance import Error
from sandbox.places import split_caret

MAX_DETAIL = 1_500
KIND = re.compile(r"([A-Za-z][A-Za-z ]*?) Error: ")
UNKNOWN = (
    (re.compile(r"Table with name (\S+) does not exist"), "unknown_table"),
    (re.compile(r"Referenced table \"([^\"]+)\" not found"), "unknown_table"),
    (re.compile(r"Referenced column \"([^\"]+)\" (?:not found|was not found)"), "unknown_column"),
    (re.compile(r"does not have a column named \"([^\"]+)\""), "unknown_column"),
    (re.compile(r"Function with name (\S+) does not exist"), "unknown_function"),
    (re.compile(r"Type with name (\S+) does not exist"), "unknown_type"),
)
CANDIDATES = re.compile(r"(?:Candidate (?:bindings|tables)|Did you mean)\s*:?\s*([^\n]+)")
QUOTED = re.compile(r"\"([^\"]+)\"")
MISSING = re.compile(r"Values were not provided for the following prepared .* parameters: (.*)")
EXCESS = re.compile(r"identifiers of the excess parameters: (.*)")
PATH = re.compile(
    r"(?:[A-Za-z]:\\|(?<![\w.)\]])/)(?:[\w.@+-]+[/\\])+[\w.@+-]*"  # /a/b.c
    r"|\b[\w./-]*[0-9a-f]{64}[\w.]*"  # a file named by its sha256
    r"|(?<![\w.)\]])/(?:tmp|root|home|proc|etc|var|usr|work|srv|opt|dev)\b[\w.@+/-]*"
)
ADVICE = re.compile(
    r"\n*(?:Database is launched in in-memory mode|Possible solutions|See also http"
    r"|Use \"SET |Unused blocks|Or set SET)[\s\S]*"
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
        return SyntaxFault("syntax", detail=detail, line=line, column=column)
    if kind == "permission":
        return Refused("access_refused", detail=None, line=line, column=column)
    for pattern, code in UNKNOWN:
        if match := pattern.search(text):
            return UnknownName(
                code,
                {"name": match[1]},
                detail=detail,
                line=line,
                column=column,
                candidates=_candidates(text),
            )
    if match := MISSING.search(text):
        return InvalidQuery("parameter_missing", {"names": match[1]}, detail=detail)
    if match := EXCESS.search(text):
        return InvalidQuery("parameter_unused", {"names": match[1]}, detail=detail)
    return InvalidQuery("query_failed", detail=detail, line=line, column=column)


def _candidates(text: str) -> tuple[str, ...]:
    if match := CANDIDATES.search(text):
        return tuple(QUOTED.findall(match[1]))
    return ()
