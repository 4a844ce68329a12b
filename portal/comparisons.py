"""What changed between versions, compared once and kept: versions never change.

Small tables are compared while the reader waits; large ones in the background, one at a time, and
their page says that it will come.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import msgspec
from flask import current_app

from catalogue.changes import Changes, Side, changes_between, key_digest
from catalogue.errors import CatalogueError
from catalogue.records import Version
from catalogue.views import Engine
from portal.context import services
from portal.turns import Turns

FOLDER = "comparisons"
# Raised whenever a comparison says something else of the same versions.
EDITION = 1
# Up to here comparing takes a few tenths of a second.
CELLS_AT_ONCE = 1_000_000
AT_ONCE, WAITING, WAIT_S = 2, 16, 5.0
_MOST_FAILURES = 1_000
_EXTENSION = "eurometropolis-comparisons"

log = logging.getLogger(__name__)


class Comparisons:
    """The comparisons of one data folder; safe to use from many threads and processes."""

    def __init__(self, folder: Path, engine: Engine, *, cells_at_once: int = CELLS_AT_ONCE) -> None:
        self._folder = folder
        self._engine = engine
        self._cells_at_once = cells_at_once
        self._turns = Turns(AT_ONCE, waiting=WAITING, wait_s=WAIT_S)
        self._background = ThreadPoolExecutor(1, thread_name_prefix="comparisons")
        self._pending: set[str] = set()
        self._failed: dict[str, CatalogueError] = {}
        self._guard = Lock()

    def of(self, old: Side, new: Side) -> Changes | None:
        """Return what changed, or None while it is being found out.

        Raises ViewError where it could not be, Refusal 503 where many wait.
        """
        name = f"{key_digest(old, new)}-{EDITION}.json"
        try:
            return msgspec.json.decode((self._folder / name).read_bytes(), type=Changes)
        except FileNotFoundError:
            pass
        if name in self._failed:
            raise self._failed[name]
        if _cells(old.version) + _cells(new.version) <= self._cells_at_once:
            with self._turns.turn():
                return self._make(old, new, name)
        with self._guard:
            if name not in self._pending:
                self._pending.add(name)
                self._background.submit(self._make_later, old, new, name)
        return None

    def _make_later(self, old: Side, new: Side, name: str) -> None:
        try:
            self._make(old, new, name)
        except CatalogueError as error:
            log.warning("no comparison of %s: %s", new.version.table, error)
            with self._guard:  # not tried again before the next start
                if len(self._failed) > _MOST_FAILURES:
                    self._failed.clear()
                self._failed[name] = error
        except Exception:  # nobody waits for what this thread raises
            log.exception("no comparison of %s", new.version.table)
        finally:
            with self._guard:
                self._pending.discard(name)

    def _make(self, old: Side, new: Side, name: str) -> Changes:
        found = changes_between(old, new, self._engine)
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as scratch:
            scratch.write(msgspec.json.encode(found))
        Path(scratch.name).rename(self._folder / name)
        return found


def _cells(version: Version) -> int:
    return version.row_count * len(version.columns)


def changes_of(old: Side, new: Side) -> Changes | None:
    """Return what changed, as the running application keeps it; None while it is found out."""
    found = current_app.extensions.get(_EXTENSION)
    if found is None:
        made = Comparisons(services().settings.data / FOLDER, services().views)
        found = current_app.extensions.setdefault(_EXTENSION, made)
    changes: Changes | None = found.of(old, new)
    return changes


def side_of(version: Version) -> Side:
    """Return a version with its file."""
    return Side(version, services().store.objects.parquet_path(version.sha256))
