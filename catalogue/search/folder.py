"""Opens the folder of an index: made where there is none, made anew where it cannot be trusted.

The index holds nothing that the store does not: a folder written by other code or with another
thesaurus, or one that is damaged, is emptied and reports sequence 0, so that its owner fills it
again. Only who holds tantivy's writer lock may do that: what another process is writing is left
alone.
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import tantivy

from catalogue.errors import StoreError
from catalogue.search.fields import fingerprint, schema

_MARK = "written_by"
_LOCK = ".tantivy-writer.lock"
_FOOTER_MAGIC = 1337
_BLOCK_BYTES = 1 << 20


def open_folder(folder: Path, thesaurus: str) -> tantivy.Index:
    """Open the index in a folder, emptied first where it is foreign or damaged.

    `thesaurus` is the digest of the thesaurus that the index is read and written by.
    Raises StoreError `search_index_busy` where another process writes a foreign index,
    `search_index_unusable` where the folder cannot be written.
    """
    mark = fingerprint(thesaurus)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder) as is_ours:
            if is_ours and not (_bears(folder, mark) and _is_whole(folder)):
                return _make(folder, mark)
        if not _bears(folder, mark):
            raise StoreError("search_index_busy")
        return _open(folder)
    except OSError as fault:
        raise StoreError("search_index_unusable", reason=fault.strerror or "") from fault


def _open(folder: Path) -> tantivy.Index:
    try:
        return tantivy.Index(schema(), path=str(folder))
    except ValueError as fault:
        raise StoreError("search_index_unusable", reason="damaged") from fault


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Hold the writer lock for a moment; yields False where another holds it."""
    with (folder / _LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _make(folder: Path, mark: str) -> tantivy.Index:
    """Empty the folder and make an index in it; the mark comes last, lest a half-made one stays."""
    for path in folder.iterdir():
        if path.name == _LOCK:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    index = tantivy.Index(schema(), path=str(folder))
    (folder / _MARK).write_text(mark, encoding="ascii")
    return index


def _bears(folder: Path, mark: str) -> bool:
    try:
        return (folder / _MARK).read_text(encoding="ascii") == mark
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _is_whole(folder: Path) -> bool:
    """Tell whether every file of the last commit is there with the bytes that were written."""
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False
    files = [path for path in folder.iterdir() if path.name.partition(".")[0] in segments]
    has_all = {path.name.partition(".")[0] for path in files if path.suffix == ".term"} == segments
    if not (has_all and all(_has_its_checksum(path) for path in files)):
        return False
    try:
        tantivy.Index(schema(), path=str(folder)).searcher()
    except ValueError:
        return False
    return True


def _has_its_checksum(path: Path) -> bool:
    """Check the CRC32 in the footer of a file: body, JSON footer, its length, a magic number."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        length, magic = (int.from_bytes(file.read(4), "little") for _ in range(2))
        start = size - 8 - length
        if magic != _FOOTER_MAGIC or start < 0:
            return False
        file.seek(start)
        footer = file.read(length)
        file.seek(0)
        try:
            return bool(_crc32(file, start) == json.loads(footer)["crc"])
        except (ValueError, KeyError, TypeError):
            return False


def _crc32(file: BinaryIO, left: int) -> int:
    """Add up the first bytes of a file, a block at a time: an index may be larger than memory."""
    crc = 0
    while left and (block := file.read(min(left, _BLOCK_BYTES))):
        crc = zlib.crc32(block, crc)
        left -= len(block)
    return crc
