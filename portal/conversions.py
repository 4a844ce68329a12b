"""Makes other formats of a version from its Parquet, row group by row group, and keeps them for a
while.

Few are made at once, none beyond a size, and none on a disk that is nearly full: the Parquet file
itself can always be had.

Why files and not a stream out of the converter: granian 2.8.7 ends a chunked body cleanly where
its iterator raises (measured 2026-11-23: curl ends with 0 on half a file), and only a length known
beforehand lets a client notice.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import IO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from flask import current_app

from catalogue.changes import Side, difference
from catalogue.records import Version
from catalogue.views import Engine, View, ViewError, batches
from catalogue.views.places import place_columns
from portal.context import services
from portal.errors import Refusal
from portal.turns import Turns
from sandbox import formats

FOLDER = "converted"
# Raised whenever a format's bytes change: it is part of the validators.
ENCODING = 3
FORMATS = ("parquet", "csv", "ndjson", "json", "geojson", "arrow", "xlsx")
BUDGET_BYTES = 2_000_000_000
# As Parquet, and as what is made of it: a CSV of 250 MB of Parquet has about 1.5 GB.
MAX_SOURCE_BYTES = 250_000_000
MAX_FILE_BYTES = 1_500_000_000
# The store and its database need what is left.
FREE_FLOOR_BYTES = 500_000_000
AT_ONCE, WAITING, WAIT_S = 2, 12, 10.0
RETRY_DISK_S = 300
CHECK_BYTES = 64 << 20
GRACE_S = 120.0
# Rows in another order than the file's are held at once.
MAX_SORTED_CELLS = 20_000_000
_EXTENSION = "eurometropolis-converted"


class Form(NamedTuple):
    """A format, for CSV the Excel that it is for, and which rows are meant; with `since`, what
    changed since that version, `digest` telling that difference from others.
    """

    format: str
    excel: str | None = None
    view: View = View()
    since: Side | None = None
    digest: str = ""

    @property
    def key(self) -> str:
        """Return what tells these bytes from other forms and from those of other releases."""
        rows = "" if self.view.is_plain else f"-{_digest(self.view)}"
        if self.since is not None:
            rows = f"-since-{self.digest}"
        return f"{self.excel or 'plain'}{ENCODING}{rows}.{self.format}"


class DerivedFiles:
    """The converted files of one data folder; safe to use from many threads and processes."""

    def __init__(
        self,
        folder: Path,
        budget_bytes: int = BUDGET_BYTES,
        *,
        max_source_bytes: int = MAX_SOURCE_BYTES,
        max_file_bytes: int = MAX_FILE_BYTES,
        free_floor_bytes: int = FREE_FLOOR_BYTES,
        turns: Turns | None = None,
        engine: Callable[[], Engine] | None = None,
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._budget_bytes = budget_bytes
        self._max_source_bytes = max_source_bytes
        self._max_file_bytes = max_file_bytes
        self._free_floor_bytes = free_floor_bytes
        self._turns = turns or Turns(AT_ONCE, waiting=WAITING, wait_s=WAIT_S)
        self._locks: dict[str, Lock] = {}
        self._guard = Lock()
        self._oversized: set[str] = set()

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

        Raises SandboxError where the format cannot hold the table; Refusal 413 beyond a size, 503
        where others are at work for long or the disk is nearly full.
        """
        found = self.kept(version, form)
        if found is not None:
            return found
        path = self._path(version, form)
        size_bytes = version.size_bytes + (form.since.version.size_bytes if form.since else 0)
        is_whole = not form.view.is_narrowed
        if (is_whole and size_bytes > self._max_source_bytes) or (path.name in self._oversized):
            raise self._oversize(version, form)
        # Many readers of one new version wait for one conversion.
        with self._turns.turn(self._lock(path.name)):
            found = self.kept(version, form)
            if found is not None:
                return found
            self._folder.mkdir(parents=True, exist_ok=True)
            self._check_disk()
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as scratch:
                try:
                    self._write(source, scratch, version, form)
                    # It may be served as immutable: after a power cut it is whole or not there.
                    scratch.flush()
                    os.fsync(scratch.fileno())
                except BaseException:
                    Path(scratch.name).unlink(missing_ok=True)
                    raise
            Path(scratch.name).rename(path)
            _sync_folder(self._folder)
        self._make_room()
        return path

    def _write(self, source: Path, target: IO[bytes], version: Version, form: Form) -> None:
        size = checked = 0
        for chunk in self._chunks(source, version, form):
            size += len(chunk)
            if size > self._max_file_bytes:
                self._oversized.add(self._path(version, form).name)
                raise self._oversize(version, form)
            if size - checked > CHECK_BYTES:
                checked = size
                self._check_disk()
            target.write(chunk)

    def _chunks(self, source: Path, version: Version, form: Form) -> Iterator[bytes]:
        if form.since is not None:
            with difference(form.since, Side(version, source), self._engine_of_views()) as lines:
                yield from _csv(formats.Table(lines.schema, iter(lines)), form.excel)
            return
        with pq.ParquetFile(source) as parquet:
            table = formats.Table(
                parquet.schema_arrow,
                self._batches(parquet, source, version, form.view),
                version.table,
            )
            if form.excel is not None:
                yield from _csv(table, form.excel)
            else:
                yield from formats.FORMATS[form.format].encode(table)

    def _batches(
        self, parquet: pq.ParquetFile, source: Path, version: Version, view: View
    ) -> Iterator[pa.RecordBatch]:
        if view.is_plain:
            return parquet.iter_batches(formats.source.BATCH_ROWS)
        numbers = self._engine_of_views().numbers(source, view, version.columns)
        is_sorted = view.sort is not None
        if is_sorted and len(numbers) * len(version.columns) > MAX_SORTED_CELLS:
            raise ViewError("view-too-large")
        return batches(parquet, numbers, is_sorted=is_sorted)

    def _engine_of_views(self) -> Engine:
        if self._engine is None:
            raise LookupError("views need an engine")
        return self._engine()

    def _check_disk(self) -> None:
        if shutil.disk_usage(self._folder).free < self._free_floor_bytes:
            raise Refusal(503, "disk-nearly-full", headers={"Retry-After": str(RETRY_DISK_S)})

    def _oversize(self, version: Version, form: Form) -> Refusal:
        return Refusal(
            413,
            "conversion-too-large",
            table=version.table,
            format=form.format,
            rows=version.row_count,
            instead=f"/data/{version.table}@{version.n}.parquet",
        )

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


def _csv(table: formats.Table, excel: str | None) -> Iterator[bytes]:
    language: formats.Excel | None = None
    if excel is not None:
        language = "fr" if excel == "fr" else "nl"
    return formats.csv(table, excel=language)


def _digest(view: View) -> str:
    return hashlib.sha256(repr(view.pairs()).encode()).hexdigest()[:24]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def formats_of(version: Version) -> list[str]:
    """Return the formats in which a version can be had: GeoJSON only where it has places."""
    return [name for name in FORMATS if name != "geojson" or place_columns(version.columns)]


def derived_files() -> DerivedFiles:
    """Return the converted files of the running application."""
    found: DerivedFiles = current_app.extensions.setdefault(
        _EXTENSION,
        DerivedFiles(services().settings.data / FOLDER, engine=lambda: services().views),
    )
    return found
