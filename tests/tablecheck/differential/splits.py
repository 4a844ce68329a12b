"""A small file that is read in blocks which end at every byte of it in turn."""

from collections.abc import Iterator
from unittest.mock import patch

import msgspec

from tablecheck import stream
from tests.tablecheck.differential.cases import Case, csv_bytes
from tests.tablecheck.differential.planted import SCHEMA, all_planted, good_rows


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
    """Give each file once for every block size up to its own; each is judged before the next."""
    for case in base_cases():
        for size in range(1, len(case.data) + 2, step):
            with patch.object(stream, "_BLOCK_BYTES", size):
                yield msgspec.structs.replace(case, name=f"{case.name}, blocks of {size} bytes")
