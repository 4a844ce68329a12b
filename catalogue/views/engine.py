"""Runs views: which rows of a file are meant, in which order, and how many they are.

The statements are ours, made of checked parts; the engine is locked all the same: it reads Parquet
files of the store and nothing else, and is stopped at a deadline.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalogue.records import Column
from catalogue.spatial import spatial_extension
from catalogue.views.errors import ViewError
from catalogue.views.literals import identifier, quoted
from catalogue.views.profile import Profile, profile_of
from catalogue.views.rows import BATCH_ROWS
from catalogue.views.statement import conditions, order_of, sort_key
from catalogue.views.view import View

MEMORY = "1GB"
THREADS = 2
DEADLINE_S = 20.0


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some row numbers of a view, from 1, in its order, out of `count` rows."""

    numbers: list[int]
    count: int


class Engine:
    """One DuckDB for the Parquet files below a folder; safe to use from many threads."""

    def __init__(
        self, objects: Path, scratch: Path | None = None, *, deadline_s: float = DEADLINE_S
    ) -> None:
        self._deadline_s = deadline_s
        self._connection = duckdb.connect(":memory:")
        extension = spatial_extension()
        if extension is not None:
            self._connection.execute(f"LOAD {quoted(str(extension))}")
        for setting in (
            f"threads = {THREADS}",
            f"memory_limit = '{MEMORY}'",
            f"temp_directory = {quoted(str(scratch) if scratch else '')}",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "python_enable_replacements = false",
            "GLOBAL TimeZone = 'Europe/Brussels'",
            f"allowed_directories = [{quoted(str(objects))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    def find(
        self,
        file: Path,
        view: View,
        columns: Sequence[Column],
        *,
        offset: int = 0,
        limit: int = 100,
        after: int | None = None,
    ) -> Found:
        """Return a page of a view: from `offset` on, or after the row of that number.

        Raises ViewError `view-too-slow` beyond the deadline.
        """
        source, where = _source(file), conditions(view, columns)
        order = order_of(view, columns)
        position = f"{order}, file_row_number" if order else "file_row_number"
        page = where
        if after is not None:
            page = " AND ".join(
                f"({part})" for part in (where, _after(view, columns, after, source)) if part
            )
        with self._cursor() as cursor:
            count = self._count(cursor, file, where)
            numbers = cursor.execute(
                f"SELECT file_row_number + 1 FROM {source}{_where(page)}"
                f" ORDER BY {position} LIMIT {limit:d} OFFSET {offset:d}"
            ).fetchall()
        return Found(numbers=[number for (number,) in numbers], count=count)

    def numbers(self, file: Path, view: View, columns: Sequence[Column]) -> NDArray[np.int64]:
        """Return the numbers of all rows of a view, from 1, in its order."""
        order = order_of(view, columns)
        position = f"{order}, file_row_number" if order else "file_row_number"
        with self._cursor() as cursor:
            found = cursor.execute(
                f"SELECT file_row_number + 1 FROM {_source(file)}"
                f"{_where(conditions(view, columns))} ORDER BY {position}"
            ).fetchnumpy()
        (only,) = found.values()  # a name for it would hide a column of that name from ORDER BY
        return np.asarray(only, dtype=np.int64)

    def aggregate(self, file: Path, text: str) -> list[tuple[Any, ...]]:
        """Run a statement of the catalogue's own over a file, which it knows as `rows`."""
        with self._cursor() as cursor:
            return cursor.execute(f"WITH rows AS (FROM {_source(file)}) {text}").fetchall()

    def run(self, text: str, *, deadline_s: float | None = None) -> list[tuple[Any, ...]]:
        """Run a statement of the catalogue's own over files of the store that it names."""
        with self._cursor(deadline_s) as cursor:
            return cursor.execute(text).fetchall()

    @contextmanager
    def stream(
        self, text: str, *, deadline_s: float | None = None
    ) -> Iterator[pa.RecordBatchReader]:
        """Give what such a statement finds batch by batch; the deadline holds for all of it."""
        with self._cursor(deadline_s) as cursor:
            yield cursor.execute(text).to_arrow_reader(BATCH_ROWS)

    def profile(self, file: Path, columns: Sequence[Column]) -> list[Profile]:
        """Return what the columns of a file hold."""
        return [profile_of(column, lambda text: self.aggregate(file, text)) for column in columns]

    def _count(self, cursor: duckdb.DuckDBPyConnection, file: Path, where: str | None) -> int:
        found = cursor.execute(f"SELECT count(*) FROM {_source(file)}{_where(where)}").fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def _cursor(self, deadline_s: float | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        allowed_s = deadline_s or self._deadline_s
        watch = Timer(allowed_s, cursor.interrupt)
        watch.start()
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise ViewError("view-too-slow", seconds=allowed_s) from error
        except duckdb.OutOfMemoryException as error:
            raise ViewError("view-too-large") from error
        finally:
            watch.cancel()
            cursor.close()


def _source(file: Path) -> str:
    return f"read_parquet({quoted(str(file))}, file_row_number = true)"


def _where(condition: str | None) -> str:
    return f" WHERE {condition}" if condition else ""


def _after(view: View, columns: Sequence[Column], row: int, source: str) -> str:
    """Return the condition that a row comes later in a view than the one of a number."""
    if view.sort is None:
        return f"file_row_number > {row - 1:d}"
    column = next(one for one in columns if one.name == view.sort)
    key, sign = sort_key(column), "<" if view.is_descending else ">"
    last = f"(SELECT {key} FROM {source} WHERE file_row_number = {row - 1:d})"
    later = f"file_row_number > {row - 1:d}"
    return (
        f"CASE WHEN {last} IS NULL THEN {identifier(column.name)} IS NULL AND {later}"
        f" ELSE {key} {sign} {last} OR {identifier(column.name)} IS NULL"
        f" OR ({key} = {last} AND {later}) END"
    )
