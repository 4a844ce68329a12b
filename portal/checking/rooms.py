"""Where checks are kept for an hour: a folder each, its name the only key to it."""

import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

import tablecheck
from catalogue.errors import CatalogueError
from portal.checking import work
from portal.checking.records import Checked, CheckedTable, Found
from portal.errors import Refusal
from portal.reading import Reader
from portal.turns import Turns
from tablecheck.report import ColumnHint, Finding

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

_LOG = logging.getLogger(__name__)


class Rooms:
    """The checks of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scratch = folder / "scratch"
        self._turns = Turns(_AT_ONCE, waiting=8, wait_s=30.0)
        # Readers stay awake: to start one takes two seconds.
        self._idle: list[Reader] = []

    def check(self, stream: IO[bytes], filename: str, schema: str | None) -> str:
        """Check a file; return the name under which its report is kept.

        Raises Refusal for a file that is too large or when too many are at work, CatalogueError
        where the file crashes its reader.
        """
        self.sweep()
        token = secrets.token_urlsafe(24)
        room = self._folder / token
        room.mkdir(parents=True, mode=0o700)
        suffix = Path(filename).suffix
        file = room / f"file{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        try:
            size = _copy(stream, file)
            if self._size() > _MAX_KEPT_BYTES:
                raise Refusal(503, "checks-full", headers={"Retry-After": "600"}, minutes=10)
            with self._reader() as reader:
                tables = reader.call(filename, work.check, file, filename, schema, _LIMITS, room)
        except (CatalogueError, Refusal, OSError):
            shutil.rmtree(room, ignore_errors=True)
            raise
        checked = Checked(filename=filename, size_bytes=size, created_at=time.time(), tables=tables)
        (room / "check.json").write_bytes(msgspec.json.encode(checked))
        _after(KEPT_S + 1, self.sweep)
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
            data = (self._room(token) / "check.json").read_bytes()
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
        try:
            with pa.memory_map(str(self._room(token) / f"{table}.arrow")) as file:
                kept = pa.ipc.open_file(file).read_all()
                for name, value in (("column", column), ("code", code)):
                    if value is not None:
                        kept = kept.filter(pc.field(name) == value)
                shown = kept.slice(start, count)["finding"].to_pylist()
        except OSError as error:
            raise _gone() from error
        findings = [msgspec.json.decode(each or b"", type=Finding) for each in shown]
        return Found(total=kept.num_rows, findings=findings)

    def file(self, token: str) -> Path:
        """Return the file that was checked. Raises Refusal 404 where it is no longer kept."""
        file = next(self._room(token).glob("file*"), None)
        if file is None:
            raise _gone()
        return file

    @contextmanager
    def corrected(
        self, token: str, table: CheckedTable, hints: list[ColumnHint]
    ) -> Iterator[tuple[Path, tablecheck.Correction]]:
        """Make the corrected file of a table, for as long as the block lasts.

        Raises Refusal where files of its kind cannot be written.
        """
        room, file = self._room(token), self.file(token)
        out = room / f"corrected-{secrets.token_hex(4)}"
        try:
            with self._reader() as reader:
                done = reader.call(
                    file.name, work.correct, file, table.schema, table.recipe, hints, out
                )
            yield out, done
        finally:
            out.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what was kept for its hour."""
        if not self._scratch.is_dir():
            return
        for room in (*self._folder.iterdir(), *self._scratch.iterdir()):
            if room == self._scratch:
                continue
            try:
                if time.time() - room.stat().st_mtime > KEPT_S:
                    shutil.rmtree(room)
            except OSError:  # swept by another thread meanwhile
                _LOG.info("a check was gone before it was swept")

    def _room(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise _gone()
        return self._folder / token

    def _size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())


def _copy(stream: IO[bytes], target: Path) -> int:
    size = 0
    with target.open("xb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > MAX_BYTES:
                raise Refusal(413, "check-too-large", megabytes=MAX_BYTES // 1_000_000)
            out.write(chunk)
    if not size:
        raise Refusal(400, "check-empty")
    return size


def _gone() -> Refusal:
    return Refusal(404, "check-gone", minutes=round(KEPT_S / 60))


def _after(seconds: float, work: object) -> None:
    timer = threading.Timer(seconds, work)  # type: ignore[arg-type]  # a bound method
    timer.daemon = True
    timer.start()
