"""Harvests timetables in GTFS Schedule: a zip of linked tables at an address.

Reference: https://gtfs.org/documentation/schedule/reference/ . The archive is one dataset and each
of its tables one of ours, typed as the reference says and linked by its keys. Only the first rows
of the members are looked at here; what comes out of a zip is bounded, whatever it says of itself.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath

from catalogue import http_body
from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from catalogue.records import Source
from harvesters.contract import Harvester, Raw
from harvesters.gtfs_record import parse

_HEAD_BYTES = 1 << 16
_ABOUT_BYTES = 1 << 20
_ABOUT_ROWS = 50
_MOST_MEMBERS = 1000
_ABOUT = ("agency.txt", "feed_info.txt")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


def records(source: Source, fetch: Fetch) -> Iterator[Raw]:
    """Read what the archive says of itself: one record."""
    found = fetch.look_into(source.url)
    if found.path is None:
        raise FetchError("unexpected-answer", url=http_body.redact(source.url), expected="zip")
    tables, about = _looked_into(found.path, source.url)
    if "stops.txt" not in tables and "routes.txt" not in tables:
        raise FetchError("unexpected-answer", url=source.url, expected="stops.txt")
    body = {
        "tables": tables,
        "last_modified": _moment(found.validators.last_modified),
        **{name.removesuffix(".txt"): rows for name, rows in about.items()},
    }
    yield Raw(remote_id=source.id, body=body, origin=source.url)


def _looked_into(
    path: Path, url: str
) -> tuple[dict[str, list[str]], dict[str, list[dict[str, str]]]]:
    """Return the columns of each table, and the rows of those that speak of the feed."""
    tables: dict[str, list[str]] = {}
    about: dict[str, list[dict[str, str]]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist()[:_MOST_MEMBERS]:
                name = PurePosixPath(info.filename).name
                if info.is_dir() or not name.endswith(".txt") or "__MACOSX" in info.filename:
                    continue
                limit = _ABOUT_BYTES if name in _ABOUT else _HEAD_BYTES
                with archive.open(info) as packed:
                    rows = csv.reader(io.StringIO(_text(packed.read(limit))))
                    if columns := [column.strip() for column in next(rows, [])]:
                        tables[name] = columns
                    if name in _ABOUT:
                        about[name] = [
                            dict(zip(columns, map(str.strip, row), strict=False))
                            for row, _ in zip(rows, range(_ABOUT_ROWS), strict=False)
                        ]
    except (*_BROKEN, csv.Error) as error:
        raise FetchError("unexpected-answer", url=http_body.redact(url), expected="zip") from error
    return tables, about


def _moment(http_date: str | None) -> str | None:
    try:
        return parsedate_to_datetime(http_date).astimezone(UTC).isoformat() if http_date else None
    except ValueError:
        return None


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\0", "")


GTFS = Harvester(
    records=records, parse=parse, url_parameters=frozenset({"version", "format", "id"})
)
