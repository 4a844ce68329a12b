"""Reads and checks a received file in a process of its own: a crafted file may crash its reader,
never the platform.

The child writes the Parquet aside; only what it found comes back.
"""

import logging
import multiprocessing
import os
import resource
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

import msgspec

import tablecheck
from catalogue import parquet
from catalogue.errors import CatalogueError
from portal.lifeline import die_with_parent
from tablecheck.privacy import held_back, suspicions

# A child ends with its parent, which the system takes for the thread that started it: this one
# stays, where the thread of a request goes.
_SPAWNER = ThreadPoolExecutor(1, thread_name_prefix="readers")
_TIMEOUT_S = 1800.0
_LEAST_MEMORY_BYTES = 4 << 30  # Arrow reserves more address space than it uses

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class ColumnUnknown(CatalogueError):
    """A type was set for a column that the file does not have."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a file: how it was read, its check, and its Parquet where the check found no
    error.
    """

    name: str
    schema: dict[str, Any]
    recipe: dict[str, Any]
    report: dict[str, Any]
    prepared: parquet.Prepared | None
    held_report: dict[str, Any] | None = None
    """The report with what looks like personal data as errors, where anything does."""


class Reader:
    """A child process that reads files, one at a time; replaced where a file crashes it."""

    def __init__(
        self,
        scratch: Path,
        *,
        timeout_s: float = _TIMEOUT_S,
        memory_bytes: int | None = None,
        files_per_child: int | None = None,
    ) -> None:
        self._scratch = scratch
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._files_per_child = files_per_child
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(
        self,
        path: Path,
        *,
        filename: str,
        schema: dict[str, Any] | None = None,
        types: Mapping[str, str] | None = None,
        schemas: Mapping[str, dict[str, Any]] | None = None,
    ) -> list[Part]:
        """Read every table of a file; `schemas` are those of the members of an archive.

        Raises CatalogueError where its reader crashes or does not end, ColumnUnknown for `types` of
        a column that is not there.
        """
        return self.call(
            filename, _read, path, filename, schema, dict(types or {}), dict(schemas or {}),
            self._scratch,
        )  # fmt: skip

    def call(self, filename: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let the child do a piece of work on a file; raises as `read` does."""
        was_waiting = self._pool is not None
        try:
            try:
                return self._begin(work, *args, **kwargs).result(timeout=self._timeout_s)
            except BrokenProcessPool:
                self._end()
                if not was_waiting:
                    raise
                # The child was killed while it had nothing to do, which may be noticed only now.
                return self._begin(work, *args, **kwargs).result(timeout=self._timeout_s)
        except BrokenProcessPool as error:
            self._end()
            raise CatalogueError("reader-crashed", file=filename) from error
        except Overdue as error:
            self._end()
            seconds = self._timeout_s
            raise CatalogueError("reader-overdue", file=filename, seconds=seconds) from error
        except CatalogueError:
            raise
        except Exception as error:
            # Whatever a reader stumbles over, it is about this file alone.
            log.exception("the reader failed on %s", filename)
            raise CatalogueError(
                "reader-failed", file=filename, error=type(error).__name__
            ) from error

    def _begin(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        pool = self._pool or ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_settle_down,
            initargs=(self._scratch, self._memory_bytes),
            max_tasks_per_child=self._files_per_child,
        )
        self._pool = pool
        return _SPAWNER.submit(pool.submit, work, *args, **kwargs).result()

    def _end(self) -> None:
        if self._pool is None:
            return
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(cancel_futures=True)
        self._pool = None


def _settle_down(scratch: Path, memory_bytes: int | None) -> None:
    """Prepare the child: it ends with us, bounds its memory, and unpacks where we sweep."""
    die_with_parent()
    tempfile.tempdir = str(scratch)
    limit = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 3 // 4
    if memory_bytes is not None:
        limit = min(limit, memory_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (max(limit, _LEAST_MEMORY_BYTES),) * 2)


def _read(
    path: Path,
    filename: str,
    schema: dict[str, Any] | None,
    types: dict[str, str],
    schemas: dict[str, dict[str, Any]],
    scratch: Path,
) -> list[Part]:
    try:
        extracts = tablecheck.read(
            path, filename=filename, schema=schema, types=types, schemas=schemas
        )
    except tablecheck.UnknownColumnError as error:
        raise ColumnUnknown(
            "column-unknown", column=error.name, known=list(error.columns)
        ) from error
    except tablecheck.UnknownTypeError as error:
        raise CatalogueError("type-unknown", type=error.name, known=list(error.types)) from error
    return [_part(extract, scratch) for extract in extracts]


def _part(extract: tablecheck.Extract, scratch: Path) -> Part:
    prepared = held = None
    if extract.table is not None and extract.report.valid:
        prepared = parquet.prepare(extract.table, extract.schema, scratch)
        found = suspicions(extract.table)
        held = _plain(held_back(extract.report, found).to_dict()) if found else None
    recipe = msgspec.to_builtins(extract.recipe)
    return Part(
        name=extract.name or "",
        schema=extract.schema,
        recipe=_plain({**recipe, "inferred": msgspec.to_builtins(extract.inferred)}),
        report=_plain(extract.report.to_dict()),
        prepared=prepared,
        held_report=held,
    )


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Give a record as it will come back from the store, without tuples and the like."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return plain
