"""The two shapes of a backup, a folder and a tar file, to write and to read."""

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from catalogue.errors import StoreError

_CHUNK_BYTES = 1 << 20
_OWNER_ONLY = 0o600


class Writer(Protocol):
    """Takes in the files of a backup."""

    def add(self, name: str, file: Path) -> None:
        """Take in a file."""

    def add_text(self, name: str, text: bytes) -> None:
        """Take in a text."""


class Reader(Protocol):
    """Gives the files of a backup."""

    def open(self, name: str) -> BinaryIO:
        """Open a file. Raises StoreError where it is not there."""


@contextmanager
def writing(target: Path, *, is_linked: bool) -> Iterator[Writer]:
    """Write a backup that is there whole, or not at all. Whoever else is on the machine cannot
    read it: it holds hashes of passwords.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError("backup-target-taken", target=str(target))
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if target.suffix == ".tar":
            opened = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
            with os.fdopen(opened, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
                yield _TarWriter(tar)
        else:
            partial.mkdir(mode=0o700)
            yield _FolderWriter(partial, is_linked=is_linked)
        os.sync()
        partial.rename(target)
    except BaseException:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
        raise


@contextmanager
def reading(source: Path) -> Iterator[Reader]:
    """Read a backup. Raises StoreError where it is neither a folder nor a tar file."""
    if source.is_dir():
        yield _FolderReader(source)
        return
    if not source.exists():
        raise StoreError("backup-absent", source=str(source))
    try:
        with tarfile.open(source, "r:") as tar:
            yield _TarReader(tar)
    except tarfile.TarError as error:
        raise StoreError("backup-unreadable", reason=str(error)) from error


def copied(source: BinaryIO, target: BinaryIO) -> tuple[int, str]:
    """Copy a stream; return how many bytes there were, and their sha256."""
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


class _FolderWriter:
    def __init__(self, folder: Path, *, is_linked: bool) -> None:
        self._folder = folder
        self._is_linked = is_linked

    def add(self, name: str, file: Path) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._is_linked and "/" in name:  # objects never change; databases do
            try:
                target.hardlink_to(file)
            except OSError:  # another disk
                pass
            else:
                return
        shutil.copyfile(file, target)
        target.chmod(0o444 if "/" in name else _OWNER_ONLY)

    def add_text(self, name: str, text: bytes) -> None:
        (self._folder / name).write_bytes(text)


class _TarWriter:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, file: Path) -> None:
        with file.open("rb") as stream:
            self._put(name, stream, file.stat().st_size)

    def add_text(self, name: str, text: bytes) -> None:
        self._put(name, io.BytesIO(text), len(text))

    def _put(self, name: str, stream: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)  # of no owner and no date
        entry.size = size
        entry.mode = _OWNER_ONLY
        self._tar.addfile(entry, stream)


class _FolderReader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> BinaryIO:
        try:
            return (self._folder / name).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise StoreError("backup-incomplete", file=name) from error


class _TarReader:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._entries = {entry.name: entry for entry in tar if entry.isreg()}

    def open(self, name: str) -> BinaryIO:
        entry = self._entries.get(name)
        stream = self._tar.extractfile(entry) if entry else None
        if stream is None:
            raise StoreError("backup-incomplete", file=name)
        return cast(BinaryIO, stream)
