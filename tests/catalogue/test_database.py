import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from catalogue.errors import Conflict, StoreError
from catalogue.store import Store, datasets, open_store
from catalogue.store import schema as db
from catalogue.store.leases import lease
from tests import factories


def test_migrations_give_the_tables_that_the_code_works_with(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []


def test_a_folder_of_an_older_version_is_migrated_after_a_backup(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalogue.db") as older:
        older.execute("DROP TABLE sign_in_attempt")
        for (name,) in older.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            " AND name <> 'alembic_version'"
        ).fetchall():
            older.execute(f'DROP TABLE "{name}"')
        older.execute("CREATE TABLE kept_from_before (value TEXT)")
        older.execute("UPDATE alembic_version SET version_num = '0000'")
    older.close()
    store = open_store(tmp_path)
    assert datasets.generation(store) == 0
    store.close()
    (backup,) = (tmp_path / "backups").iterdir()
    with sqlite3.connect(backup) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        assert copy.execute("SELECT count(*) FROM kept_from_before").fetchone() == (0,)
    copy.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError) as raised:
        open_store(tmp_path)
    assert raised.value.code == "database-is-newer"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError) as raised:
        open_store(tmp_path / "file" / "data")
    assert raised.value.code == "folder-not-writable"


def test_two_processes_may_create_the_same_store_at_once(tmp_path: Path) -> None:
    script = "import sys, pathlib, catalogue.store as s; s.open_store(pathlib.Path(sys.argv[1]))"
    processes = [
        subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-W", "error", "-c", script, str(tmp_path)],
            cwd=Path(__file__).parents[2],
        )
        for _ in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]


def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    def save(number: int) -> str:
        return datasets.save(store, factories.dataset(remote_id=str(number)))[0]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(save, range(60)))
    assert len(set(ids)) == 60
    assert datasets.generation(store) == 60


def test_a_dataset_keeps_its_id_when_its_title_changes(store: Store) -> None:
    first, added = datasets.save(store, factories.dataset())
    again, unchanged = datasets.save(store, factories.dataset())
    renamed, changed = datasets.save(store, factories.dataset(title={"fr": "Autre titre"}))
    assert first == again == renamed == "stations-de-velos"
    assert (added, unchanged, changed) == ("added", "unchanged", "changed")


def test_an_archived_dataset_comes_back_when_its_source_lists_it_again(store: Store) -> None:
    dataset_id, _ = datasets.save(store, factories.dataset())
    datasets.archive(store, dataset_id)
    assert datasets.get(store, dataset_id).is_archived
    datasets.save(store, factories.dataset())
    assert not datasets.get(store, dataset_id).is_archived


def test_a_lease_has_one_holder(store: Store) -> None:
    with lease(store, "harvest:mel"):
        with pytest.raises(Conflict), lease(store, "harvest:mel"):
            pass
        with lease(store, "harvest:other"):
            pass
    with lease(store, "harvest:mel"):
        pass


def test_the_lease_of_a_dead_process_is_free_at_once(sqlite_store: Store, tmp_path: Path) -> None:
    script = """
import os, pathlib, sys
from catalogue.store import open_store
from catalogue.store.leases import lease
with lease(open_store(pathlib.Path(sys.argv[1])), "harvest:mel"):
    os._exit(0)
"""
    subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", script, str(tmp_path / "data")],
        cwd=Path(__file__).parents[2],
        check=True,
    )
    with lease(sqlite_store, "harvest:mel"):
        pass


def test_a_living_holder_keeps_its_lease_however_long_it_sleeps(store: Store) -> None:
    with lease(store, "harvest:mel"):
        with store.write() as connection:
            connection.execute(sa.update(db.lease).values(expires_at="2000-01-01T00:00:00Z"))
        with pytest.raises(Conflict), lease(store, "harvest:mel"):
            pass


def test_a_holder_elsewhere_loses_its_lease_when_it_runs_out_and_is_told(store: Store) -> None:
    with lease(store, "harvest:mel") as held:
        with store.write() as connection:
            away = "another-machine|1||00"
            connection.execute(sa.update(db.lease).values(holder=away))
        with pytest.raises(Conflict), lease(store, "harvest:mel"):
            pass
        with store.write() as connection:
            connection.execute(sa.update(db.lease).values(expires_at="2000-01-01T00:00:00Z"))
        with lease(store, "harvest:mel") as taken:
            taken.check()
        with pytest.raises(Conflict):
            held.check()


def test_one_dataset_is_read_without_reading_the_versions_of_all_others(
    sqlite_store: Store,
) -> None:
    plans = []
    with sqlite_store.read() as connection:
        for text in (
            "SELECT * FROM data_table LEFT JOIN version ON version.table_name = data_table.name"
            " AND version.n = data_table.current_n WHERE data_table.dataset_id IN ('a')",
            "SELECT id FROM dataset WHERE id >= 'a' AND id < 'a{'",
        ):
            plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))
            plans += [row[3] for row in plan]
    assert plans
    assert not [step for step in plans if step.startswith("SCAN")]
