"""What the columns of a version hold, summed up once and kept: a version never changes.

Small tables are summed up while the reader waits; large ones in the background, one at a time, and
their page says that it will come.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import msgspec
from flask import current_app

from catalogue.records import Version
from catalogue.views import Engine, Profile
from portal.context import services

FOLDER = "profiles"
# Raised whenever a profile says something else of the same column.
EDITION = 2
# Up to here summing up takes a few tenths of a second.
CELLS_AT_ONCE = 1_500_000
_EXTENSION = "eurometropolis-profiles"

log = logging.getLogger(__name__)


class Profiles:
    """The profiles of one data folder; safe to use from many threads and processes."""

    def __init__(self, folder: Path, engine: Engine, *, cells_at_once: int = CELLS_AT_ONCE) -> None:
        self._folder = folder
        self._engine = engine
        self._cells_at_once = cells_at_once
        self._background = ThreadPoolExecutor(1, thread_name_prefix="profiles")
        self._pending: set[str] = set()
        self._failed: set[str] = set()
        self._guard = Lock()

    def of(self, version: Version, file: Path) -> dict[str, Profile] | None:
        """Return the profile of each column by its name, or None while they are being made.

        None of a version that could not be summed up is there before the next start.
        """
        path = self._folder / f"{version.sha256}-{EDITION}.json"
        try:
            return _read(path)
        except FileNotFoundError:
            pass
        if version.row_count * len(version.columns) <= self._cells_at_once:
            return self._make(version, file, path)
        with self._guard:
            if version.sha256 in self._failed:
                return {}
            if version.sha256 not in self._pending:
                self._pending.add(version.sha256)
                self._background.submit(self._make_later, version, file, path)
        return None

    def _make_later(self, version: Version, file: Path, path: Path) -> None:
        has_failed = True
        try:
            self._make(version, file, path)
            has_failed = False
        except Exception:  # nobody waits for what this thread raises
            log.exception("no profile of %s@%s", version.table, version.n)
        finally:
            with self._guard:
                self._pending.discard(version.sha256)
                if has_failed:
                    self._failed.add(version.sha256)

    def _make(self, version: Version, file: Path, path: Path) -> dict[str, Profile]:
        found = self._engine.profile(file, version.columns)
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as scratch:
            scratch.write(msgspec.json.encode(found))
        Path(scratch.name).rename(path)
        return {profile.name: profile for profile in found}


@lru_cache(maxsize=256)
def _read(path: Path) -> dict[str, Profile]:
    found = msgspec.json.decode(path.read_bytes(), type=list[Profile])
    return {profile.name: profile for profile in found}


def profiles_of(version: Version) -> dict[str, Profile] | None:
    """Return the profiles of a version of the running application, or None while they are made."""
    found = current_app.extensions.get(_EXTENSION)
    if found is None:
        made = Profiles(services().settings.data / FOLDER, services().views)
        found = current_app.extensions.setdefault(_EXTENSION, made)
    file = services().store.objects.parquet_path(version.sha256)
    profiles: dict[str, Profile] | None = found.of(version, file)
    return profiles
