"""Keeps bytes by their sha256: raw files as received, Parquet files as published. Written once,
never changed.

A file is written aside, synced to disk, made read-only and renamed into place, then its folder is
synced: after any kill or power cut an object is either whole or absent. What a crash leaves aside
is swept at the next start.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

_CHUNK_BYTES = 1 << 20


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Give the next bytes, none at the end."""


class Objects:
    """The objects below a data folder: `raw/ab/<sha256>` and `objects/ab/<sha256>.parquet`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raw_path(self, sha256: str) -> Path:
        """Return where the bytes of a received file lie."""
        return self._folder / "raw" / sha256[:2] / sha256

    def parquet_path(self, sha256: str) -> Path:
        """Return where the Parquet file of a version lies."""
        return self._folder / "objects" / sha256[:2] / f"{sha256}.parquet"

    def parquet_folder(self) -> Path:
        """Return the folder of the Parquet files, absolute and without links."""
        return (self._folder / "objects").resolve()

    def scratch(self) -> Path:
        """Return the folder for files that are not whole yet, on the same file system as the
        objects.
        """
        folder = self._folder / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def keep_raw(self, file: Path) -> str:
        """Move a finished scratch file among the raw objects; return its sha256."""
        sha256 = sha256_of(file)
        _settle(file, self.raw_path(sha256))
        return sha256

    def copy_raw(self, stream: Readable) -> str:
        """Copy a stream among the raw objects; return its sha256."""
        with NamedTemporaryFile(dir=self.scratch(), delete=False) as scratch:
            try:
                for chunk in _chunks(stream):
                    scratch.write(chunk)
            except Exception:  # a full disk, a stream that ends too soon: leave no half file
                Path(scratch.name).unlink()
                raise
        return self.keep_raw(Path(scratch.name))

    def keep_parquet(self, file: Path) -> str:
        """Move a finished scratch file among the Parquet objects; return its sha256."""
        sha256 = sha256_of(file)
        _settle(file, self.parquet_path(sha256))
        return sha256

    def sweep(self, *, referenced: Iterable[str], grace_s: float) -> int:
        """Remove scratch files and objects that no version, draft or source refers to; return how
        many.

        Objects younger than `grace_s` seconds stay: another process may be about to refer to them.
        Scratch files all go: for a moment at which nobody is at work.
        """
        known = set(referenced)
        removed = 0
        for name in ("tmp", "raw", "objects"):
            oldest = time.time() - (0 if name == "tmp" else grace_s)
            for file in (self._folder / name).rglob("*"):
                is_known = name != "tmp" and file.name.split(".")[0] in known
                if not is_known and _is_older(file, oldest):
                    file.unlink(missing_ok=True)
                    removed += 1
        return removed


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file's bytes in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle(file: Path, target: Path) -> None:
    _make_folder(target.parent)
    try:
        os.utime(target)  # young again, so that a sweep leaves it to whoever refers to it next
    except FileNotFoundError:
        pass
    else:  # the same bytes are there already
        file.unlink()
        return
    file.chmod(0o444)
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    file.rename(target)
    _sync_folder(target.parent)


def _make_folder(folder: Path) -> None:
    """A new folder is only as durable as its entry in the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _is_older(file: Path, moment: float) -> bool:
    try:
        found = file.stat()
    except FileNotFoundError:  # somebody finished with it meanwhile
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime < moment


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _chunks(stream: Readable) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK_BYTES):
        yield chunk
