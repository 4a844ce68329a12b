"""Where checks are kept for an hour: a folder each, its name the only key to it."""

import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

import tablecheck
from catalogue.errors import CatalogueError
from portal.checking import work
from portal.checking.found import read_findings
from portal.checking.records import Checked, CheckedTable, Found
from portal.errors import Refusal
from portal.reading import Reader
from portal.turns import Turns
from tablecheck.report import ColumnHint

KEPT_S = 3600.0
MAX_BYTES = 50_000_000
_MAX_KEPT_BYTES = 2_000_000_000
_AT_ONCE = 2
_FILES_PER_CHILD = 50
_TIMEOUT_S = 90.0
_MEMORY_BYTES = 4 << 30
# Unpacked, and of the tables of one workbook.
_LIMITS = tablecheck.Limits(
    max_bytes=400_000_000, max_json_bytes=100_000_000, max_findings=work.MAX_FINDINGS
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_CHUNK_BYTES = 1 << 20
_REPORT = "check.json"

_LOG = logging.getLogger(__name__)


class Rooms:
    """The checks of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scratch = folder / "scratch"
        self._turns = Turns(_AT_ONCE, waiting=8, wait_s=30.0)
        self.telling = Turns(_AT_ONCE, waiting=16, wait_s=10.0)
        """The turns of those who want every finding in words: seconds of work each."""
        # Readers stay awake: to start one takes two seconds.
        self._idle: list[Reader] = []

    def check(
        self,
        stream: IO[bytes],
        filename: str,
        schema: str | None,
        *,
        types: Mapping[str, str] | None = None,
        most_bytes: int | None = None,
    ) -> str:
        """Check a file; return the name under which its report is kept.

        `types` overrule what follows from the file, where their columns are in it.
        Raises Refusal for a file that is too large or when too many are at work, CatalogueError
        where the file crashes its reader.
        """
        token = secrets.token_urlsafe(24)
        room = self._folder / token
        room.mkdir(parents=True, mode=0o700)
        suffix = Path(filename).suffix
        file = room / f"file{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        try:
            size = _copy(stream, file, most_bytes or MAX_BYTES)
            if _size_of(self._folder) > _MAX_KEPT_BYTES:
                raise Refusal(503, "checks-full", headers={"Retry-After": "600"}, minutes=10)
            with self._reader() as reader:
                tables = reader.call(
                    filename, work.check, file, filename, schema, dict(types or {}), _LIMITS, room
                )
            checked = Checked(
                filename=filename, size_bytes=size, created_at=time.time(), tables=tables
            )
            (room / _REPORT).write_bytes(msgspec.json.encode(checked))
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise
        return token

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self._turns.turn():
            self._scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
            reader = self._idle.pop() if self._idle else self._new_reader()
            try:
                yield reader
            finally:
                self._idle.append(reader)

    def _new_reader(self) -> Reader:
        return Reader(
            self._scratch,
            timeout_s=_TIMEOUT_S,
            memory_bytes=_MEMORY_BYTES,
            files_per_child=_FILES_PER_CHILD,
        )

    def get(self, token: str) -> Checked:
        """Return a check. Raises Refusal 404 where it is not, or no longer, kept."""
        try:
            data = (self._room(token) / _REPORT).read_bytes()
        except OSError as error:
            raise _gone() from error
        checked = msgspec.json.decode(data, type=Checked)
        if time.time() - checked.created_at > KEPT_S:
            raise _gone()
        return checked

    def found(
        self,
        token: str,
        table: int,
        *,
        column: str | None = None,
        code: str | None = None,
        start: int = 0,
        count: int | None = None,
    ) -> Found:
        """Return findings of a table, errors first: those of one column and rule where asked."""
        kept = self._room(token) / f"{table}.arrow"
        try:
            return read_findings(kept, column=column, code=code, start=start, count=count)
        except OSError as error:
            raise _gone() from error

    def open_file(self, token: str) -> IO[bytes]:
        """Open the file that was checked. Raises Refusal 404 where it is no longer kept."""
        try:
            return self._file(token).open("rb")
        except OSError as error:
            raise _gone() from error

    def _file(self, token: str) -> Path:
        file = next(self._room(token).glob("file*"), None)
        if file is None:
            raise _gone()
        return file

    def corrected(
        self,
        token: str,
        table: CheckedTable,
        hints: list[ColumnHint],
        *,
        edits: Sequence[tablecheck.CellEdit] = (),
        dropped: Collection[int] = (),
    ) -> tuple[bytes, tablecheck.Correction]:
        """Make the corrected file of a table.

        Raises Refusal 404 where the check is no longer kept, CatalogueError where files of its
        kind cannot be written.
        """
        file = self._file(token)
        out = file.with_name(f"corrected-{secrets.token_hex(4)}")
        try:
            with self._reader() as reader:
                done = reader.call(
                    file.name,
                    work.correct,
                    file,
                    table.schema,
                    table.recipe,
                    hints,
                    out,
                    edits=list(edits),
                    dropped=list(dropped),
                )
            return out.read_bytes(), done
        except (CatalogueError, OSError) as error:
            if not file.exists():  # its hour ended on the way
                raise _gone() from error
            raise
        finally:
            out.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what was kept for its hour, and what readers that died have left behind."""
        now = time.time()
        for left in (*_entries(self._folder), *_entries(self._scratch)):
            if left == self._scratch:
                continue
            try:
                if now - _made_at(left) > KEPT_S:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            except OSError as error:
                # Its name is the key to it: not all of it goes into a log.
                _LOG.warning("%s could not be swept: %s", left.name[:8], error.strerror)

    def _room(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise _gone()
        return self._folder / token


def _copy(stream: IO[bytes], target: Path, most_bytes: int) -> int:
    size = 0
    with target.open("xb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > most_bytes:
                raise Refusal(413, "check-too-large", megabytes=most_bytes // 1_000_000)
            out.write(chunk)
    if not size:
        raise Refusal(400, "check-empty")
    return size


def _gone() -> Refusal:
    return Refusal(404, "check-gone", minutes=round(KEPT_S / 60))


class _Age(msgspec.Struct):
    """Of a report, only when it was made."""

    created_at: float


def _made_at(left: Path) -> float:
    """Return when a check was made; of what has no report, when it was last touched."""
    try:
        return msgspec.json.decode((left / _REPORT).read_bytes(), type=_Age).created_at
    except (OSError, msgspec.DecodeError):
        return left.stat().st_mtime


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _size_of(folder: Path) -> int:
    """Return the bytes below a folder; what goes on the way counts for nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total
