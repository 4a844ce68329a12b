"""The hash of an answer: the same for the same rows, whatever machine or moment computed them.

Decided: each row is hashed as JSON, as the API writes it, but numbers of FLOAT and DOUBLE with ten
significant digits only: a sum depends in its last digits on the order in which threads added. Where
the statement has an ORDER BY of its own, the hash is over the rows in their order; without one SQL
promises no order, so it is over the sorted hashes of the rows. Names and types of the columns are
part of it, the engine is not.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from portal.errors import Refusal
from sandbox.formats.json import columns_of, slices
from sandbox.formats.source import geometry_columns
from sandbox.result import Result

MAX_ROWS = 1_000_000
DIGITS = 10
_encode = msgspec.json.Encoder(decimal_format="string", order="sorted").encode


class Hashes(NamedTuple):
    """`sha256` minds the order where the statement does; `rows_sha256` never does."""

    sha256: str
    rows_sha256: str
    row_count: int


def hashes_of(result: Result) -> Hashes:
    """Read an answer to its end and hash it. Raises Refusal 413 beyond MAX_ROWS rows."""
    head = hashlib.sha256(_encode([[each["name"], each["type"]] for each in result.columns]))
    rows: list[bytes] = []
    for digest in _digests(result):
        if len(rows) >= MAX_ROWS:
            raise Refusal(413, "answer-too-long-to-cite", maximum=MAX_ROWS)
        rows.append(digest)
    in_order = head.copy()
    in_order.update(b"".join(rows))
    rows.sort()
    in_any = head.copy()
    in_any.update(b"".join(rows))
    chosen = in_order if result.is_ordered else in_any
    return Hashes(chosen.hexdigest(), in_any.hexdigest(), len(rows))


def _digests(result: Result) -> Iterator[bytes]:
    geometry = geometry_columns(result.schema)
    for batch in slices(result):
        for row in zip(*columns_of(batch, geometry), strict=True):
            yield hashlib.sha256(_encode([_canonical(value) for value in row])).digest()


def _canonical(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0  # no minus zero
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    if isinstance(value, dict):
        return {key: _canonical(each) for key, each in value.items()}
    return value
