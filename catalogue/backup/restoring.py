"""Makes a data folder of a backup, every byte verified; where one is wrong, nothing is left."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from catalogue.backup import manifest as contents
from catalogue.backup.containers import Reader, copied, reading
from catalogue.backup.manifest import File, Manifest
from catalogue.errors import StoreError

Progress = Callable[[str, int, int | None], None]
_ASIDE = ".restoring"
_LONGEST_MANIFEST = 1 << 30


def restore(source: Path, folder: Path, *, progress: Progress | None = None) -> Manifest:
    """Restore a backup into a data folder that is not there yet, or empty; return its list.

    Raises StoreError where the folder is not empty, or a file of the backup is missing or not as
    it was.
    """
    if folder.exists() and (not folder.is_dir() or any(f.name != _ASIDE for f in folder.iterdir())):
        raise StoreError("restore-target-taken", folder=str(folder))
    with reading(source) as backup:
        with backup.open(contents.NAME) as stream:
            made = contents.decode(stream.read(_LONGEST_MANIFEST))
        aside = folder / _ASIDE
        shutil.rmtree(aside, ignore_errors=True)  # of a restore that was killed
        aside.mkdir(parents=True)
        try:
            for done, file in enumerate(made.files):
                if progress:
                    progress("restore", done, len(made.files))
                _take(backup, file, aside / file.path)
            if progress:
                progress("restore", len(made.files), len(made.files))
            os.sync()
            _put_in_place(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return made


def _take(backup: Reader, file: File, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with backup.open(file.path) as stream, target.open("xb") as copy:
        found = copied(stream, copy)
    if found != (file.size_bytes, file.sha256):
        raise StoreError("backup-damaged", file=file.path)
    target.chmod(0o444 if "/" in file.path else 0o600)


def _put_in_place(aside: Path, folder: Path) -> None:
    """Move what was restored; the catalogue last, so that what it names is there."""
    for part in sorted(aside.iterdir(), key=lambda part: part.name == contents.CATALOGUE):
        part.rename(folder / part.name)
    os.sync()
