"""A case: the bytes of a file, and all that both judges are told of it."""

from typing import Any

import msgspec

COMMA: dict[str, Any] = {
    "headerRows": [1],
    "csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False},
}


SECOND_EDITION = "https://datapackage.org/profiles/2.0/tableschema.json"
"""Named by schemas that use what Data Package 2 has added."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Hold one table to judge twice."""

    name: str
    data: bytes
    schema: dict[str, Any]
    dialect: dict[str, Any] = msgspec.field(default_factory=lambda: COMMA)
    encoding: str = "utf-8"
    limit: int = 1_000
    checks: list[dict[str, Any]] = []


def csv_bytes(rows: list[list[str]], *, delimiter: str = ",", end: str = "\n") -> bytes:
    """Write rows as a CSV that quotes what needs it."""

    def cell(text: str) -> str:
        if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows).encode(
        "utf-8", "surrogatepass"
    )
