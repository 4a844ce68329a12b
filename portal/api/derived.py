"""Makes other formats of a version from its Parquet, row group by row group, and keeps them for a
while.

Why files and not a stream out of the converter: granian 2.8.7 ends a chunked body cleanly where
its iterator raises (measured 2026-11-23: curl ends with 0 on half a file), and only a length known
beforehand lets a client notice.
"""

import os
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import IO, NamedTuple

import pyarrow.parquet as pq
from flask import current_app

from catalogue.records import Version
from portal.api.context import services
from sandbox import formats

FOLDER = "converted"
# Raised whenever a format's bytes change: it is part of the validators.
ENCODING = 1
BUDGET_BYTES = 2_000_000_000
GRACE_S = 120.0
_EXTENSION = "eurometropolis-converted"


class Form(NamedTuple):
    """A format, and for CSV the Excel that it is for."""

    format: str
    excel: str | None = None

    @property
    def key(self) -> str:
        """Return what tells these bytes from other forms and from those of other releases."""
        return f"{self.excel or 'plain'}{ENCODING}.{self.format}"


class DerivedFiles:
    """The converted files of one data folder; safe to use from many threads and processes."""

    def __init__(self, folder: Path, budget_bytes: int = BUDGET_BYTES) -> None:
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._locks: dict[str, Lock] = {}
        self._guard = Lock()

    def kept(self, version: Version, form: Form) -> Path | None:
        """Return the file where it is there already."""
        path = self._path(version, form)
        try:
            os.utime(path)  # young again: what is asked for stays longest
        except FileNotFoundError:
            return None
        return path

    def make(self, version: Version, form: Form, source: Path) -> Path:
        """Return the file, made from the Parquet at `source` where it is not there.

        Raises SandboxError where the format cannot hold the table.
        """
        path = self._path(version, form)
        with self._lock(path.name):  # many readers of one new version wait for one conversion
            found = self.kept(version, form)
            if found is not None:
                return found
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as scratch:
                try:
                    _write(source, scratch, form)
                except BaseException:
                    Path(scratch.name).unlink(missing_ok=True)
                    raise
            Path(scratch.name).rename(path)
        self._make_room()
        return path

    def _path(self, version: Version, form: Form) -> Path:
        return self._folder / f"{version.sha256}-{form.key}"

    def _lock(self, name: str) -> Lock:
        with self._guard:
            if len(self._locks) > 10_000:
                self._locks = {key: lock for key, lock in self._locks.items() if lock.locked()}
            return self._locks.setdefault(name, Lock())

    def _make_room(self) -> None:
        """Remove what nobody asked for longest, until the rest fits; what is young stays."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            found.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        for mtime, size, path in sorted(found):
            if total <= self._budget_bytes or mtime > time.time() - GRACE_S:
                return
            path.unlink(missing_ok=True)
            total -= size


def _write(source: Path, target: IO[bytes], form: Form) -> None:
    with pq.ParquetFile(source) as parquet:
        table = formats.Table(parquet.schema_arrow, parquet.iter_batches(formats.source.BATCH_ROWS))
        if form.excel is not None:
            chunks = formats.csv(table, excel="fr" if form.excel == "fr" else "nl")
        else:
            chunks = formats.FORMATS[form.format].encode(table)
        for chunk in chunks:
            target.write(chunk)


def derived_files() -> DerivedFiles:
    """Return the converted files of the running application."""
    found: DerivedFiles = current_app.extensions.setdefault(
        _EXTENSION, DerivedFiles(services().settings.data / FOLDER)
    )
    return found
