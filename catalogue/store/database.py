"""Opens the metadata store: SQLite in the data folder, or PostgreSQL by URL, migrated and backed up
first.

Write transactions on SQLite are BEGIN IMMEDIATE: deferred ones fail with "database is locked" as
soon as two processes write. No transaction may stay open across network or file work.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from catalogue.errors import StoreError
from catalogue.store.objects import Objects

MAX_ID = 2**63 - 1  # no database counts further, and SQLite's driver fails on it
_BUSY_TIMEOUT_MS = 30_000
_CONNECTIONS = 64  # as many as the server has threads
_LOCK = 0x4555524F  # any number that is ours


def now() -> str:
    """Return this moment as the store writes it: ISO 8601, UTC, microseconds, `Z`."""
    return ahead(0)


def ahead(seconds: float) -> str:
    """Return the moment so far ahead, or, with a negative number, back."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Store:
    """The metadata database and the object folder of one data folder. Thread-safe."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self.objects = Objects(folder)
        self._is_postgresql = engine.dialect.name == "postgresql"
        # After the lock a statement must see what the last holder committed.
        level = {"isolation_level": "READ COMMITTED"} if self._is_postgresql else {}
        self._writing: dict[str, Any] = {"is_writing": True, **level}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the metadata."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in one write transaction: committed at the end, undone on an error.

        There is one at a time, on every engine: what it has read stays true until it ends.
        """
        with (
            self.engine.connect().execution_options(**self._writing) as connection,
            connection.begin(),
        ):
            if self._is_postgresql:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(folder: Path, *, database_url: str | None = None) -> Store:
    """Open the store of a data folder, creating or migrating what is not there yet.

    A database written by an older version is copied to `backups/` before it is migrated. Raises
    StoreError where the folder cannot be written or the database comes from a newer version.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".writable-"):
            pass
    except OSError as error:
        raise StoreError(
            "folder-not-writable", folder=str(folder), reason=error.strerror or str(error)
        ) from error
    engine = _engine(database_url or f"sqlite:///{folder / 'catalogue.db'}")
    try:
        with _only_migration(folder):
            _migrate(engine, folder)
    except sa.exc.DatabaseError as error:
        raise StoreError("database-unusable", folder=str(folder), reason=str(error.orig)) from error
    return Store(folder, engine)


def _engine(url: str) -> Engine:
    is_sqlite = url.startswith("sqlite")
    engine = sa.create_engine(
        url,
        pool_size=_CONNECTIONS,
        pool_pre_ping=not is_sqlite,
        # What one transaction reads belongs together: SQLite's WAL gives that by itself.
        **({} if is_sqlite else {"isolation_level": "REPEATABLE READ"}),
    )
    if is_sqlite:
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def _only_migration(folder: Path) -> Iterator[None]:
    """Let one process of this machine look and migrate at a time."""
    with (folder / "migration.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # a version once announced survives a power cut
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _migrate(engine: Engine, folder: Path) -> None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parent / "migrations").replace("%", "%%")
    )
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None:
        known = {script.revision for script in scripts.walk_revisions()}
        if current not in known:
            raise StoreError("database-is-newer", folder=str(folder), revision=current)
        _back_up(engine, folder, current)

    def upgrade(revision: Any, _context: Any) -> Any:
        return scripts._upgrade_revs("head", revision)

    with (
        engine.connect().execution_options(is_writing=True) as connection,
        EnvironmentContext(config, scripts, fn=upgrade) as environment,
    ):
        environment.configure(connection=connection, transactional_ddl=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":  # machines share it: the second finds it done
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            environment.run_migrations()


def _back_up(engine: Engine, folder: Path, revision: str) -> None:
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL has backups of its own
    backups = folder / "backups"
    backups.mkdir(exist_ok=True)
    target = backups / f"catalogue-{revision}-{now().replace(':', '')}.db"
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(target)) as copy:
        # SQLAlchemy wraps the driver's connection, and only that one has `backup`.
        driver = cast("sqlite3.Connection", pooled.driver_connection)
        driver.backup(copy)
