import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import parquet
from catalogue.errors import NotFound
from catalogue.records import Version
from catalogue.store import Store, datasets, open_store, referenced, versions
from catalogue.store.objects import sha256_of
from catalogue.store.versions import Slot
from tests import factories

STATIONS = pa.table({"code": ["01001", "59350"], "bikes": [3, 7]})


def publish(store: Store, table: pa.Table, name: str = "stations") -> tuple[Version, bool]:
    dataset_id, _ = datasets.save(store, factories.dataset())
    slot = Slot(dataset_id=dataset_id, distribution_id="csv")
    made = versions.table_for(store, slot, proposed_name=name, title={}, schema_name=None, types={})
    prepared = parquet.prepare(table, {"fields": []}, store.objects.scratch())
    return versions.publish(
        store, made, prepared, raw_sha256="0" * 64, schema={"fields": []}, recipe={}, report={}
    )


def test_a_published_version_is_named_by_the_sha256_of_its_bytes(store: Store) -> None:
    version, is_new = publish(store, STATIONS)
    file = store.objects.parquet_path(version.sha256)
    assert is_new
    assert sha256_of(file) == version.sha256
    assert pq.read_table(file).to_pydict() == STATIONS.to_pydict()
    assert file.stat().st_mode & 0o777 == 0o444


def test_rows_in_another_order_make_no_new_version(store: Store) -> None:
    first, _ = publish(store, STATIONS)
    again, is_new = publish(store, STATIONS.take([1, 0]))
    assert (again.n, again.sha256, is_new) == (first.n, first.sha256, False)


def test_changed_content_makes_the_next_version_and_keeps_the_old_one(store: Store) -> None:
    first, _ = publish(store, STATIONS)
    second, is_new = publish(store, STATIONS.slice(0, 1))
    assert is_new
    assert [version.n for version in versions.history(store, "stations")] == [2, 1]
    assert store.objects.parquet_path(first.sha256).is_file()
    assert versions.get(store, "stations").sha256 == second.sha256
    with pytest.raises(NotFound):
        versions.get(store, "stations", 3)


def test_a_draft_leaves_what_is_published_and_ends_with_the_next_good_file(store: Store) -> None:
    first, _ = publish(store, STATIONS)
    dataset_id = versions.dataset_of(store, "stations")
    slot = Slot(dataset_id=dataset_id, distribution_id="csv")
    versions.keep_draft(store, slot, raw_sha256="1" * 64, recipe={}, report={"errors": 1})
    entry = datasets.get(store, dataset_id)
    assert [draft.report for draft in entry.drafts] == [{"errors": 1}]
    assert entry.tables[0].current == first
    publish(store, STATIONS)
    assert datasets.get(store, dataset_id).drafts == []


def test_every_change_is_seen_from_the_sequence(store: Store) -> None:
    before = datasets.generation(store)
    publish(store, STATIONS)
    assert [entry.id for entry in datasets.since(store, before)] == ["stations-de-velos"]
    assert datasets.since(store, datasets.generation(store)) == []


def test_table_names_are_unique_in_the_platform(store: Store) -> None:
    publish(store, STATIONS)
    other, _ = datasets.save(store, factories.dataset(remote_id="autres"))
    name = versions.table_for(
        store,
        Slot(dataset_id=other, distribution_id="csv"),
        proposed_name="Stations",
        title={},
        schema_name=None,
        types={},
    )
    assert name == "stations_2"


def test_the_snapshot_shows_every_version(store: Store) -> None:
    publish(store, STATIONS)
    publish(store, STATIONS.slice(0, 1))
    snapshot = versions.snapshot(store)
    assert [(r.table, r.version, r.row_count) for r in snapshot.relations] == [
        ("stations", 1, 2),
        ("stations", 2, 1),
    ]
    assert snapshot.generation == datasets.data_generation(store) == 2


def test_what_nothing_refers_to_is_swept(store: Store) -> None:
    version, _ = publish(store, STATIONS)
    orphan = store.objects.scratch() / "left-by-a-crash"
    orphan.write_bytes(b"half a file")  # nobody is at work: it belongs to nobody
    lost = store.objects.raw_path("ab" * 32)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"nobody's")
    assert store.objects.sweep(referenced=referenced.sha256s(store), grace_s=3600) == 1
    assert store.objects.sweep(referenced=referenced.sha256s(store), grace_s=-1) == 1
    assert store.objects.parquet_path(version.sha256).is_file()


rows = st.lists(
    st.tuples(st.one_of(st.none(), st.text()), st.one_of(st.none(), st.integers(-9, 9))),
    max_size=8,
)


@given(rows, st.randoms())
def test_the_logical_hash_depends_on_the_rows_and_not_on_their_order(
    values: list[tuple[str | None, int | None]], random: object
) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert parquet.logical_sha256(_table(values)) == parquet.logical_sha256(_table(shuffled))


@given(rows, rows)
def test_different_rows_have_different_logical_hashes(
    one: list[tuple[str | None, int | None]], other: list[tuple[str | None, int | None]]
) -> None:
    is_same = sorted(map(repr, one)) == sorted(map(repr, other))
    hashes_agree = parquet.logical_sha256(_table(one)) == parquet.logical_sha256(_table(other))
    assert hashes_agree == is_same


def _table(values: list[tuple[str | None, int | None]]) -> pa.Table:
    columns = [[row[i] for row in values] for i in (0, 1)]
    return pa.table({"a": pa.array(columns[0], pa.string()), "b": pa.array(columns[1], pa.int64())})


PUBLISHER = """
    import sys, pathlib, pyarrow as pa
    from catalogue.store import open_store
    from tests.catalogue.test_versions import publish
    store = open_store(pathlib.Path(sys.argv[1]))
    for n in range(1, 10_000):
        publish(store, pa.table({"n": list(range(n))}))
        print(n, flush=True)
"""


def test_kill_at_any_moment_leaves_the_last_version_readable(tmp_path: Path) -> None:
    published = 0
    for wait_for in (1, 3, 2):
        process = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-c", textwrap.dedent(PUBLISHER), str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        assert process.stdout is not None
        for _ in range(wait_for):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        store = open_store(tmp_path)
        history = versions.history(store, "stations")
        assert len(history) > published - 1
        published = len(history)
        for version in history:
            file = store.objects.parquet_path(version.sha256)
            assert sha256_of(file) == version.sha256
            assert pq.read_metadata(file).num_rows == version.row_count
        store.close()
    assert published >= 2
