"""Takes in the answer to a request: its body within the limits, or a file of it."""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import requests

from catalogue import http_body, net_guard
from catalogue.errors import FetchError
from catalogue.fetch_records import Download, Validators

_ERROR_BYTES = 1 << 16


def body(response: requests.Response, limit: int) -> Iterator[bytes]:
    """Yield the decoded body within the limits, checked against what was announced."""
    raw = http_body.counted(response.raw, response.headers.get("Content-Length"), limit)
    decoded = http_body.inflate(raw, response.headers.get("Content-Encoding", ""))
    yield from http_body.limited(decoded, limit)
    if net_guard.has_expired():  # a body without a length just ends when it is cut
        raise FetchError("timeout", phase="deadline")


def read_some(response: requests.Response) -> bytes:
    """Return the start of an error's body, as far as it can be had."""
    found = b""
    with suppress(FetchError):
        for piece in body(response, sys.maxsize):
            found += piece
            if len(found) > _ERROR_BYTES:
                break
    return found


def store(
    response: requests.Response, folder: Path, known: Validators, limit: int, *, is_page: bool
) -> Download:
    """Write a body to a temporary file of `folder`; where it is no data, nothing stays."""
    digest = hashlib.sha256()
    start = b""
    size = 0
    content_type = response.headers.get("Content-Type")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False) as target:
        path = Path(target.name)
        try:
            for piece in http_body.without_stream_error(body(response, limit)):
                digest.update(piece)
                target.write(piece)
                size += len(piece)
                if len(start) < 4096:
                    start += piece[:4096]
            if not is_page and http_body.is_html(content_type, start):
                raise FetchError("html-instead-of-data", content_type=content_type)
        except BaseException:
            path.unlink()
            raise
    is_unchanged = known.sha256 == digest.hexdigest()
    if is_unchanged:
        path.unlink()
    return Download(
        url=http_body.redact(response.url),
        path=None if is_unchanged else path,
        is_unchanged=is_unchanged,
        sha256=digest.hexdigest(),
        size_bytes=size,
        file_name=http_body.file_name(response.headers.get("Content-Disposition"), response.url),
        content_type=content_type,
        validators=Validators(
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
            sha256=digest.hexdigest(),
        ),
    )


def taken_over(found: Download, folder: Path, known: Validators) -> Download:
    """Return a file that came already as if it came now, moved into `folder`."""
    if found.path is None:
        return found
    if found.sha256 == known.sha256:
        found.path.unlink()
        return msgspec.structs.replace(found, path=None, is_unchanged=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False) as target:
        path = Path(target.name)
    shutil.move(found.path, path)
    return msgspec.structs.replace(found, path=path)


def unchanged(response: requests.Response, known: Validators) -> Download:
    """Return what a 304 says: that we have the file already."""
    return Download(
        url=http_body.redact(response.url),
        path=None,
        is_unchanged=True,
        sha256=known.sha256,
        size_bytes=0,
        file_name=http_body.file_name(None, response.url),
        content_type=None,
        validators=Validators(
            etag=response.headers.get("ETag") or known.etag,
            last_modified=response.headers.get("Last-Modified") or known.last_modified,
            sha256=known.sha256,
        ),
    )
