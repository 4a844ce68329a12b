"""Files read in blocks: small ones whose blocks end at every byte in turn, and fuzzed ones.

As a file that is held whole, and as one that is too large to hold.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import msgspec

from tablecheck import stated, stream
from tests.tablecheck.differential.cases import Case, csv_bytes
from tests.tablecheck.differential.fuzz import fuzzed
from tests.tablecheck.differential.planted import SCHEMA, all_planted, good_rows

_LEAST_BYTES = 2
"""pyarrow takes a block of nothing but the line feed of a CRLF for the end of the file, which needs
blocks of one byte; ours have millions.
"""


def base_cases() -> list[Case]:
    """Give files with cells of several lines, letters of several bytes, and ragged rows."""
    rows = good_rows(6)
    rows[2][2] = 'Rue\n"de l’Été"'
    rows[4][2] = "Ypres;\r\nIeper"
    multi = Case(name="several lines", data=csv_bytes(rows), schema=SCHEMA)
    crlf = csv_bytes(rows, end="\r\n")
    return [
        multi,
        msgspec.structs.replace(multi, name="CRLF", data=crlf),
        msgspec.structs.replace(multi, name="no last line end", data=crlf.rstrip()),
        msgspec.structs.replace(multi, name="mark", data=b"\xef\xbb\xbf" + crlf),
        *(planted.case for planted in all_planted()[1:]),
    ]


def cases(*, step: int = 1) -> Iterator[Case]:
    """Give each file twice for every block size up to its own; each is judged before the next."""
    for case in base_cases():
        for size in range(_LEAST_BYTES, len(case.data) + 2, step):
            named = msgspec.structs.replace(case, name=f"{case.name}, blocks of {size} bytes")
            for is_streamed in (False, True):
                with _blocks(size, is_streamed=is_streamed):
                    yield named


def streamed(seeds: Iterable[int]) -> Iterator[Case]:
    """Give fuzzed files as ones too large to hold, in a few blocks of any size."""
    for seed in seeds:
        case = fuzzed(seed)
        pick = random.Random(seed)  # noqa: S311 - test data
        size = pick.randint(_LEAST_BYTES, max(_LEAST_BYTES, len(case.data)))
        with _blocks(size, is_streamed=True):
            yield msgspec.structs.replace(case, name=f"{case.name}, streamed, {size} bytes")


@contextmanager
def _blocks(size: int, *, is_streamed: bool) -> Iterator[None]:
    with (
        patch.object(stream, "_BLOCK_BYTES", size),
        patch.object(stated, "STREAMED_FROM_BYTES", 0 if is_streamed else 1 << 60),
    ):
        yield
