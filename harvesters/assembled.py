"""Writes a table that was put together from a portal's answers as the file that is ingested.

The same rows make the same bytes, so that a table which did not change is not read again.
"""

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from catalogue import http_body
from catalogue.errors import FetchError
from catalogue.fetch import Download, Fetch, Validators

_ROWS_AT_ONCE = 1000


def cell(value: Any) -> str:
    """Return a JSON value as the text of a cell: lists of words with commas, the rest as JSON.

    >>> cell(["key", "phone"]), cell(True), cell(None), cell({"id": "a"})
    ('key,phone', 'true', '', '{"id":"a"}')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a CSV file, with commas and a header, of rows of JSON values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for position, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if position % _ROWS_AT_ONCE == 0:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8", "replace")


def keep(
    pieces: Iterable[bytes], fetch: Fetch, folder: Path, known: Validators, *, name: str, url: str
) -> Download:
    """Write pieces to a temporary file of `folder`; nothing stays where they fail or are known.

    Raises FetchError `too-large`, and whatever the pieces raise.
    """
    digest = hashlib.sha256()
    size = 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False) as target:
        path = Path(target.name)
        try:
            for piece in pieces:
                size += len(piece)
                if size > fetch.settings.max_file_bytes:
                    raise FetchError("too-large", limit_bytes=fetch.settings.max_file_bytes)
                digest.update(piece)
                target.write(piece)
        except BaseException:
            path.unlink()
            raise
    is_unchanged = known.sha256 == digest.hexdigest()
    if is_unchanged:
        path.unlink()
    return Download(
        url=http_body.redact(url),
        path=None if is_unchanged else path,
        is_unchanged=is_unchanged,
        sha256=digest.hexdigest(),
        size_bytes=size,
        file_name=name,
        content_type=None,
        validators=Validators(sha256=digest.hexdigest()),
    )
