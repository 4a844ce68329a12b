"""Tables of one's own beside those of the catalogue: a file that a user sends is read and typed as
any other, seen in SQL by its sender alone, and gone after a week.

Its Parquet lies apart from the published ones, where no worker of the sandbox may look; a worker
gets a copy of it with the query that names it.
"""

import secrets
import time
from collections.abc import Container, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

from flask import Flask, current_app

from catalogue.names import OWN_PREFIX, table_name
from catalogue.relations import Relation, Snapshot
from catalogue.store import Store, accounts, own_tables
from catalogue.store.database import ahead, now
from catalogue.store.objects import sha256_of
from catalogue.store.own_tables import MB, OwnTable, Record
from portal.audit import record
from portal.context import services, services_of
from portal.errors import Refusal
from portal.reading import Part, Reader
from portal.turns import Turns

MAX_BYTES = 100 * MB
KEPT_DAYS = 7
_MOST_OF_ALL_BYTES = 5_000 * MB
_MAKING_S = 600.0
_CHUNK_BYTES = 1 << 20
_TIMEOUT_S = 120.0
_MEMORY_BYTES = 4 << 30
_FILES_PER_CHILD = 20
_EXTENSION = "eurometropolis-own-tables"


class OwnTables:
    """The own tables of an installation: files below `folder`, rows in the store."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._turns = Turns(1, waiting=4, wait_s=30.0)
        self._reader: Reader | None = None
        self._seen: dict[int, tuple[Snapshot, list[OwnTable], Snapshot]] = {}
        self._lock = Lock()

    def of(self, user_id: int | None) -> list[OwnTable]:
        """Return the tables of a user, by name."""
        return own_tables.of_user(self._store, user_id) if user_id is not None else []

    def beside(self, public: Snapshot, user_id: int | None) -> Snapshot:
        """Return what a user may read: what is public, and her own."""
        own = self.of(user_id)
        if user_id is None or not own:
            return public
        with self._lock:  # the sandbox knows a snapshot again by its identity
            seen = self._seen.get(user_id)
            if seen is None or seen[0] is not public or seen[1] != own:
                relations = (*public.relations, *map(self._relation, own))
                mine = Snapshot(generation=public.generation, relations=relations)
                seen = self._seen[user_id] = (public, own, mine)
        return seen[2]

    def take_in(
        self, user_id: int, stream: IO[bytes], filename: str, *, name: str = ""
    ) -> list[OwnTable]:
        """Read a file and keep each of its tables; one of the same name is replaced.

        Raises Refusal where it is empty, too large or has errors, Conflict where all that the user
        has would be too much, CatalogueError where the file crashes its reader.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        received = self._folder / f"{secrets.token_hex(16)}.received"
        stem = (name or Path(filename).stem).removeprefix(OWN_PREFIX)
        try:
            _copy(stream, received)
            if _size_of(self._folder) > _MOST_OF_ALL_BYTES:
                raise Refusal(503, "own-tables-full", headers={"Retry-After": "3600"})
            with self._turns.turn():
                parts = self._read(received, filename)
            made = self._all_kept(user_id, stem, filename, parts)
        finally:
            received.unlink(missing_ok=True)
        try:
            left = own_tables.replace(self._store, made, most_bytes=MAX_BYTES)
        except BaseException:
            self._unlink({table.file_id for table in made})
            raise
        self._unlink(left)
        self._told("own-tables-kept", user_id, [each.name for each in made])
        return made

    def remove(self, user_id: int, name: str) -> None:
        """Forget a table of a user, and remove its file. Raises NotFound."""
        self._unlink({own_tables.remove(self._store, user_id, name)})
        self._told("own-table-removed", user_id, [name])

    def _told(self, action: str, user_id: int, names: list[str]) -> None:
        by = accounts.name_of(self._store, user_id)
        record(self._store, action, f"user:{by}", by=by, tables=names)

    def sweep(self) -> None:
        """Forget the tables whose time is over, and remove the files that nobody knows of."""
        own_tables.forget_expired(self._store)
        known = own_tables.file_ids(self._store)
        oldest = time.time() - _MAKING_S
        for file in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                if file.stem not in known and file.stat().st_mtime < oldest:
                    file.unlink()

    def _read(self, received: Path, filename: str) -> list[Part]:
        if self._reader is None:
            self._reader = Reader(
                self._folder,
                timeout_s=_TIMEOUT_S,
                memory_bytes=_MEMORY_BYTES,
                files_per_child=_FILES_PER_CHILD,
            )
        return self._reader.read(received, filename=filename)

    def _all_kept(
        self, user_id: int, stem: str, filename: str, parts: list[Part]
    ) -> list[OwnTable]:
        """Move the Parquet of each table to where it stays; of none where one has errors."""
        made: list[OwnTable] = []
        try:
            for part in parts:
                _check(part, filename)
            for part in parts:
                words = stem if len(parts) == 1 or not part.name else f"{stem} {part.name}"
                taken = {table.name for table in made}
                made.append(self._kept(user_id, _named(words, taken), filename, part))
        except BaseException:
            self._unlink({table.file_id for table in made})
            raise
        finally:
            for part in parts:
                if part.prepared is not None:
                    Path(part.prepared.file).unlink(missing_ok=True)
        return made

    def _kept(self, user_id: int, name: str, filename: str, part: Part) -> OwnTable:
        assert part.prepared is not None  # noqa: S101  # `_check` has let it through
        file = Path(part.prepared.file)
        table = OwnTable(
            user_id=user_id,
            name=name,
            file_id=secrets.token_hex(16),
            size_bytes=file.stat().st_size,
            record=Record(
                filename=filename,
                part=part.name,
                sha256=sha256_of(file),
                row_count=part.prepared.row_count,
                columns=part.prepared.columns,
            ),
            created_at=now(),
            expires_at=ahead(KEPT_DAYS * 86_400),
        )
        file.chmod(0o600)
        file.rename(self._path(table.file_id))
        return table

    def _relation(self, table: OwnTable) -> Relation:
        return Relation(
            table=table.name,
            version=1,
            sha256=table.record.sha256,
            path=str(self._path(table.file_id)),
            created_at=table.created_at,
            row_count=table.record.row_count,
        )

    def _path(self, file_id: str) -> Path:
        return (self._folder / f"{file_id}.parquet").resolve()

    def _unlink(self, file_ids: set[str]) -> None:
        for file_id in file_ids:
            self._path(file_id).unlink(missing_ok=True)


def own_tables_of(app: Flask) -> OwnTables:
    """Return the own tables that an application serves."""
    kept: OwnTables | None = app.extensions.get(_EXTENSION)
    if kept is None:
        here = services_of(app)
        made = OwnTables(here.store, here.settings.data / "own")
        kept = app.extensions.setdefault(_EXTENSION, made)
    return kept


def own() -> OwnTables:
    """Return the own tables of the current application."""
    return own_tables_of(current_app)


def readable(user_id: int | None) -> Snapshot:
    """Return what a user may read at this moment."""
    return own().beside(services().snapshot(), user_id)


def is_own(label: str) -> bool:
    """Tell whether a table of an answer, `my_stations` or `my_stations@1`, is somebody's own."""
    return label.startswith(OWN_PREFIX)


def check_shared(names: Iterable[str]) -> None:
    """Raise Refusal where tables of a query that others shall run are somebody's own."""
    if table := next(filter(is_own, names), None):
        raise Refusal(400, "own-table-not-shared", table=table)


def _named(words: str, taken: Container[str]) -> str:
    return table_name(f"{OWN_PREFIX}{words}", taken=taken)


def _check(part: Part, filename: str) -> None:
    """Raise Refusal where a table has errors, with the place of the first."""
    if part.prepared is not None:
        return
    findings = part.report["findings"]
    first: dict[str, Any] = next((each for each in findings if each["severity"] == "error"), {})
    raise Refusal(
        400,
        "own-table-has-errors",
        file=filename,
        count=part.report["error_count"],
        row=first.get("row") or 1,
        column=first.get("column") or "–",
    )


def _copy(stream: IO[bytes], target: Path) -> None:
    size = 0
    with target.open("xb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > MAX_BYTES:
                raise Refusal(413, "check-too-large", megabytes=MAX_BYTES // MB)
            out.write(chunk)
    if not size:
        raise Refusal(400, "check-empty")


def _size_of(folder: Path) -> int:
    total = 0
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
