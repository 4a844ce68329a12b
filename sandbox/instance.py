"""The hardened DuckDB of a worker: spatial loaded, then everything locked.

The only file of the sandbox that imports duckdb. Its list of allowed paths never changes: it names
places for open files (`/proc/<pid>/fd/100` and on), into which the supervisor's files are put, so a
version published a moment ago needs no new instance. DuckDB's lists allow writing too: that the
files cannot be written is for the operating system to see to.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb
import pyarrow as pa

from sandbox.carried import carried_as
from sandbox.errors import InvalidQuery
from sandbox.stacking import VERSION_COLUMN, has_own_number, unlike_column

FIRST_SLOT = 100
FILES = f"/proc/{os.getpid()}/fd" if sys.platform == "linux" else "/dev/fd"
PREPARE = "PREPARE described AS "
BATCH_ROWS = 61_440  # thirty of DuckDB's vectors
ENGINE = f"DuckDB {duckdb.__version__}"
Error = duckdb.Error
FUNCTIONS = """
    SELECT lower(function_name) AS name,
        CASE WHEN count(DISTINCT return_type) FILTER (function_type = 'scalar') = 1
            THEN min(return_type) FILTER (function_type = 'scalar') END
    FROM duckdb_functions() GROUP BY name
"""


def slot_path(slot: int) -> str:
    """Name the place of the n-th file of a query."""
    return f"{FILES}/{FIRST_SLOT + slot}"


class Instance:
    """One locked in-memory database; each query gets a cursor of its own."""

    def __init__(
        self,
        *,
        memory_bytes: int,
        threads: int,
        time_zone: str,
        slots: int,
        spatial: str | None,
        is_locked: bool = True,
    ) -> None:
        # The extension comes from the package index, as duckdb does: to check its signature again
        # at each start of a worker took half of the start. Afterwards none may come unsigned.
        self.connection = duckdb.connect(":memory:", config={"allow_unsigned_extensions": "true"})
        if spatial is not None:
            self.connection.execute(f"LOAD {_quoted(spatial)}")
        self.has_spatial = spatial is not None
        functions = self.connection.execute(FUNCTIONS).fetchall()
        self.functions = frozenset(str(name) for name, _ in functions)
        # of functions that always give the same type
        self.results = {str(name): str(kind) for name, kind in functions if kind is not None}
        paths = ", ".join(_quoted(slot_path(slot)) for slot in range(slots))
        settings = [
            "allow_unsigned_extensions = false",
            f"threads = {threads}",
            f"memory_limit = '{memory_bytes // 1024}KiB'",
            "temp_directory = ''",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            "allow_persistent_secrets = false",
            "python_enable_replacements = false",
            "enable_external_file_cache = false",  # the same path is another file each time
            "max_expression_depth = 250",
            # our data are lon, lat
            *(["GLOBAL geometry_always_xy = true"] if self.has_spatial else []),
            f"GLOBAL TimeZone = {_quoted(time_zone)}",
            f"allowed_paths = [{paths}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ]
        for setting in settings if is_locked else settings[:-3]:
            self.connection.execute(f"SET {setting}")

    def cursor(self) -> "Cursor":
        """Open what one query sees."""
        return Cursor(self.connection.cursor())


class Cursor:
    """One query's own connection to the instance; views on it are seen by nobody else."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __enter__(self) -> "Cursor":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def interrupt(self) -> None:
        """End the statement that runs, if one does; from another thread."""
        self._connection.interrupt()

    def kinds(self, sql: str) -> list[str]:
        """Name the kinds of the statements in a text; raise DuckDB's parser error."""
        return [
            str(statement.type).rpartition(".")[2]
            for statement in self._connection.extract_statements(sql)
        ]

    def token_starts(self, sql: str) -> list[int]:
        """Give the byte offset of each token."""
        return [place for place, _ in duckdb.tokenize(sql)]

    def serialise(self, sql: str) -> str:
        """Give DuckDB's syntax tree of a text as JSON."""
        return self._one("SELECT json_serialize_sql(CAST(? AS VARCHAR))", sql)

    def deserialise(self, tree: str) -> str:
        """Write a syntax tree as SQL."""
        return self._one("SELECT json_deserialize_sql(CAST(? AS JSON))", tree)

    def _one(self, sql: str, value: str) -> str:
        row = self._connection.execute(sql, [value]).fetchone()
        return str(row[0]) if row else ""

    def view(self, name: str, files: list[tuple[int, int | None]]) -> None:
        """Show the files in some slots under a name, one below the other by the names of their
        columns; a file that comes with the number of its version says it in `_version`.
        """
        if len(files) > 1:
            self._check_alike(name.partition("@")[0], [slot for slot, _ in files])
        parts = []
        for slot, version in files:
            number = "" if version is None else f"{version:d}::INTEGER AS {VERSION_COLUMN}, "
            parts.append(f"SELECT {number}* FROM {_file(slot)}")  # noqa: S608 - nothing of a user
        text = " UNION ALL BY NAME ".join(parts)
        # the name has passed `names.find`
        self._connection.execute(f'CREATE TEMP VIEW "{name}" AS {text}')

    def columns(self, views: Iterable[str]) -> dict[str, set[str]]:
        """Give the types of the columns of some views, by name in lower case."""
        found: dict[str, set[str]] = {}
        for view in views:
            self._connection.execute(f'SELECT * FROM "{view}" LIMIT 0')  # noqa: S608 - as below
            for column in self._connection.description or []:
                found.setdefault(str(column[0]).lower(), set()).add(str(column[1]))
        return found

    def _check_alike(self, table: str, slots: list[int]) -> None:
        versions = []
        for slot in slots:
            self._connection.execute(f"SELECT * FROM {_file(slot)} LIMIT 0")  # noqa: S608 - as above
            described = self._connection.description or []
            versions.append([(str(column[0]), str(column[1].id)) for column in described])
        if has_own_number(versions):
            raise InvalidQuery("version_column_taken", {"table": table})
        if column := unlike_column(versions):
            raise InvalidQuery("versions_differ", {"table": table, "name": column})

    def empty_enum(self) -> str:
        """Make a type without values, and name it."""
        self._connection.execute("CREATE TEMP TYPE IF NOT EXISTS pivot_empty AS ENUM ()")
        return "pivot_empty"

    def execute(self, sql: str, params: dict[str, Any] | None) -> list[dict[str, str]]:
        """Start a statement and give its columns."""
        self._connection.execute(sql, params or None)
        return [
            {"name": str(column[0]), "type": str(column[1])}
            for column in self._connection.description or []
        ]

    def prepare(self, sql: str) -> None:
        """Bind the names and types of a statement without running it."""
        self._connection.execute(PREPARE + sql)

    def casts(self) -> list[str | None]:
        """Name, for each column of the statement that was started, the type to cast it to first,
        or None where Arrow holds its values as they are (see `carried.py`).
        """
        return [carried_as(column[1]) for column in self._connection.description or []]

    def values(self, sql: str, params: dict[str, Any] | None) -> list[str]:
        """Run a statement and give its first column."""
        return [str(row[0]) for row in self._connection.execute(sql, params or None).fetchall()]

    def batches(self) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Give the answer of the statement that was started, as it is computed."""
        reader = self._connection.to_arrow_reader(BATCH_ROWS)
        return reader.schema, iter(reader)


def _file(slot: int) -> str:
    return f"read_parquet({_quoted(slot_path(slot))})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
