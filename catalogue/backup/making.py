"""Makes a backup beside whatever is at work on the data folder."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from catalogue.backup import manifest as contents
from catalogue.backup.containers import Writer, writing
from catalogue.backup.manifest import File, Manifest
from catalogue.errors import StoreError
from catalogue.store import referenced
from catalogue.store.database import now
from catalogue.store.objects import sha256_of

Progress = Callable[[str, int, int | None], None]
_BUSY_S = 30.0


def make(
    folder: Path,
    target: Path,
    *,
    databases: Mapping[str, Path],
    made_by: str,
    is_linked: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Back up a data folder into a folder, or into a tar file where `target` ends so.

    `databases` maps `catalogue.db`, and `jobs.db`, to where they lie; a `jobs.db` that is not there
    is left out. `is_linked` links objects instead of copying them, on one disk. Objects that are
    missing or damaged are listed. Raises StoreError.
    """
    if not databases[contents.CATALOGUE].is_file():
        raise StoreError("backup-of-nothing", folder=str(folder))
    made_at = now()
    with (
        writing(target, is_linked=is_linked) as writer,
        TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch,
    ):
        files = []
        for name, database in databases.items():
            if database.is_file():
                copy = Path(scratch) / name
                _copy_database(database, copy)
                files.append(_added(writer, name, copy))
        if (folder / contents.SETTINGS).is_file():
            files.append(_added(writer, contents.SETTINGS, folder / contents.SETTINGS))
        objects = _objects(Path(scratch) / contents.CATALOGUE)
        missing = []
        for done, (path, sha256) in enumerate(objects):
            if progress:
                progress("backup", done, len(objects))
            file = folder / path
            if not file.is_file() or sha256_of(file) != sha256:
                missing.append(path)
                continue
            files.append(_added(writer, path, file, sha256))
        if progress:
            progress("backup", len(objects), len(objects))
        made = Manifest(
            format=contents.FORMAT, made_at=made_at, made_by=made_by, files=files, missing=missing
        )
        writer.add_text(contents.NAME, contents.encode(made))
    return made


def _copy_database(path: Path, copy: Path) -> None:
    """Copy a database as it is at one moment, while others write."""
    with (
        closing(sqlite3.connect(path, timeout=_BUSY_S)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _objects(catalogue: Path) -> list[tuple[str, str]]:
    """Return path and sha256 of every object that a catalogue names."""
    engine = sa.create_engine(f"sqlite:///{catalogue}")
    try:
        with engine.connect() as connection:
            kinds = {
                "objects": referenced.parquet_sha256s(connection),
                "raw": referenced.raw_sha256s(connection),
            }
    finally:
        engine.dispose()
    return [
        (contents.object_path(kind, sha256), sha256)
        for kind, found in kinds.items()
        for sha256 in sorted(found)
    ]


def _added(writer: Writer, name: str, file: Path, sha256: str | None = None) -> File:
    writer.add(name, file)
    return File(path=name, size_bytes=file.stat().st_size, sha256=sha256 or sha256_of(file))
