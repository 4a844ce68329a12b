"""Verifies a pack from outside: its files by their sha256, its rows by their number, its keys.

Only the standard library reads it: a pack may have been made by anyone.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from catalogue.records import RunIssue
from sandbox.packs.archive import sha256
from sandbox.packs.errors import PackError
from sandbox.packs.making import MAX_PACK_BYTES
from sandbox.packs.manifest import EDITION, MANIFEST, Manifest, PackedKey

_MAX_ENTRIES = 1_000
_MAX_MANIFEST_BYTES = 20_000_000
Rows = list[dict[str, str]]


def verify(file: Path) -> tuple[Manifest, list[RunIssue]]:
    """Return the manifest of a pack and what is wrong with it. Raises PackError for no pack."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {each.filename: each for each in archive.infolist()}
            total = sum(each.file_size for each in entries.values())
            if len(entries) > _MAX_ENTRIES or total > MAX_PACK_BYTES + _MAX_MANIFEST_BYTES:
                raise PackError("pack-too-heavy", maximum=MAX_PACK_BYTES)
            if MANIFEST not in entries:
                raise PackError("pack-without-manifest", file=file.name)
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            if manifest.edition != EDITION:
                raise PackError("pack-edition-unknown", edition=manifest.edition)
            return manifest, list(_issues(archive, set(entries), manifest))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
    ) as error:  # RuntimeError: encrypted
        raise PackError("pack-not-zip", file=file.name) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise PackError("pack-manifest-unreadable", reason=str(error)) from error


def _issues(archive: zipfile.ZipFile, names: set[str], manifest: Manifest) -> Iterator[RunIssue]:
    listed = {each.path for each in manifest.files} | {MANIFEST}
    for path in sorted(names - listed):
        yield RunIssue(code="pack-file-unlisted", params={"path": path})
    whole = set()
    for each in manifest.files:
        if each.path not in names:
            yield RunIssue(code="pack-file-missing", params={"path": each.path})
        elif _damaged(archive, each.path, each.sha256):
            yield RunIssue(code="pack-file-changed", params={"path": each.path})
        else:
            whole.add(each.path)
    tables: dict[str, Rows] = {}
    for table in manifest.tables:
        if table.csv in whole:
            tables[table.table] = rows = _rows(archive.read(table.csv))
            if len(rows) != table.rows:
                params = {"table": table.table, "rows": len(rows), "said": table.rows}
                yield RunIssue(code="pack-row-count", params=params)
    for key in manifest.keys:
        if key.is_closed and key.table in tables and key.to in tables:
            yield from _open(key, tables)


def _damaged(archive: zipfile.ZipFile, path: str, wanted: str) -> bool:
    try:
        return sha256(archive.read(path)) != wanted
    except zipfile.BadZipFile:  # its own checksum says so
        return True


def _rows(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8", "replace"), newline="")))


def _open(key: PackedKey, tables: dict[str, Rows]) -> Iterator[RunIssue]:
    known = {tuple(row.get(name) for name in key.to_fields) for row in tables[key.to]}
    found = [tuple(row.get(name) or "" for name in key.fields) for row in tables[key.table]]
    lost = [values for values in found if "" not in values and values not in known]
    if lost:
        params = {"table": key.table, "to": key.to, "count": len(lost), "value": lost[0]}
        yield RunIssue(code="pack-key-open", params=params)
